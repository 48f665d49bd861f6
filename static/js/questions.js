// Shows and hides questions while the ones before them are answered. The server asks again what
// is shown, and keeps nothing of what is hidden; the form works without this file.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-facts]");
  if (!form) return;
  const facts = JSON.parse(form.dataset.facts);
  const show = () => {
    const answers = {};
    for (const box of form.querySelectorAll("[data-question]")) {
      box.hidden = !isShown(box, answers, facts);
      answers[box.dataset.question] = box.hidden ? [] : given(box);
    }
  };
  form.addEventListener("input", show);
  show();
});

function isShown({ dataset }, answers, facts) {
  const wanted = new Map();
  for (const pair of dataset.shownIf.split("|").filter(Boolean)) {
    const [subject, value] = pair.split("=");
    wanted.set(subject, [...(wanted.get(subject) ?? []), value]);
  }
  for (const [subject, values] of wanted) {
    const said = subject in facts ? [facts[subject]] : (answers[subject] ?? []);
    if (!values.some((value) => said.includes(value))) return false;
  }
  if (!dataset.ageLow && !dataset.ageHigh) return true;
  const age = facts.age === "" ? Number.NaN : Number(facts.age);
  return age >= Number(dataset.ageLow || 0) && age <= Number(dataset.ageHigh || 999);
}

function given(box) {
  const ticked = box.querySelectorAll("input:checked");
  return Array.from(ticked, (input) => input.value);
}
