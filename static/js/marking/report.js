// Tells the server how this tablet is: what it still holds, its clock, its store. Nothing of
// it is about a person. Without a network nothing happens; the next report catches up.

import { shownVersion } from "../tablet/shell.js";

const EVERY = 15000; // ms
const SOONEST = 5000; // ms between two reports
const TIMEOUT = 10000; // ms

const boot = hex(crypto.getRandomValues(new Uint8Array(8)));
let lastRtt = 0; // ms, there and back

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What waits on the whole tablet, of every judge and event: one gap stops a whole panel.
async function count(outbox) {
  const marks = await outbox.list();
  const all = [...marks, ...(await outbox.listPhotos())];
  const inState = (state) => all.filter((kept) => kept.state === state).length;
  const isRefused = ({ state, answer }) =>
    (state === "attention" || state === "settled") && !answer?.seq;
  return {
    waiting: inState("waiting"),
    attention: inState("attention"),
    refused: marks.filter(isRefused).map((kept) => kept.seq),
  };
}

async function describe(outbox, worker) {
  const storage = navigator.storage ?? {};
  const gate = await outbox.gate().catch(() => null);
  const battery = await navigator.getBattery?.().catch(() => null);
  const room = await storage.estimate?.().catch(() => null);
  return {
    app: worker ? await shownVersion(worker) : "",
    ready: gate?.ready ?? null, // as the gate of the start page found last
    battery: battery ? Math.round(battery.level * 100) : null,
    persisted: (await storage.persisted?.().catch(() => null)) ?? null,
    free_mb: room ? Math.floor((room.quota - room.usage) / 2 ** 20) : null,
  };
}

// Send one report. Returns { now, wipe, offset } (offset: ms, our clock less the server's),
// or null where nothing came back.
export async function sendReport(outbox, url, { event = "", worker = "", leaving = false } = {}) {
  try {
    const { id, seq } = await outbox.device();
    const counts = await count(outbox);
    const facts = await describe(outbox, worker);
    const sentAt = performance.now();
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Requested-With": "jiangcai" },
      body: JSON.stringify({
        ...{ device: id, event, head: seq, ...counts, boot, ...facts, leaving },
        ...{ now: new Date().toISOString(), mono: Math.round(sentAt), rtt: Math.round(lastRtt) },
      }),
      keepalive: leaving,
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!response.ok) return null;
    const { now, wipe } = await response.json();
    lastRtt = performance.now() - sentAt;
    const offset = Math.round(Date.now() - lastRtt / 2 - Date.parse(now));
    return { now, wipe, offset, ...counts };
  } catch {
    return null;
  }
}

export class Reporter {
  // options: event (uid), worker (address of the app's worker), onAnswer({ wipe, offset … }).
  constructor(outbox, url, options = {}) {
    Object.assign(this, { outbox, url, options });
    this.last = -Infinity;
    this.timer = 0;
    this.isBusy = false;
    this.wasWaiting = true;
    setInterval(() => this.tell(), EVERY);
    document.addEventListener("visibilitychange", () => this.tell(document.hidden));
    this.tell();
  }

  // After the outbox was emptied: soon, but not more often than every five seconds.
  drained() {
    if (!this.wasWaiting) return;
    clearTimeout(this.timer);
    const wait = Math.max(0, this.last + SOONEST - performance.now());
    this.timer = setTimeout(() => this.tell(), wait);
  }

  async tell(isLeaving = false) {
    if (this.isBusy || (document.hidden && !isLeaving)) return;
    this.isBusy = true;
    this.last = performance.now();
    const { onAnswer, ...options } = this.options;
    const answer = await sendReport(this.outbox, this.url, { ...options, leaving: isLeaving });
    this.isBusy = false;
    if (!answer) return;
    this.wasWaiting = answer.waiting > 0;
    onAnswer?.(answer);
  }
}
