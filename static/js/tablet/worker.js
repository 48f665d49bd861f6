// The worker of an app: opens its pages from the tablet's own copy. The server puts SHELL before
// it: { version, prefix, pages: [key, pattern] …, items: [key, source, integrity] … }.
//
// A new version is fetched whole and checked by its hashes, then waits. Which version is shown
// says the pointer, and only a judge's tap moves it: not even a restarted browser does.
/* global SHELL */

const PREFIX = SHELL.prefix;
const OWN = PREFIX + SHELL.version;
const POINTER = "jiangcai-pointer";
const scope = new URL(self.registration.scope);
const pointer = new URL("shell-version", scope).href;
const keyOf = (key) => new URL(key, scope).href;

async function install() {
  const cache = await caches.open(OWN);
  try {
    await Promise.all(SHELL.items.map((item) => keep(cache, ...item)));
  } catch (error) {
    await caches.delete(OWN);
    throw error;
  }
}

// Fetched anew, without cookies; a proxy's page or a file of another version fails its hash.
async function keep(cache, key, source, integrity) {
  const url = new URL(source, scope);
  const response = await fetch(url, { integrity, cache: "no-store", credentials: "omit" });
  if (!response.ok || response.redirected) throw new TypeError(`No ${source}.`);
  await cache.put(keyOf(key), response);
}

async function shown() {
  const kept = await (await caches.open(POINTER)).match(pointer);
  const name = kept && PREFIX + (await kept.text());
  return name && (await caches.has(name)) ? name : null;
}

async function point() {
  await (await caches.open(POINTER)).put(pointer, new Response(SHELL.version));
}

// Only what is shown and what waits to be shown is kept; other parts of the site keep theirs.
async function tidy() {
  const needed = [OWN, await shown()];
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && !needed.includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function activate() {
  if (!(await shown())) await point();
  await tidy();
  await self.clients.claim();
}

async function update() {
  await point();
  await self.skipWaiting();
  await tidy();
}

async function open(key) {
  const cache = await caches.open((await shown()) ?? OWN);
  return cache.match(key);
}

function pageOf({ pathname }) {
  const path = pathname.slice(scope.pathname.length);
  return SHELL.pages.find(([, pattern]) => new RegExp(pattern).test(path))?.[0] ?? "";
}

// The app's own pages come from the tablet; others need the network, and without it the
// start page says so.
async function navigate(request) {
  const page = pageOf(new URL(request.url));
  const kept = page && (await open(keyOf(page)));
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    const start = await open(keyOf("app"));
    if (start) return start;
    throw error;
  }
}

// The app's pages get the files of their own version; a page the server has just made gets
// the server's, and the tablet's where there is no network.
async function answer(request, clientId) {
  const client = await self.clients.get(clientId);
  const isOfApp = client && pageOf(new URL(client.url));
  const kept = await open(request.url);
  if (kept && isOfApp) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  const reply = () => event.ports[0]?.postMessage(SHELL.version);
  if (event.data === "update") event.waitUntil(update().then(reply));
  else reply();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.origin) return;
  if (request.mode === "navigate") event.respondWith(navigate(request));
  else if (SHELL.items.some(([key]) => keyOf(key) === url.href)) {
    event.respondWith(answer(request, event.clientId));
  }
});
