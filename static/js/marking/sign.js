// Before the signature: nothing may wait on this tablet, and both sides must hold the same.

import { Cells } from "./cells.js";
import { openOutbox } from "./outbox.js";
import { sendReport } from "./report.js";
import { sheetDigest } from "./sha256.js";

const form = document.getElementById("sign");

async function check() {
  const { state, event, judge } = form.dataset;
  const outbox = await openOutbox();
  const response = await fetch(state, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const sheet = await response.json();
  const cells = new Cells(sheet, judge);
  const asServed = sheetDigest(sheet.cells);
  cells.lay(await outbox.list());
  const note = document.getElementById("unsent");
  const own = cells.events.filter((kept) => kept.event === event);
  let problem = "";
  const photos = (await outbox.listPhotos()).filter(
    (kept) => kept.event === event && kept.judge === judge,
  );
  const states = new Set([...own, ...photos].map((kept) => kept.state));
  if (states.has("waiting")) problem = "waiting";
  else if (states.has("attention")) problem = "attention";
  else if (sheetDigest(cells.sheet.cells) !== asServed) problem = "differs";
  // The server lets nobody sign whose tablet has not said that it holds nothing more.
  else if (!(await tell(outbox, event))) problem = "unheard";
  if (problem) {
    note.textContent = note.dataset[problem];
    note.hidden = false;
    return;
  }
  form.elements.digest.value = asServed;
  form.elements.device.value = (await outbox.device()).id;
  const button = form.querySelector("button");
  button.disabled = button.getAttribute("data_ready") !== "yes";
}

function tell(outbox, event) {
  const { report, worker } = form.dataset;
  return sendReport(outbox, report, { event, worker });
}

async function clean() {
  const outbox = await openOutbox();
  for (const kept of await outbox.list()) {
    if (location.pathname.includes(kept.event))
      await outbox.forgetDelivered(kept.event, kept.judge);
  }
}

if (form) check();
else clean();
