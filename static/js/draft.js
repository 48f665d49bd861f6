// Keeps a draft while it is typed. The server keeps whatever is sent, right or wrong; the
// form works without this file by its own buttons.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-autosave]");
  const saved = document.getElementById("saved");
  if (!form || !saved) return;
  let waiting = 0;
  const keep = async () => {
    const data = new FormData(form);
    data.set("action", "autosave");
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: data });
      if (!answer.ok || answer.redirected) return;
      const { saved: moment } = await answer.json();
      saved.textContent = saved.dataset.text.replace("{moment}", moment);
    } catch {
      // No network now: the next change tries again, and so does the button.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 1200);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
});
