// Keeps the roster and the places of a delegation fresh; the page works without this file.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const live = document.getElementById("live");
  if (live) setInterval(() => refresh(live), 1000 * Number(live.dataset.refresh));
});

async function refresh(live) {
  // Nobody looks, or somebody is about to press a link here.
  if (document.hidden || live.contains(document.activeElement)) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("live");
    if (!live.contains(document.activeElement)) live.replaceChildren(...fresh.childNodes);
  } catch {
    document.getElementById("as-of").textContent = live.dataset.stale;
  }
}
