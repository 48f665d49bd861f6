// Reading a ticket and a signed list of revoked ones, without a network.
// What they say byte by byte: docs/rules/eligibility.md, competition/registration/rules/tickets.py.

const LONGEST = 600; // characters
const HEAD = 42; // bytes: version, event, entry, from, until, length of the number
const SIGNATURE = 64; // bytes
const TEXT = new TextEncoder();

// Returns { event, entry, from, until, number }, or null where the signature is not of `key`
// (hex) or the text is something else. uids without hyphens, times in ms.
export function readTicket(text, key) {
  const parts = text.length <= LONGEST ? text.trim().split(".") : [];
  if (parts.length !== 3 || parts[0] !== "JC1") return null;
  const payload = fromUrl64(parts[1]);
  const signature = fromUrl64(parts[2]);
  if (!payload || !isSigned("ticket", payload, signature, key)) return null;
  return unpack(payload);
}

// Returns { event, made_at, numbers }, or null where it is not signed by `key`.
export function readRevocations({ text, signature }, key) {
  const bytes = fromBase64(signature);
  return isSigned("ticket-revocations", TEXT.encode(text), bytes, key) ? JSON.parse(text) : null;
}

export function isTicketText(text) {
  return text.trim().startsWith("JC1.");
}

function isSigned(purpose, message, signature, key) {
  const publicKey = fromHex(key);
  if (signature?.length !== SIGNATURE || publicKey.length !== 32) return false;
  const head = TEXT.encode(`jiangcai/${purpose}\0`);
  const framed = new Uint8Array(head.length + message.length);
  framed.set(head);
  framed.set(message, head.length);
  return globalThis.nacl.sign.detached.verify(framed, signature, publicKey);
}

function unpack(payload) {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  if (payload.length < HEAD || view.getUint8(0) !== 1) return null;
  const number = payload.subarray(HEAD);
  if (number.length !== view.getUint8(41)) return null;
  return {
    event: toHex(payload.subarray(1, 17)),
    entry: toHex(payload.subarray(17, 33)),
    from: 1000 * view.getUint32(33),
    until: 1000 * view.getUint32(37),
    number: new TextDecoder().decode(number),
  };
}

// One text per value, so that a copy cannot look different.
function fromUrl64(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  const bytes = fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  if (!bytes) return null;
  const again = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  return again === text ? bytes : null;
}

function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
