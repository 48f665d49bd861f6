// Keeps the wall up to date: by server-sent events, and where the server gives no stream by
// asking every 15 seconds. Says since when the connection is lost; comes back by itself.

const ASK = 15000; // ms
const TRY_STREAM = 60000; // ms after the server had no stream to give
const QUIET = 45000; // ms without a sign of life: the line is dead though it looks open

const wall = document.getElementById("wall");
const live = document.getElementById("live");
const news = document.getElementById("news");
const state = { tag: wall.dataset.tag, etag: "", heard: Date.now(), changed: Date.now() };
let source = null;
let isAsking = false;

// The hall's time, as the rest of the page shows it, whatever the screen's machine is set to.
function clock(moment) {
  const shown = { timeStyle: "medium", hour12: false, timeZone: "Asia/Shanghai" };
  return new Date(moment).toLocaleTimeString(document.documentElement.lang, shown);
}

function say(name, moment) {
  live.textContent = live.dataset[name].replace("{clock}", clock(moment));
  live.dataset.state = name;
}

function isStreaming() {
  return source?.readyState === EventSource.OPEN;
}

function hear() {
  state.heard = Date.now();
  say(isStreaming() ? "live" : "asking", state.changed);
}

// Ask for the newest wall; the server answers 304 where this one is the newest.
async function ask() {
  if (isAsking) return;
  isAsking = true;
  try {
    const headers = state.etag ? { "If-None-Match": state.etag } : {};
    const response = await fetch(wall.dataset.json, { headers, cache: "no-store" });
    if (response.status === 304) hear();
    else if (response.redirected || !response.ok) say("login", state.heard);
    else {
      state.etag = response.headers.get("ETag");
      show(await response.json());
      hear();
    }
  } catch {
    say("lost", state.heard);
  } finally {
    isAsking = false;
  }
}

function show({ tag, html, totals }) {
  if (tag === state.tag) return;
  const held = document.activeElement?.getAttribute?.("aria-label");
  const isHere = wall.contains(document.activeElement);
  const made = new DOMParser().parseFromString(html, "text/html");
  wall.replaceChildren(...made.body.childNodes);
  if (isHere && held) wall.querySelector(`[aria-label="${CSS.escape(held)}"]`)?.focus();
  Object.assign(state, { tag, changed: Date.now() });
  const text = news.dataset.news
    .replace("{attention}", totals.attention)
    .replace("{unsent}", totals.unsent);
  // A screen reader is told when the figures change, not at every mark.
  if (text !== news.textContent) news.textContent = text;
}

function listen() {
  source?.close();
  const url = `${wall.dataset.stream}?known=${encodeURIComponent(state.tag)}`;
  source = new EventSource(url);
  source.addEventListener("open", hear);
  source.addEventListener("wall", ask);
  source.addEventListener("error", () => {
    // CONNECTING: the browser tries again by itself. CLOSED: there is no stream for us.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, TRY_STREAM);
    ask();
  });
}

addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => event.persisted && listen());
setInterval(() => {
  if (!isStreaming() || Date.now() - state.heard > QUIET) ask();
}, ASK);
document.addEventListener("visibilitychange", () => document.hidden || ask());

listen();
