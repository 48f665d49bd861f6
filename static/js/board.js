// Keeps a public board up to date: by server-sent events, else by asking every two seconds. Each
// change names the state it starts from; where that is not ours something was missed, and the whole
// state is fetched. Works on a plain file server, too: then only state.json is asked for.

const ASK = 2000; // ms
const RELOAD = 60000; // ms between two attempts to get tables for other groups
const TRY_STREAM = 60000; // ms after the server had no stream to give

const board = document.getElementById("board");
const known = { seq: 0, hash: "", state: null, at: Date.now() };
let source = null;
let hasSince = true;

function say(name) {
  const clock = new Date(known.at).toLocaleTimeString(document.documentElement.lang, {
    timeStyle: "medium",
    hour12: false,
    timeZone: "Asia/Shanghai",
  });
  document.getElementById("board-line").textContent = board.dataset[name].replace("{clock}", clock);
}

function put(id, value) {
  document.getElementById(id).textContent = value;
}

function cell(kind, text, isNumber) {
  const made = document.createElement(kind);
  made.textContent = text;
  if (isNumber) made.className = "num";
  if (kind === "th") made.scope = "row";
  return made;
}

function showRows(state) {
  const place = document.getElementById("board-tables");
  const groups = new Map();
  for (const [code, row] of Object.entries(state.rows)) {
    const name = state.groups[row[0]] || "";
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push([code, ...row.slice(1)]);
  }
  const isOther = groups.size !== place.querySelectorAll("table").length;
  if (isOther && Date.now() - Number(sessionStorage.boardReload || 0) > RELOAD) {
    sessionStorage.boardReload = Date.now();
    location.reload(); // the tables themselves are the server's; a file server has older ones
    return;
  }
  for (const table of place.querySelectorAll("table")) {
    const rows = groups.get(table.dataset.group) || [];
    rows.sort((a, b) => (a[1] || Infinity) - (b[1] || Infinity) || (a[0] < b[0] ? -1 : 1));
    const made = rows.map(([code, rank, total, given, expected]) => {
      const line = document.createElement("tr");
      line.append(
        cell("td", rank || "–", true),
        cell("th", code),
        cell("td", total || "–", true),
        cell("td", `${given}/${expected}`, true),
      );
      return line;
    });
    table.tBodies[0].replaceChildren(...made);
  }
}

function show(state) {
  put("board-full", state.full);
  put("board-works", state.works);
  put("board-given", state.given);
  put("board-expected", state.expected);
  put("board-pace", state.pace.at(-1) ?? 0);
  const bar = document.getElementById("board-bar");
  bar.max = state.expected || 1;
  bar.value = state.given;
  const phase = document.getElementById("board-phase");
  phase.hidden = state.phase === "live";
  phase.dataset.phase = state.phase;
  phase.textContent = board.dataset[state.phase];
  showRows(state);
}

function follow(item) {
  if (item.seq <= known.seq) return true;
  if (!known.state || item.from !== known.hash) return false;
  const { set, rows, gone } = item.delta;
  const merged = { ...known.state.rows, ...rows };
  for (const code of gone) delete merged[code];
  Object.assign(known.state, set, { rows: merged });
  known.seq = item.seq;
  known.hash = item.to;
  return true;
}

function take(answer) {
  known.at = Date.now();
  if (answer.state) {
    Object.assign(known, { state: answer.state, seq: answer.seq, hash: answer.hash });
  } else if (!answer.items.every(follow)) {
    known.hash = "";
    return;
  } else if (answer.items.length === 0) {
    return;
  }
  show(known.state);
}

async function get(address) {
  const response = await fetch(address, { cache: "no-cache" });
  if (response.status === 404 && hasSince) {
    hasSince = false;
    return get("state.json");
  }
  if (!response.ok) throw new Error(response.status);
  return response.json();
}

async function ask() {
  if (source?.readyState === EventSource.OPEN) return;
  try {
    const isKnown = hasSince && known.hash;
    take(await get(isKnown ? `since/${known.seq}/${known.hash}.json` : "state.json"));
    say("asking");
  } catch {
    say("lost");
  }
}

function listen() {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource(`stream?after=${known.seq}`);
  source.addEventListener("board", (event) => {
    known.at = Date.now();
    if (follow(JSON.parse(event.data))) show(known.state);
    else known.hash = "";
    if (!known.hash) get("state.json").then(take, () => say("lost"));
  });
  source.addEventListener("open", () => say("live"));
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) ask();
  });
}

ask().then(listen);
setInterval(ask, ASK);
setInterval(listen, TRY_STREAM);
