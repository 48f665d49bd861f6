// One request to the server, and what its answer is worth.
//
// An outcome has `answers` (or a photo's `answer`) only where the server itself answered in its
// own shape; a login page, another program's JSON or a cut connection is status 0. `isOurs`
// says that a refusal is the server's own problem document, not some proxy's page.

const TIMEOUT = 20000; // ms
const LONGEST_RETRY_AFTER = 300; // s: a proxy's slip must not silence a tablet for a day
const STATUSES = ["stored", "duplicate", "conflict", "late", "refused"];

export async function postMarks(url, judge, marks) {
  const body = JSON.stringify({ marks });
  const headers = headersOf(judge, "application/json");
  return exchange(url, { method: "POST", headers, body }, TIMEOUT, readAnswers);
}

export async function putPhoto(url, judge, kept) {
  const headers = headersOf(judge, kept.type);
  const request = { method: "PUT", headers, body: kept.bytes };
  const address = `${url}/${kept.mark}/photos/${kept.sha256}`;
  return exchange(address, request, 3 * TIMEOUT, (found) => readPhoto(found, kept));
}

// Of the judge who made the marks, whoever is signed in now: the server refuses another's.
function headersOf(judge, type) {
  return { "Content-Type": type, "X-Requested-With": "jiangcai", "X-Judge": judge };
}

async function exchange(url, request, limit, read) {
  try {
    const response = await fetch(url, {
      ...request,
      cache: "no-store",
      signal: timeout(limit),
    });
    const { status } = response;
    if (status === 200) return { status, ...read(await response.json()) };
    const isOurs = (response.headers.get("Content-Type") ?? "").includes("problem+json");
    if (status === 422 && !isOurs) return await readRefusal(response, read);
    return { status, isOurs, retryAfter: retryAfter(response) };
  } catch {
    return { status: 0 };
  }
}

// A refused photo is answered 422 in the shape of its answer.
async function readRefusal(response, read) {
  try {
    return { status: 422, ...read(await response.json()) };
  } catch {
    return { status: 422, isOurs: false, retryAfter: 0 };
  }
}

function readAnswers({ marks }) {
  if (!Array.isArray(marks)) throw new TypeError("No answers in the answer.");
  return { answers: marks.filter((answer) => STATUSES.includes(answer?.status)) };
}

function readPhoto(answer, kept) {
  const isAnswer = STATUSES.includes(answer?.status) && answer.sha256 === kept.sha256;
  if (!isAnswer) throw new TypeError("Another photo's answer.");
  return { answer };
}

// Seconds, given as such or as a moment of the server's clock; ours may be wrong.
function retryAfter({ headers }) {
  const text = headers.get("Retry-After") ?? "";
  const moment = (Date.parse(text) - Date.parse(headers.get("Date"))) / 1000;
  const seconds = /^\d+$/.test(text.trim()) ? Number(text) : moment || 0;
  return Math.min(Math.max(seconds, 0), LONGEST_RETRY_AFTER);
}

// AbortSignal.timeout is missing on tablets of before 2022.
function timeout(limit) {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), limit);
  return stop.signal;
}
