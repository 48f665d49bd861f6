// Comforts of the scheme workshop; every step also works without them.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-node]");
  if (!form) return;
  let touched = false;
  form.addEventListener("input", () => {
    touched = true;
  });
  form.addEventListener("submit", () => {
    touched = false;
  });
  // What was typed and not saved is not left by mistake.
  window.addEventListener("beforeunload", (event) => {
    if (touched) event.preventDefault();
  });
  // Another kind of mark asks for other fields.
  const kind = form.querySelector("#node-kind");
  kind?.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
});
