// Sends what waits, one sender at a time, in the order it was made, until the server has it.

import { bodyHash } from "./sha256.js";

const BATCH = 20;
const LONGEST_WAIT = 30000; // ms
const TIMEOUT = 20000; // ms
const LOCK = "jiangcai-marks-sender";

export class Sender {
  // onChange(problem) is called after every attempt; problem: "" | "offline" | "signIn".
  constructor(outbox, url, judge, onChange) {
    Object.assign(this, { outbox, url, judge, onChange });
    this.failures = 0;
    this.timer = 0;
    this.isRunning = false;
    this.isAsked = false;
    this.listen();
  }

  listen() {
    for (const name of ["online", "pageshow", "focus"]) {
      addEventListener(name, () => this.wake());
    }
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.wake();
    });
  }

  // Try now, whatever we were waiting for.
  wake() {
    this.failures = 0;
    this.schedule(0);
  }

  schedule(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), wait);
  }

  async run() {
    if (this.isRunning) {
      this.isAsked = true;
      return;
    }
    this.isRunning = true;
    this.isAsked = false;
    try {
      await this.exclusively(() => this.drain());
    } finally {
      this.isRunning = false;
      if (this.isAsked) this.schedule(0);
    }
  }

  // Web Locks exist on secure pages only. Without them two tabs may send the same mark,
  // which the server answers twice the same: harmless, only wasteful.
  async exclusively(work) {
    if (!navigator.locks) return work();
    return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (lock) return work();
      this.schedule(2000);
      return undefined;
    });
  }

  async drain() {
    let size = BATCH;
    for (;;) {
      const waiting = (await this.outbox.list()).filter(
        (kept) => kept.state === "waiting" && kept.judge === this.judge,
      );
      if (!waiting.length) {
        if (!(await this.drainPhotos())) return;
        this.failures = 0;
        this.onChange("");
        return;
      }
      const batch = waiting.slice(0, size);
      const outcome = await this.post(batch.map((kept) => kept.body));
      if (outcome.answers && (await this.take(batch, outcome.answers))) {
        this.failures = 0;
        size = BATCH;
      } else if (outcome.isRefused && batch.length > 1) {
        // One of them offends the server as a whole: find it by sending them singly.
        size = 1;
        continue;
      } else if (outcome.isRefused) {
        const answer = { status: "refused", reason: `http ${outcome.status}` };
        await this.outbox.note([{ id: batch[0].id, state: "attention", answer }]);
      } else {
        this.wait(outcome);
        return;
      }
      this.onChange("");
    }
  }

  // Photos go after their marks, one by one; false when the network or server fails.
  async drainPhotos() {
    const refused = new Set(
      (await this.outbox.list()).filter((e) => e.state === "attention").map((e) => e.id),
    );
    for (const kept of await this.outbox.listPhotos()) {
      const isOurs = kept.state === "waiting" && kept.judge === this.judge;
      // A mark the judge still has to look at may be sent again; its photo waits for it.
      if (!isOurs || refused.has(kept.mark)) continue;
      const outcome = await this.put(kept);
      if (!outcome.answer) {
        this.wait(outcome);
        return false;
      }
      const isTaken = ["stored", "duplicate", "late"].includes(outcome.answer.status);
      const state = isTaken && outcome.answer.sha256 === kept.sha256 ? "delivered" : "attention";
      await this.outbox.notePhoto(kept.id, state, outcome.answer);
      this.onChange("");
    }
    return true;
  }

  async put(kept) {
    try {
      const response = await fetch(`${this.url}/${kept.mark}/photos/${kept.sha256}`, {
        method: "PUT",
        headers: { "Content-Type": kept.type, "X-Requested-With": "jiangcai" },
        body: kept.bytes,
        signal: AbortSignal.timeout(3 * TIMEOUT),
      });
      const { status } = response;
      const retryAfter = Number(response.headers.get("Retry-After")) || 0;
      if (status === 200 || status === 422) {
        const answer = await response.json();
        if (answer.sha256 !== kept.sha256) throw new TypeError("Another photo's answer.");
        return { answer };
      }
      if ([400, 403, 404, 413].includes(status)) {
        return { answer: { status: "refused", reason: `http ${status}` } };
      }
      return { status, retryAfter };
    } catch {
      return { status: 0, retryAfter: 0 };
    }
  }

  wait({ status, retryAfter }) {
    this.onChange(status === 401 ? "signIn" : "offline");
    const ceiling = Math.min(LONGEST_WAIT, 1000 * 2 ** this.failures);
    this.failures = Math.min(this.failures + 1, 6);
    this.schedule(Math.max(retryAfter * 1000, Math.random() * ceiling, 200));
  }

  async post(marks) {
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Requested-With": "jiangcai" },
        body: JSON.stringify({ marks }),
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const retryAfter = Number(response.headers.get("Retry-After")) || 0;
      if (response.ok) return { status: 200, retryAfter, answers: await readAnswers(response) };
      const { status } = response;
      const isRefused = status >= 400 && status < 500 && ![401, 408, 429].includes(status);
      return { status, retryAfter, isRefused };
    } catch {
      return { status: 0, retryAfter: 0, isRefused: false };
    }
  }

  async take(batch, answers) {
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    const changes = [];
    for (const kept of batch) {
      const answer = byId.get(kept.id);
      // No answer to this one: it stays waiting, and the next round asks again.
      if (!answer) continue;
      const isTaken = answer.status === "stored" || answer.status === "duplicate";
      const isSame = isTaken && answer.hash === bodyHash(kept.body);
      const state = isSame ? "delivered" : "attention";
      const noted = isTaken && !isSame ? { ...answer, reason: "hash" } : answer;
      changes.push({ id: kept.id, state, answer: noted });
    }
    await this.outbox.note(changes);
    return changes.length > 0;
  }
}

// A proxy's login page may come with status 200; then there is no answer yet.
async function readAnswers(response) {
  const { marks } = await response.json();
  if (!Array.isArray(marks)) throw new TypeError("No answers in the answer.");
  return marks;
}
