// Fetching a judge's sheets before they are needed, and forgetting those that are locked.

import { keepExemplars } from "../marking/exemplars.js";
import { ask } from "./ask.js";
import { isWhole } from "./gate.js";
import { wipeLocked } from "./wipe.js";

// Before the check-in there are no codes, so no sheet.
const TOO_EARLY = ["draft", "registration", "closed"];

// Returns one line per event of the judge: { event, name, seat, state, works, isWhole }.
export async function fetchSheets(outbox, status, url, photos) {
  const lines = [];
  for (const found of status.events) {
    const isAsked = found.covers && !TOO_EARLY.includes(found.state);
    const { status: answer, data } = isAsked
      ? await ask(url.replace("EVENT", encodeURIComponent(found.event)), { judge: status.judge })
      : { status: 409, data: null };
    // 409: no codes or no frozen scheme yet.
    if (answer === 409 || (answer === 200 && !data.works.length)) continue;
    lines.push(await keep(outbox, status.judge, found, data, photos));
  }
  return lines.filter(Boolean);
}

async function keep(outbox, judge, found, data, photos) {
  if (data?.locked) {
    await wipeLocked(outbox, data);
    return null;
  }
  try {
    if (data) await outbox.saveSheet(judge, found.event, data);
    const isFresh = Boolean(data) && (await keepExemplars(photos, found.event, data.aspects));
    return describe(found, await outbox.readSheet(judge, found.event), isFresh);
  } catch {
    return describe(found, null, false); // no room: the gate says so
  }
}

function describe(found, kept, isFresh) {
  const works = kept?.data.works.length ?? 0;
  return { ...found, works, isWhole: isFresh && isWhole(kept) };
}
