// Answers lines of JSON with the codes of the questions that static/js/questions.js shows.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { runInNewContext } from "node:vm";

const source = new URL("../../../static/js/questions.js", import.meta.url);
const page = { document: { addEventListener() {} } };
runInNewContext(`${readFileSync(source, "utf8")}\nthis.isShown = isShown;`, page);

for await (const line of createInterface({ input: process.stdin })) {
  const { boxes, answers, facts } = JSON.parse(line);
  const said = {};
  const shown = [];
  for (const dataset of boxes) {
    if (!page.isShown({ dataset }, said, facts)) continue;
    shown.push(dataset.question);
    said[dataset.question] = (answers[dataset.question] ?? "").split(" ").filter(Boolean);
  }
  console.log(JSON.stringify(shown));
}
