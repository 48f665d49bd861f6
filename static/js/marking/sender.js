// Sends what waits, one sender at a time, in the order it was made, until the server has it.
//
// A run goes from a wake-up until nothing waits or the sender has to wait itself. A mark that
// fails alone, or gets no answer in a batch that was answered, has met trouble: it goes after
// the others from then on, so that it never blocks one. Nothing an answer says deletes a mark.

import { bodyHash } from "./sha256.js";
import { postMarks, putPhoto } from "./wire.js";

const BATCH = 20;
const LONGEST_WAIT = 30000; // ms
const IDLE = 30000; // ms: another tab of this judge may have left something behind
const OF_THE_REQUEST = [401, 408, 425, 429]; // such answers say nothing about the marks
const TIMES_ALONE = 3; // failures until a mark that others pass is put before the judge
const TAKEN = ["stored", "duplicate"];

export class Sender {
  // onChange(problem) is called after every attempt; problem: "" | "offline" | "signIn".
  constructor(outbox, url, judge, onChange) {
    Object.assign(this, { outbox, url, judge, onChange });
    this.failures = 0; // runs without success, for the backoff
    this.notBefore = 0; // Retry-After, by the page's own clock
    this.timer = 0;
    this.isRunning = false;
    this.isAsked = false;
    this.trouble = new Map(); // id → how often it failed
    this.passed = new Map(); // id → what had been taken before its trouble began
    this.taken = 0;
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

  // Try now, whatever we were waiting for; only a server that asked for time gets it.
  wake() {
    this.failures = 0;
    this.schedule(0);
  }

  schedule(wait) {
    clearTimeout(this.timer);
    const least = this.notBefore - performance.now();
    this.timer = setTimeout(() => this.run(), Math.max(wait, least));
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
    } catch (error) {
      // The store failed, or we did: the marks are where they were, and we begin again.
      console.error(error);
      this.wait({ status: 0 });
    } finally {
      this.isRunning = false;
      if (this.isAsked) this.schedule(0);
    }
  }

