// Fetching the lists of an officer's events before they are needed, with small photos.

import { ask } from "../tablet/ask.js";
import { readRevocations } from "./ticket.js";

const PHOTO = { width: 120, height: 160 }; // px: enough to compare a face with

// Keeps a list per event, and forgets those of events that are over. Returns how many failed.
export async function fetchLists(outbox, { judge, events }) {
  let failed = 0;
  for (const { event, list } of events) {
    const { data } = await ask(list, { judge });
    const before = (await outbox.readSheet(judge, event))?.data;
    if (data && isNewer(data, before, globalThis.isSecureContext))
      await outbox.saveSheet(judge, event, carry(data, before));
    else failed += 1;
  }
  const known = new Set(events.map(({ event }) => event));
  for (const { event } of await outbox.listSheets(judge)) {
    if (!known.has(event)) await outbox.forgetSheet(judge, event);
  }
  return failed;
}

// A list whose revocations are not signed by its key, or older than those we have, is no list.
// isSecure: the answer came by TLS (or from this very device).
export function isNewer(data, before, isSecure) {
  if (before && !mayFollow(data, before, isSecure)) return false;
  const found = readRevocations(data.revocations, data.public_key);
  const had = before && readRevocations(before.revocations, before.public_key);
  return found?.event === data.event && (!had || found.made_at >= had.made_at);
}

// The key we saw first holds until the server, known by TLS and asked within the officer's
// session, counts it among its keys of before. No key comes back: one that leaked is among those.
function mayFollow(data, before, isSecure) {
  if (data.public_key === before.public_key) return true;
  const known = Object.values(data.keys ?? {});
  const isTold = [before.public_key, data.public_key].every((key) => known.includes(key));
  return isSecure && isTold && !Object.values(before.keys ?? {}).includes(data.public_key);
}

function carry(data, before) {
  const photos = new Map(before?.people.map(({ photo, small }) => [photo, small]));
  const people = data.people.map((person) => ({
    ...person,
    small: photos.get(person.photo) ?? "",
  }));
  return { ...data, people };
}

// The photos that are missing, one after another; a network that fails ends it.
export async function fetchPhotos(outbox, judge, event) {
  const kept = await outbox.readSheet(judge, event);
  const missing = kept?.data.people.filter(({ photo, small }) => photo && !small) ?? [];
  const small = new Map();
  try {
    for (const { photo } of missing) small.set(photo, await shrink(photo));
  } catch {
    // What we have is kept; the next time asks for the others.
  }
  const now = small.size && (await outbox.readSheet(judge, event));
  if (!now) return false;
  const people = now.data.people.map((person) => ({
    ...person,
    small: small.get(person.photo) ?? person.small,
  }));
  await outbox.saveSheet(judge, event, { ...now.data, people });
  return true;
}

async function shrink(url) {
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) throw new TypeError(`No ${url}.`);
  const picture = await createImageBitmap(await response.blob());
  const canvas = Object.assign(document.createElement("canvas"), PHOTO);
  canvas.getContext("2d").drawImage(picture, 0, 0, PHOTO.width, PHOTO.height);
  return canvas.toDataURL("image/jpeg", 0.75);
}
