// The sheet as it is on the server now, when that is another than the tablet shows.

import { ask } from "../tablet/ask.js";
import { keepSheet } from "./open.js";

// Returns the newer sheet, or null where none of this judge and event came.
export async function fetchNewer(outbox, url, { sheet, judge }) {
  const { data } = await ask(url, { judge });
  if (!data || data.judge !== judge || data.event !== sheet.event || !data.works.length)
    return null;
  await keepSheet(outbox, data);
  return data;
}
