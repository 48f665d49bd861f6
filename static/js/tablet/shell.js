// The app's own pages on this tablet: kept by a worker, renewed only when the judge agrees.

import { countUnsettled } from "./counts.js";

const POINTER = "jiangcai-pointer";
const HOUR = 3600000; // ms
const PATIENCE = 20000; // ms

// Workers exist on https and on this very machine only.
export function canKeepPages() {
  return Boolean(globalThis.isSecureContext && navigator.serviceWorker && globalThis.caches);
}

// The version the tablet shows, "" where it keeps none.
export async function shownVersion(worker) {
  if (!canKeepPages()) return "";
  try {
    const cache = await caches.open(POINTER);
    const kept = await cache.match(new URL("shell-version", new URL(worker, location)).href);
    return kept ? await kept.text() : "";
  } catch {
    return "";
  }
}

export class Shell {
  // onOffer(isThere) is called when a newer version is here and waits for the judge.
  constructor(worker, onOffer) {
    Object.assign(this, { worker, onOffer, registration: null });
  }

  async start() {
    if (!canKeepPages()) return false;
    try {
      this.registration = await navigator.serviceWorker.register(this.worker);
    } catch {
      return false; // without a network, or with a proxy in between: what is there stays
    }
    this.registration.addEventListener("updatefound", () => {
      const found = this.registration.installing;
      found?.addEventListener("statechange", () => this.look());
    });
    setInterval(() => this.ask(), HOUR);
    await this.settle();
    await this.look();
    return true;
  }

  // The first time: wait until the pages are here, so that the gate does not judge too early.
  async settle() {
    for (let waited = 0; waited < PATIENCE; waited += 200) {
      const { active, installing } = this.registration;
      if (active?.state === "activated" || (!active && !installing)) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 200);
      });
    }
  }

  // Ask the server whether there is a newer version.
  async ask() {
    await this.registration?.update().catch(() => null);
    await this.look();
  }

  async look() {
    this.onOffer?.(Boolean(await this.candidate()));
  }

  // A worker whose pages are here but not shown: a waiting one, or one that a restarted
  // browser has put in charge without the judge.
  async candidate() {
    const { waiting, active } = this.registration ?? {};
    if (waiting) return waiting;
    if (active?.state !== "activated") return null;
    const shown = await shownVersion(this.worker);
    const version = await say(active, "version");
    return shown && version && version !== shown ? active : null;
  }

  // Show the newer version; only when nothing waits on this tablet. Returns whether it will.
  async update(outbox) {
    const candidate = await this.candidate();
    if (!candidate || (await countUnsettled(outbox))) return false;
    await say(candidate, "update");
    location.reload();
    return true;
  }
}

// Ask a worker and wait for its answer, not for ever.
function say(worker, message) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(() => resolve(""), 3000);
    worker.postMessage(message, [port2]);
  });
}
