// The public page of a draw: derives it again in this browser, from the file anybody can save.

import { verifyDraw } from "./derive.js";

const box = document.getElementById("browser-check");
const texts = JSON.parse(box.dataset.texts);

function line(text, fits) {
  const item = document.createElement("li");
  item.className = fits ? "checks__item" : "checks__item checks__item--wrong";
  const mark = document.createElement("span");
  mark.className = "checks__mark";
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = fits ? "✓" : "✗";
  const word = document.createElement("span");
  word.className = "visually-hidden";
  word.textContent = fits ? texts.true : texts.notTrue;
  item.append(mark, ` ${text} `, word);
  return item;
}

async function check() {
  const verdict = document.getElementById("browser-verdict");
  try {
    const response = await fetch(box.dataset.file, { cache: "no-store" });
    const { checks, result } = verifyDraw(await response.json());
    const names = Object.keys(checks);
    const isSound = names.every((name) => checks[name]);
    verdict.textContent = !isSound ? texts.wrong : result ? texts.derived : texts.committed;
    verdict.dataset.sound = String(isSound);
    document
      .getElementById("browser-checks")
      .replaceChildren(...names.map((name) => line(texts.names[name], checks[name])));
  } catch {
    verdict.textContent = texts.failed;
  }
  box.hidden = false;
}

check();
