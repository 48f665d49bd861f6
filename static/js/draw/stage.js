// The stage view in the hall: what is called appears by itself.

const EVERY = 2000; // ms

setInterval(async () => {
  const response = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.getElementById("stage");
  const old = document.getElementById("stage");
  if (fresh && fresh.innerHTML !== old.innerHTML) old.replaceWith(document.adoptNode(fresh));
}, EVERY);
