// The red block: a mark could not be kept on this tablet. Nothing else is to be seen until the
// judge has saved it after all or has it on paper; the value stays on the keypad behind it.

const at = (id) => document.getElementById(id);

// Returns true when `again` kept the mark in the end, false when it is on paper.
export function showBlock({ entry, aspect, value }, again) {
  const dialog = at("block");
  at("block-work").textContent = entry;
  at("block-aspect").textContent = aspect;
  at("block-value").textContent = value || "–";
  at("block-time").textContent = new Date().toLocaleTimeString();
  at("block-note").hidden = true;
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => {
    const end = (isKept) => {
      dialog.onclose = null;
      dialog.close();
      resolve(isKept);
    };
    // Escape is no answer; browsers let a second one pass, so it is shown again.
    dialog.oncancel = (event) => event.preventDefault();
    dialog.onclose = () => dialog.showModal();
    at("block-done").onclick = () => end(false);
    at("block-again").onclick = async () => {
      if (await again()) end(true);
      else at("block-note").hidden = false;
    };
  });
}
