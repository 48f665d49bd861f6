// Nobody signs out while marks of theirs wait on this tablet: another judge could not send
// them, and the paper would have to be dug out. Who signs out takes their sheets along.

import { forgetJudge } from "../tablet/wipe.js";
import { countUnsent, openOutbox } from "./outbox.js";

const { judge, unsent, stores } = document.getElementById("outbox-guard").dataset;
const names = stores.split(" "); // of marks, of scans at a gate, or of both

async function inStores(work) {
  for (const name of names) {
    const outbox = await openOutbox(name);
    try {
      await work(outbox);
    } finally {
      outbox.db.close();
    }
  }
}

async function countAll() {
  let count = 0;
  for (const name of names) count += await countUnsent(judge, name).catch(() => 0);
  return count;
}

for (const form of document.querySelectorAll('form[action$="/logout"]')) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.checked) return;
    event.preventDefault();
    const count = await countAll();
    if (count) {
      alert(unsent.replace("{count}", count));
      return;
    }
    await inStores((outbox) => forgetJudge(outbox, judge)).catch(() => null);
    form.dataset.checked = "yes";
    form.requestSubmit();
  });
}

// Whoever is signed in now is the one whose sheets open without a network.
inStores((outbox) => outbox.setJudge(judge)).catch(() => null);
