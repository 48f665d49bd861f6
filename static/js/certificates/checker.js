// Checks a certificate without a network: its code is signed (Ed25519), and a signed list says
// which ones no longer hold. Put into one page together with the key and the list; see
// docs/formats/certificates.md. Where the browser has no Ed25519, @noble/ed25519 does it.

const PREFIX = "JCA1";
const DAY = 86400000;
const MOST = 4000;
const NAMES = ["number", "holder", "award", "event", "competition", "issuer"];

// ---- bytes ---------------------------------------------------------------------------------

export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// One text per value, so that a copy cannot look different.
function fromBase64(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new Error("base64");
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const again = btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  if (again !== text) throw new Error("base64");
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function framed(message, purpose) {
  const frame = new TextEncoder().encode(`jiangcai/${purpose}\0`);
  const whole = new Uint8Array(frame.length + message.length);
  whole.set(frame);
  whole.set(message, frame.length);
  return whole;
}

// ---- signatures ----------------------------------------------------------------------------

async function noble() {
  const [ed, sha2] = await Promise.all([import("@noble/ed25519"), import("@noble/hashes/sha2.js")]);
  ed.hashes.sha512 = sha2.sha512;
  return { verify: (s, m, k) => ed.verify(s, m, k, { zip215: false }), sha256: sha2.sha256 };
}

// force: "noble" leaves the browser's own out; a test asks for it.
export async function isSigned(message, signature, key, purpose, force = "") {
  const whole = framed(message, purpose);
  if (force !== "noble" && globalThis.crypto?.subtle) {
    let own = null;
    try {
      own = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    } catch {
      own = null; // the browser does not know Ed25519
    }
    if (own) return crypto.subtle.verify({ name: "Ed25519" }, own, signature, whole);
  }
  try {
    return (await noble()).verify(signature, whole, key);
  } catch {
    return false;
  }
}

async function sha256Hex(text) {
  const bytes = new TextEncoder().encode(text);
  if (globalThis.crypto?.subtle) {
    return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  }
  return toHex((await noble()).sha256(bytes));
}

// ---- the code ------------------------------------------------------------------------------

export function readPayload(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 5 || view.getUint8(0) !== 1) throw new Error("version");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const claim = { issuedOn: new Date(view.getUint32(1) * DAY).toISOString().slice(0, 10) };
  let at = 5;
  for (const name of NAMES) {
    const length = view.getUint16(at);
    at += 2;
    if (at + length > bytes.length) throw new Error("length");
    claim[name] = decoder.decode(bytes.subarray(at, at + length));
    at += length;
  }
  if (at !== bytes.length) throw new Error("length");
  return claim;
}

function splitCode(text) {
  const code = text.trim().split("#").pop();
  const parts = code.length <= MOST ? code.split(".") : [];
  if (parts.length !== 3 || parts[0] !== PREFIX) throw new Error("form");
  const [payload, signature] = [fromBase64(parts[1]), fromBase64(parts[2])];
  if (signature.length !== 64) throw new Error("form");
  return { payload, signature };
}

// Returns {at, states: Map(digest → state)}; throws for a list that is not of this key.
export async function readList(given, keyHex, force = "") {
  const { list, signature } = typeof given === "string" ? JSON.parse(given) : given;
  const message = new TextEncoder().encode(list);
  const key = fromHex(keyHex);
  if (!(await isSigned(message, fromHex(signature), key, "certificate-list", force))) {
    throw new Error("list");
  }
  const said = JSON.parse(list);
  if (said.format !== "jiangcai-certificate-list/1") throw new Error("list");
  return { at: said.made_at, states: new Map(said.ended) };
}

// → {verdict: "genuine" | "replaced" | "revoked" | "suspended" | "forged" | "unreadable", claim}
export async function checkCode(text, keyHex, list, force = "") {
  let parts;
  try {
    parts = splitCode(text);
  } catch {
    return { verdict: "unreadable", claim: null };
  }
  const key = fromHex(keyHex);
  if (!(await isSigned(parts.payload, parts.signature, key, "certificate", force))) {
    return { verdict: "forged", claim: null };
  }
  try {
    const claim = readPayload(parts.payload);
    const ended = list.states.get(await sha256Hex(claim.number));
    return { verdict: ended ?? "genuine", claim };
  } catch {
    return { verdict: "unreadable", claim: null };
  }
}

// ---- the page ------------------------------------------------------------------------------

function startPage() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (name) => document.getElementById(name);
  let list = null;

  const row = (label, value) => {
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = label;
    text.textContent = value || "—";
    at("facts").append(term, text);
  };
  const show = ({ verdict, claim }) => {
    at("verdict").className = `verdict ${verdict}`;
    at("verdict").textContent = data.words[verdict];
    at("facts").replaceChildren();
    if (!claim) return;
    for (const name of ["holder", "award", "event", "competition", "issuer"]) {
      row(data.words[name], claim[name]);
    }
    row(data.words.issued_on, claim.issuedOn);
    row(data.words.number, claim.number);
  };
  const check = async () => {
    if (at("code").value.trim()) show(await checkCode(at("code").value, data.key, list));
  };
  const takeList = async (given) => {
    try {
      list = await readList(given, data.key);
      at("known").textContent = data.words.known.replace(
        "{at}",
        list.at.slice(0, 16).replace("T", " "),
      );
      await check();
    } catch {
      at("known").textContent = data.words.bad_list;
    }
  };
  const readPicture = async (file) => {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const { data: pixels } = context.getImageData(0, 0, canvas.width, canvas.height);
    const found = globalThis.jsQR(pixels, canvas.width, canvas.height);
    if (!found) return show({ verdict: "no_code", claim: null });
    at("code").value = found.data;
    return check();
  };

  at("form").addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  at("picture").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) readPicture(file).catch(() => show({ verdict: "no_code", claim: null }));
  });
  at("newer").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) await takeList(await file.text());
  });
  const follow = () => {
    const code = location.hash.slice(1);
    if (!code) return;
    at("code").value = code;
    check();
  };
  globalThis.addEventListener("hashchange", follow);
  takeList(data.list).then(follow);
}

if (typeof document !== "undefined") startPage();
