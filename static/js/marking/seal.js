// Seals unsent marks for the way by hand: docs/formats/carry.md, to the byte.
//
// Only pages on https (and localhost) have crypto.subtle; `canSeal` says so beforehand.

const FORMAT = "jiangcai-carry/1";
const MAGIC = "JCCARRY1";
const TAG = 16; // bytes

export const canSeal = () => Boolean(globalThis.isSecureContext && crypto.subtle);

// content: { marks, photos }; key: the event's, as the sheet has it; said: the head's own fields
// (event, judge, seat, device, head). Returns the bytes of the file.
export async function seal(content, key, said) {
  const encoder = new TextEncoder();
  const plain = encoder.encode(JSON.stringify(content));
  const theirs = fromBase64(key);
  const { packed, pack } = await packUp(plain);
  const head = encoder.encode(
    JSON.stringify({
      format: FORMAT,
      ...said,
      marks: content.marks.length,
      photos: content.photos.length,
      key: hex(await digest(theirs)).slice(0, 16),
      pack,
      size: packed.length + TAG,
      sha256: hex(await digest(plain)),
      made_at: new Date().toISOString(),
    }),
  );
  const own = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, [
    "deriveBits",
  ]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const bound = join([encoder.encode(MAGIC), lengthOf(head), head, point]);
  const aes = await derive(own.privateKey, theirs, point, said.event);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv: nonce, additionalData: bound };
  const body = new Uint8Array(await crypto.subtle.encrypt(how, aes, packed));
  return join([bound, nonce, body]);
}

async function derive(ours, theirs, salt, event) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const point = await crypto.subtle.importKey("raw", theirs, curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: point }, ours, 256);
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode(`${FORMAT}\n${event}`);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt, info },
    secret,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
}

// Older browsers cannot compress; then the file is larger and as good.
async function packUp(plain) {
  if (!globalThis.CompressionStream) return { packed: plain, pack: "none" };
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("deflate"));
  return { packed: new Uint8Array(await new Response(stream).arrayBuffer()), pack: "deflate" };
}

async function digest(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function lengthOf(bytes) {
  const made = new Uint8Array(4);
  new DataView(made.buffer).setUint32(0, bytes.length);
  return made;
}

function join(parts) {
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}

function fromBase64(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
