// Answers lines of JSON, each a draw's file, by the browser's implementation.
import { createInterface } from "node:readline";

import { verifyDraw } from "../../../static/js/draw/derive.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { checks, result } = verifyDraw(JSON.parse(line));
  console.log(JSON.stringify({ checks, result: result && Object.fromEntries(result) }));
}
