// Nobody signs out while marks of theirs wait on this tablet: another judge could not send
// them, and the paper would have to be dug out.

import { countUnsent } from "./outbox.js";

for (const form of document.querySelectorAll('form[action$="/logout"]')) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.checked) return;
    event.preventDefault();
    const { judge, unsent } = document.getElementById("outbox-guard").dataset;
    const count = await countUnsent(judge).catch(() => 0);
    if (count) {
      alert(unsent.replace("{count}", count));
      return;
    }
    form.dataset.checked = "yes";
    form.requestSubmit();
  });
}
