// The tablet's memory: every mark is written here before the screen says it is saved.
//
// An event is waiting → delivered, or waiting → attention (refused, conflict, late, another
// hash). Nothing an answer says ever deletes one; delivered ones go when the sheet is signed,
// settled ones stay as "settled". Photos do the same, after their marks.

const NAME = "jiangcai-marks";
const VERSION = 3;

// name: of another store with the same parts, for samples; marks that count never meet those.
export async function openOutbox(name) {
  const db = await new Promise((resolve, reject) => {
    globalThis.idb
      .openDB(name || NAME, VERSION, {
        upgrade,
        // A page of the former version holds the store: say so instead of waiting for ever.
        blocked: () => reject(new Error("Another window keeps the store.")),
      })
      .then(resolve, reject);
  });
  // Ask that the browser keeps the store; it may say no, and the server still has the marks.
  navigator.storage?.persist?.().catch(() => false);
  return new Outbox(db);
}

function upgrade(made, before) {
  if (before < 1) {
    const events = made.createObjectStore("events", { keyPath: "id" });
    events.createIndex("state", "state");
    made.createObjectStore("device", { keyPath: "name" });
  }
  // id is the mark's and the photo's hash: the same photo of a mark is one.
  if (before < 2) made.createObjectStore("photos", { keyPath: "id" });
  if (before < 3) made.createObjectStore("sheets", { keyPath: "id" });
}

class Outbox {
  constructor(db) {
    this.db = db;
  }

  // This tablet: { id, seq, made }. seq is its head: the number of the last mark it kept.
  async device() {
    const tx = this.db.transaction("device", "readwrite", { durability: "strict" });
    const own = await ownDevice(tx.store);
    await tx.done;
    return { id: own.id, seq: own.seq, made: own.made };
  }

  // Keep a mark. Returns only when the disk has it: "strict" survives a power cut.
  async save(mark, judge, event) {
    const tx = this.db.transaction(["events", "device"], "readwrite", { durability: "strict" });
    const device = tx.objectStore("device");
    const own = await ownDevice(device);
    own.seq += 1;
    const body = {
      id: uuid7(),
      device: own.id,
      device_seq: own.seq,
      marked_at: new Date().toISOString(),
      ...mark,
      event,
    };
    const kept = { id: body.id, seq: own.seq, judge, event, body, state: "waiting", answer: null };
    device.put(own);
    tx.objectStore("events").put(kept);
    await tx.done;
    return kept;
  }

  // Note what became of marks; the marks themselves stay as they were made.
  async note(changes) {
    const tx = this.db.transaction("events", "readwrite", { durability: "strict" });
    for (const { id, state, answer } of changes) {
      const kept = await tx.store.get(id);
      if (kept) tx.store.put({ ...kept, state, answer: answer ?? kept.answer });
    }
    await tx.done;
  }

  // Remember that marks or photos went out by hand; they wait on until the server answers.
  async noteCarried(ids, carried) {
    const names = ["events", "photos"];
    const tx = this.db.transaction(names, "readwrite", { durability: "strict" });
    for (const store of names.map((name) => tx.objectStore(name))) {
      for (const id of ids) {
        const kept = await store.get(id);
        if (kept) store.put({ ...kept, carried });
      }
    }
    await tx.done;
  }

  async list() {
    const all = await this.db.getAll("events");
    return all.sort((a, b) => a.seq - b.seq);
  }

  // Keep a photo of a mark: { mark, sha256, type, bytes, entry, aspect }.
  async savePhoto(photo, judge, event) {
    const kept = {
      ...photo,
      id: `${photo.mark}/${photo.sha256}`,
      judge,
      event,
      taken_at: new Date().toISOString(),
      state: "waiting",
      answer: null,
    };
    const tx = this.db.transaction("photos", "readwrite", { durability: "strict" });
    if (!(await tx.store.get(kept.id))) tx.store.put(kept);
    await tx.done;
  }

  async notePhoto(id, state, answer) {
    const tx = this.db.transaction("photos", "readwrite", { durability: "strict" });
    const kept = await tx.store.get(id);
    if (kept) tx.store.put({ ...kept, state, answer: answer ?? kept.answer });
    await tx.done;
  }

  async listPhotos() {
    const all = await this.db.getAll("photos");
    return all.sort((a, b) => (a.taken_at < b.taken_at ? -1 : 1));
  }

  // After the signature the server's copy is the one that counts; ours may go.
  async forgetDelivered(event, judge) {
    const names = ["events", "photos"];
    const tx = this.db.transaction(names, "readwrite", { durability: "strict" });
    for (const store of names.map((name) => tx.objectStore(name))) {
      for (const kept of await store.getAll()) {
        const gone = kept.state === "delivered" || kept.state === "settled";
        if (gone && kept.event === event && kept.judge === judge) store.delete(kept.id);
      }
    }
    await tx.done;
  }

  // The judge whose sheets this tablet opens without a network; null when nobody is signed in.
  async judge() {
    return (await this.db.get("device", "judge"))?.judge ?? null;
  }

  async setJudge(judge) {
    if (judge === (await this.judge())) return;
    const tx = this.db.transaction("device", "readwrite", { durability: "strict" });
    tx.store.put({ name: "judge", judge });
    await tx.done;
  }

  // What the gate "ready for the hall" found the last time: { judge, at, ready, version, lines }.
  async gate() {
    return (await this.db.get("device", "gate")) ?? null;
  }

  // Throws where the tablet cannot keep anything: the gate tries it out by this.
  async saveGate(found) {
    const tx = this.db.transaction("device", "readwrite", { durability: "strict" });
    tx.store.put({ ...found, name: "gate" });
    await tx.done;
  }

  // Keep a sheet as the server sent it: codes, aspects, own marks. It holds no name.
  async saveSheet(judge, event, data) {
    const tx = this.db.transaction("sheets", "readwrite", { durability: "strict" });
    const at = new Date().toISOString();
    tx.store.put({ id: `${judge}/${event}`, judge, event, data, at });
    await tx.done;
  }

  async readSheet(judge, event) {
    return (await this.db.get("sheets", `${judge}/${event}`)) ?? null;
  }

  async listSheets(judge) {
    const all = await this.db.getAll("sheets");
    return all.filter((kept) => kept.judge === judge);
  }

  async forgetSheet(judge, event) {
    await this.db.delete("sheets", `${judge}/${event}`);
  }
}

// The record of this tablet, made when it is missing; only inside a transaction.
async function ownDevice(store) {
  const made = new Date().toISOString();
  const own = (await store.get("this")) ?? { name: "this", id: randomId(), seq: 0 };
  if (own.made) return own;
  store.put({ ...own, made });
  return { ...own, made };
}

// name: of the store, as openOutbox takes it.
export async function countUnsent(judge, name) {
  const outbox = await openOutbox(name);
  const all = [...(await outbox.list()), ...(await outbox.listPhotos())];
  outbox.db.close();
  // What was refused is nowhere else either; conflicts and late marks the server has.
  const isOpen = ({ state, answer }) =>
    state === "waiting" || (state === "attention" && !answer?.seq);
  return all.filter((kept) => kept.judge === judge && isOpen(kept)).length;
}

function randomBytes(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function randomId() {
  return hex(randomBytes(16));
}

// UUIDv7 (RFC 9562). crypto.randomUUID is missing on plain http, and gives version 4.
function uuid7() {
  const bytes = randomBytes(16);
  let millis = Date.now();
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = millis % 256;
    millis = Math.floor(millis / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