  // Web Locks exist on secure pages only. Without them two tabs may send the same mark,
  // which the server answers twice the same: harmless, only wasteful.
  async exclusively(work) {
    if (!navigator.locks) return work();
    const name = `${this.outbox.db.name}-sender`;
    return navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock) return work();
      this.schedule(2000);
      return undefined;
    });
  }

  async drain() {
    Object.assign(this, { tried: new Set(), faults: 0, takenBefore: this.taken });
    const isDone = (await this.drainMarks()) && (await this.drainPhotos());
    if (!isDone) return;
    this.failures = 0;
    this.tell("");
    this.schedule(IDLE);
  }

  // ---- marks ----

  // False when the sender has to wait; it has said so itself.
  async drainMarks() {
    let size = BATCH;
    for (;;) {
      const batch = this.inOrder(await this.listWaiting()).slice(0, size);
      if (!batch.length) return this.isEmpty(await this.listWaiting());
      const bodies = batch.map((kept) => kept.body);
      const outcome = await postMarks(this.url, this.judge, bodies);
      if (outcome.answers) {
        if (!(await this.take(batch, outcome.answers))) return this.wait(outcome);
        size = Math.min(BATCH, 2 * size);
      } else if (!isAboutWhatWeSent(outcome)) {
        return this.wait(outcome);
      } else if (batch.length > 1) {
        // One of them offends the server as a whole: find it by sending them singly.
        size = 1;
      } else if (await this.blame(batch[0].id, outcome)) {
        const answer = { status: "refused", reason: `http ${outcome.status}` };
        await this.outbox.note([{ id: batch[0].id, state: "attention", answer }]);
      } else if (this.faults > 1) {
        return this.wait(outcome);
      }
      this.tell("");
    }
  }

  async listWaiting() {
    const all = await this.outbox.list();
    return all.filter((kept) => kept.state === "waiting" && kept.judge === this.judge);
  }

  // What to send next: what met trouble comes after the rest, and once in a run.
  //
  // A mark built on one in trouble waits for it: sent first it would be a conflict.
  inOrder(waiting) {
    const open = waiting.filter(({ id }) => !this.tried.has(id));
    const held = new Set(waiting.filter(({ id }) => this.trouble.has(id)).map(({ id }) => id));
    for (const { id, body } of waiting) if (held.has(body?.based_on)) held.add(id);
    const fresh = open.filter(({ id }) => !held.has(id));
    if (fresh.length) return fresh;
    const blamed = open.filter(({ id }) => this.trouble.has(id));
    return blamed.sort((a, b) => this.trouble.get(a.id) - this.trouble.get(b.id));
  }

  isEmpty(waiting) {
    return waiting.length ? this.wait({ status: 0 }) : true;
  }

  // Note the answers; return how many marks got one.
  async take(batch, answers) {
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    const changes = [];
    for (const kept of batch) {
      const answer = byId.get(kept.id);
      if (answer) changes.push({ id: kept.id, ...readAnswer(kept, answer) });
      // No answer to this one: it stays waiting, and a later run asks again.
      else this.meetTrouble(kept.id);
    }
    await this.outbox.note(changes);
    for (const { id } of changes) this.pass(id);
    return changes.length;
  }

  // ---- photos ----

  // Photos go after their marks, one by one; false when the sender has to wait.
  async drainPhotos() {
    const open = new Set(
      (await this.outbox.list())
        .filter((kept) => kept.state === "attention" || kept.state === "waiting")
        .map((kept) => kept.id),
    );
    const photos = (await this.outbox.listPhotos()).filter(
      // A mark the judge still has to look at may be sent again; its photo waits for it.
      (kept) => kept.state === "waiting" && kept.judge === this.judge && !open.has(kept.mark),
    );
    this.faults = 0;
    for (const kept of this.inOrder(photos)) {
      const outcome = await putPhoto(this.url, this.judge, kept);
      if (outcome.answer) {
        const isRefused = outcome.answer.status === "refused";
        await this.outbox.notePhoto(kept.id, isRefused ? "attention" : "delivered", outcome.answer);
        this.pass(kept.id);
      } else if (!isAboutWhatWeSent(outcome)) {
        return this.wait(outcome);
      } else if (await this.blame(kept.id, outcome)) {
        const answer = { status: "refused", reason: `http ${outcome.status}` };
        await this.outbox.notePhoto(kept.id, "attention", answer);
      } else if (this.faults > 1) {
        return this.wait(outcome);
      }
      this.tell("");
    }
    return photos.some(({ id }) => this.tried.has(id) && this.trouble.has(id))
      ? this.wait({ status: 0 })
      : true;
  }

  // ---- trouble ----

  meetTrouble(id) {
    this.tried.add(id);
    this.trouble.set(id, (this.trouble.get(id) ?? 0) + 1);
  }

  pass(id) {
    this.failures = 0;
    this.faults = 0;
    this.taken += 1;
    this.trouble.delete(id);
  }

  // One that failed alone: true when it is to be put before the judge. At once where the
  // server itself refuses it; else (a defect, a proxy's page) once others pass meanwhile.
  blame(id, { status, isOurs }) {
    if (!(isOurs && status < 500)) {
      this.faults += 1;
      this.meetTrouble(id);
      if (!this.passed.has(id)) this.passed.set(id, this.takenBefore);
      const isAlone = this.taken === this.passed.get(id);
      if (this.trouble.get(id) < TIMES_ALONE || isAlone) return false;
    }
    this.trouble.delete(id);
    this.passed.delete(id);
    return true;
  }

  // Full jitter: tablets that failed together do not come back together.
  wait({ status, retryAfter = 0 }) {
    this.tell(status === 401 ? "signIn" : "offline");
    const ceiling = Math.min(LONGEST_WAIT, 1000 * 2 ** this.failures);
    this.failures = Math.min(this.failures + 1, 6);
    const asked = 1000 * retryAfter;
    if (asked) this.notBefore = performance.now() + asked;
    this.schedule(Math.max(asked + Math.random() * ceiling, 200));
    return false;
  }

  // Whatever the screen makes of it, the sender goes on.
  tell(problem) {
    try {
      this.onChange(problem);
    } catch (error) {
      console.error(error);
    }
  }
}

function isAboutWhatWeSent({ status }) {
  const isRefused = status >= 400 && status < 500 && !OF_THE_REQUEST.includes(status);
  return isRefused || status === 500;
}

// Delivered is only what the server holds exactly as it was made here.
function readAnswer({ body }, answer) {
  if (answer.status === "refused") return { state: "attention", answer };
  if (answer.hash !== bodyHash(body)) {
    return { state: "attention", answer: { ...answer, status: "refused", reason: "hash" } };
  }
  return { state: TAKEN.includes(answer.status) ? "delivered" : "attention", answer };
}
