// What a scanned or typed text means at this judge's sheet.
//
//   JC-SHEET1.…  a printed mark sheet: event, scheme, seat, work (docs/formats/papers.md)
//   JC1.…        a contestant's ticket: nothing a judge may look at
//   else         a work code as typed

const SHEET = "JC-SHEET1.";
const TICKET = /^JC\d+\./;
const EVENT = 16; // bytes
const DIGEST = 16; // bytes

// Returns { work }, its place among the works, and for somebody else's sheet the seat; or
// { problem }: "empty" | "ticket" | "broken" | "event" | "work" | "unknown".
export function readCode(text, sheet) {
  const found = text.normalize("NFKC").trim();
  if (!found) return { problem: "empty" };
  if (found.startsWith(SHEET)) return readPaper(found.slice(SHEET.length), sheet);
  if (TICKET.test(found)) return { problem: "ticket" };
  const at = placeOf(found, sheet.works);
  return at < 0 ? { problem: "unknown", code: found.slice(0, 40) } : { work: at };
}

// Whether a text can be one that was scanned here, not a value typed by a quick hand.
export function looksScanned(text, works) {
  return (
    text.startsWith("JC") || text.length >= 8 || (text.length >= 4 && placeOf(text, works) >= 0)
  );
}

function placeOf(code, works) {
  const plain = code.toLowerCase();
  return works.findIndex((work) => work.normalize("NFKC").toLowerCase() === plain);
}

function readPaper(packed, sheet) {
  const bytes = unpack(packed);
  if (!bytes || bytes.length <= EVENT + DIGEST) return { problem: "broken" };
  const event = Array.from(bytes.slice(0, EVENT), (b) => b.toString(16).padStart(2, "0")).join("");
  const [seat, code = ""] = new TextDecoder().decode(bytes.slice(EVENT + DIGEST)).split("\n");
  if (event !== sheet.event.replaceAll("-", "")) return { problem: "event" };
  const at = placeOf(code, sheet.works);
  if (at < 0) return { problem: "work", code };
  return seat === sheet.seat ? { work: at } : { work: at, seat };
}

function unpack(packed) {
  try {
    const plain = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  } catch {
    return null;
  }
}
