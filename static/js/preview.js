// An aspect as the tablet shows it; what is tapped goes nowhere.
import { build, rangeOf, say } from "./marking/controls.js";

const sheet = document.getElementById("sheet");
const aspect = JSON.parse(sheet.dataset.aspect);
const texts = JSON.parse(sheet.dataset.texts);
const facts = [say(texts.ofMax, { max: aspect.max }), rangeOf(aspect, texts)];
document.getElementById("facts").textContent = facts.filter(Boolean).join(" · ");

let control;
function show(value) {
  control = build(document.getElementById("control"), aspect, value, texts, show);
}
document.addEventListener("keydown", (event) => {
  if (control.key(event)) event.preventDefault();
});
show("");
