// The tablet's memory: every mark is written here before the screen says it is saved.
//
// An event is waiting → delivered, or waiting → attention (refused, conflict, late, another
// hash). Nothing an answer says ever deletes one; delivered ones go when the sheet is signed,
// settled ones stay as "settled". Photos do the same, after their marks.

const NAME = "jiangcai-marks";

export async function openOutbox() {
  const db = await globalThis.idb.openDB(NAME, 2, {
    upgrade(made, before) {
      if (before < 1) {
        const events = made.createObjectStore("events", { keyPath: "id" });
        events.createIndex("state", "state");
        made.createObjectStore("device", { keyPath: "name" });
      }
      // id is the mark's and the photo's hash: the same photo of a mark is one.
      made.createObjectStore("photos", { keyPath: "id" });
    },
  });
  // Ask that the browser keeps the store; it may say no, and the server still has the marks.
  navigator.storage?.persist?.().catch(() => false);
  return new Outbox(db);
}

class Outbox {
  constructor(db) {
    this.db = db;
  }

  // Keep a mark. Returns only when the disk has it: "strict" survives a power cut.
  async save(mark, judge, event) {
    const tx = this.db.transaction(["events", "device"], "readwrite", { durability: "strict" });
    const device = tx.objectStore("device");
    const own = (await device.get("this")) ?? { name: "this", id: randomId(), seq: 0 };
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
}

export async function countUnsent(judge) {
  const outbox = await openOutbox();
  const all = [...(await outbox.list()), ...(await outbox.listPhotos())];
  outbox.db.close();
  return all.filter((kept) => kept.judge === judge && kept.state === "waiting").length;
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
