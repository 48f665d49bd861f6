// Reading a ticket and a signed list of revoked ones, without a network.
// What they say byte by byte: docs/rules/eligibility.md, competition/registration/rules/tickets.py.

import { hashes, verify } from "../../vendor/noble/ed25519.js";
import { sha512 } from "../../vendor/noble/hashes/sha2.js";

hashes.sha512 = sha512; // its own would be the browser's, which plain http does not have

const LONGEST = 600; // characters
const BODY = 41; // bytes: event, entry, from, until, length of the number
const KEY_ID = 4; // bytes, in version 2 behind the version
const SIGNATURE = 64; // bytes
const TEXT = new TextEncoder();

// Returns { event, entry, from, until, number }, or null where the signature is not of the key
// the ticket names or the text is something else. uids without hyphens, times in ms.
// list: { keys: { id: key }, public_key }, keys in hex; one from before has public_key alone.
export function readTicket(text, list) {
  const parts = text.length <= LONGEST ? text.trim().split(".") : [];
  if (parts.length !== 3 || parts[0] !== "JC1") return null;
  const payload = fromUrl64(parts[1]);
  const signature = fromUrl64(parts[2]);
  if (!payload) return null;
  const isOurs = keysFor(payload, list).some((key) => isSigned("ticket", payload, signature, key));
  return isOurs ? unpack(payload) : null;
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
  try {
    return verify(signature, framed, publicKey, { zip215: false });
  } catch {
    return false; // not a point of the curve
  }
}

// The key a ticket names; one that names none may be of any.
function keysFor(payload, { keys, public_key: only }) {
  if (payload[0] === 1 || !keys) return Object.values(keys ?? { only });
  const named = payload[0] === 2 ? keys[toHex(payload.subarray(1, 1 + KEY_ID))] : undefined;
  return named ? [named] : [];
}

function unpack(payload) {
  const at = { 1: 1, 2: 1 + KEY_ID }[payload[0]];
  if (!at || payload.length < at + BODY) return null;
  const body = payload.subarray(at);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const number = body.subarray(BODY);
  if (number.length !== view.getUint8(BODY - 1)) return null;
  return {
    event: toHex(body.subarray(0, 16)),
    entry: toHex(body.subarray(16, 32)),
    from: 1000 * view.getUint32(32),
    until: 1000 * view.getUint32(36),
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
