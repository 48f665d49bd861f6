// Which sheet the marking screen shows: the server's, else the copy this tablet keeps.

import { ask } from "../tablet/ask.js";
import { wipeLocked } from "../tablet/wipe.js";
import { openOutbox } from "./outbox.js";

// Why there is nothing to show; `reason` names one of the page's texts.
export class OpenError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

// Returns { sheet, judge, isOffline }; throws an OpenError.
export async function openSheet() {
  const event = eventOfPage();
  fillAddresses(event);
  const { state, store } = document.getElementById("sheet").dataset;
  const outbox = await openOutbox(store).catch(() => null);
  try {
    return await findSheet(outbox, event, state);
  } finally {
    outbox?.db.close();
  }
}

async function findSheet(outbox, event, url) {
  const { status, data } = await ask(url);
  if (status === 200 && data.event === event) {
    if (!data.works.length || !data.aspects.length) throw new OpenError("noSeat");
    await keepSheet(outbox, data);
    return { sheet: data, judge: data.judge, isOffline: false };
  }
  // The server knows the judge and says no: another judge's copy is none of their business.
  if ([403, 404, 409].includes(status)) throw new OpenError("noSeat");
  const judge = await outbox?.judge();
  const kept = judge && (await outbox.readSheet(judge, event));
  if (kept) return { sheet: kept.data, judge, isOffline: true };
  throw new OpenError(status === 401 ? "signInFirst" : "noSheet");
}

// After the lock nothing is kept that the server has. A sheet that cannot be kept is shown all
// the same; the gate tells that it is not there.
export async function keepSheet(outbox, data) {
  try {
    await outbox?.setJudge(data.judge);
    if (data.locked && outbox && (await wipeLocked(outbox, data))) return true;
    await outbox?.saveSheet(data.judge, data.event, data);
  } catch {
    return false;
  }
  return true;
}

export function eventOfPage() {
  return decodeURIComponent(location.pathname.split("/").at(-2));
}

// The page is the same for every event; its addresses say EVENT where the event belongs.
function fillAddresses(event) {
  const page = document.getElementById("sheet");
  const fill = (text) => text.replace("EVENT", encodeURIComponent(event));
  for (const name of ["alerts", "state", "login"]) page.dataset[name] = fill(page.dataset[name]);
  for (const link of document.querySelectorAll('a[href*="EVENT"]')) {
    link.setAttribute("href", fill(link.getAttribute("href")));
  }
}
