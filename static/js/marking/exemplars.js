// Photos of what a level looks like: fetched with the sheet, by hash, and kept on the tablet for
// halls without a network.

import { element, say } from "./dom.js";
import { sha256 } from "./sha256.js";

const CACHE = "jiangcai-exemplars";
const PATIENCE = 20000; // ms

// pattern: an address with EVENT and HASH in it.
function urlOf(pattern, event, hash) {
  return pattern.replace("EVENT", encodeURIComponent(event)).replace("HASH", hash);
}

// Fetches what is not here yet. False where one did not come, or not as it should be. On plain
// http a browser keeps nothing; what else is wrong there, the gate says.
export async function keepExemplars(pattern, event, aspects) {
  const hashes = aspects.flatMap(({ exemplars }) => (exemplars ?? []).flat().map(([hash]) => hash));
  if (!hashes.length || !globalThis.caches) return true;
  try {
    const cache = await caches.open(CACHE);
    for (const hash of new Set(hashes)) {
      const url = urlOf(pattern, event, hash);
      if (!(await cache.match(url))) await cache.put(url, await fetchWhole(url, hash));
    }
    return true;
  } catch {
    return false;
  }
}

async function fetchWhole(url, hash) {
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(url, { signal, cache: "no-store" });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok || sha256(bytes) !== hash) throw new TypeError(`No ${url}.`);
  return new Response(bytes, { headers: { "Content-Type": "image/jpeg" } });
}

// After the lock, and when the tablet is cleared (without an event).
export async function forgetExemplars(event = "") {
  if (!globalThis.caches) return;
  if (!event) {
    await caches.delete(CACHE);
    return;
  }
  const cache = await caches.open(CACHE);
  const part = `/${encodeURIComponent(event)}/exemplars/`;
  const kept = (await cache.keys()).filter(({ url }) => url.includes(part));
  await Promise.all(kept.map((request) => cache.delete(request)));
}

async function sourceOf(url) {
  try {
    const kept = await globalThis.caches?.match(url);
    if (kept) return URL.createObjectURL(await kept.blob());
  } catch {
    // the server's, then
  }
  return url;
}

// A button that shows the photos beside the words; null where there are none.
export function exemplarButton(box, aspect, words, texts) {
  const count = (aspect.exemplars ?? []).flat().length;
  const { exemplars: pattern, event } = box.closest("[data-exemplars]")?.dataset ?? {};
  if (!count || !pattern) return null;
  const where = event || decodeURIComponent(location.pathname.split("/").at(-2));
  return element(
    "button",
    {
      type: "button",
      class: "btn btn-outline-secondary exemplars-open",
      onclick: () => show(aspect, words, texts, (hash) => urlOf(pattern, where, hash)),
    },
    say(texts.exemplars, { count }),
  );
}

function show(aspect, words, texts, url) {
  const title = `${aspect.code} ${aspect.name}`;
  const close = element(
    "button",
    { type: "button", class: "btn btn-secondary", onclick: () => dialog.close() },
    texts.close,
  );
  const dialog = element(
    "dialog",
    { class: "mark-dialog mark-dialog--full exemplars", "aria-label": title },
    element("div", { class: "mark-dialog__head" }, element("h2", { class: "h5" }, title), close),
    element(
      "div",
      { class: "exemplars__levels", tabindex: "0", role: "group", "aria-label": texts.descriptors },
      ...words.map((text, level) => describe(level, text, aspect.exemplars[level], url)),
    ),
  );
  const sources = [];
  for (const picture of dialog.querySelectorAll("img")) {
    void sourceOf(picture.dataset.url).then((source) => {
      sources.push(source);
      picture.src = source;
    });
  }
  dialog.addEventListener("close", () => {
    sources.filter((source) => source.startsWith("blob:")).forEach(URL.revokeObjectURL);
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function describe(level, text, photos, url) {
  return element(
    "section",
    {},
    element("h3", { class: "h6" }, element("b", {}, String(level)), ` ${text}`),
    ...photos.map(([hash, caption]) =>
      element(
        "figure",
        {},
        element("img", { "data-url": url(hash), alt: caption || `${level}: ${text}` }),
        element("figcaption", {}, caption),
      ),
    ),
  );
}
