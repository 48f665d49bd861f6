// A sealed file as a run of QR frames: docs/formats/carry.md.

import { sha256 } from "./sha256.js";

const PART = 280; // bytes: a code of 69 modules, read by any camera from a screen
const MOST = 999;
const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

// Returns the texts of the codes, or null where they would be too many.
export function framesOf(bytes) {
  const total = Math.ceil(bytes.length / PART);
  if (total > MOST) return null;
  const run = sha256(bytes).slice(0, 8).toUpperCase();
  return Array.from({ length: total }, (_none, at) => {
    const part = base45(bytes.subarray(at * PART, (at + 1) * PART));
    const text = `JCC1:${run}:${at + 1}:${total}:${part}`;
    return `${text}:${crc32(text).toString(16).padStart(8, "0").toUpperCase()}`;
  });
}

// RFC 9285: two bytes are three characters, the last one alone two.
export function base45(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length;
    let value = isPair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
    for (let digit = 0; digit < (isPair ? 3 : 2); digit += 1) {
      text += BASE45[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

// The CRC-32 of zlib, of a text in ASCII.
export function crc32(text) {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at += 1) {
    crc ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
