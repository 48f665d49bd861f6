// Taking away what a tablet need not keep any longer. What is not on the server stays.

import { Cells } from "../marking/cells.js";
import { forgetExemplars } from "../marking/exemplars.js";
import { sheetDigest } from "../marking/sha256.js";
import { countKept, countUnsettled } from "./counts.js";

// After the lock: forget a judge's marks, photos and sheet of an event. Returns whether it did.
export async function wipeEvent(outbox, judge, event) {
  const { own } = await countKept(outbox, judge);
  const left = own.get(event);
  if (left) return false;
  await outbox.forgetDelivered(event, judge);
  await outbox.forgetSheet(judge, event);
  await forgetExemplars(event);
  return true;
}

// The same, where the server's sheet says "locked" and holds exactly what we delivered.
export async function wipeLocked(outbox, sheet) {
  if (!sheet.locked) return false;
  const cells = new Cells(structuredClone(sheet), sheet.judge);
  cells.lay(await outbox.list());
  if (sheetDigest(cells.sheet.cells) !== sheet.digest) return false;
  return wipeEvent(outbox, sheet.judge, sheet.event);
}

// When a judge signs out: the next one finds no sheet of theirs.
export async function forgetJudge(outbox, judge) {
  for (const { event } of await outbox.listSheets(judge)) await outbox.forgetSheet(judge, event);
  if ((await outbox.judge()) === judge) await outbox.setJudge(null);
}

// Everything but the tablet's own number: the server knows the tablet by it. Refused, with
// false, while anything of anybody is unsent or unsettled.
export async function clearTablet(outbox) {
  if (await countUnsettled(outbox)) return false;
  const names = ["events", "photos", "sheets"];
  const tx = outbox.db.transaction([...names, "device"], "readwrite", { durability: "strict" });
  for (const name of names) tx.objectStore(name).clear();
  for (const name of ["judge", "gate"]) tx.objectStore("device").delete(name);
  await tx.done;
  await forgetExemplars();
  return true;
}
