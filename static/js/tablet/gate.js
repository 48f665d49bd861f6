// "Ready for the hall": what has to be right before a judge carries this tablet to the works.
// Each line is { name, level, ...facts }: green, amber (know it) or red (not ready).

import { Cells } from "../marking/cells.js";
import { sheetDigest } from "../marking/sha256.js";
import { canKeepPages, shownVersion } from "./shell.js";

const MB = 2 ** 20;
const ROOM = { green: 200, amber: 50 }; // MB free for marks and photos
const CLOCK = { green: 120, amber: 86400 }; // seconds off the server's clock
const BATTERY = { green: 50, amber: 20 }; // per cent

// status: the server's answer, null without a network; sheets: what was fetched (prefetch.js).
export async function checkGate({ outbox, status, sheets, worker, offset }) {
  return [
    { name: "secure", level: canKeepPages() ? "green" : "red" },
    await checkPages(worker),
    await checkStore(outbox),
    await checkPersisted(),
    await checkSpace(),
    checkSheets(sheets),
    checkClock(offset),
    await checkVersion(worker, status),
    await checkBattery(),
  ];
}

export function isReady(lines) {
  return lines.length > 0 && lines.every(({ level }) => level !== "red");
}

async function checkPages(worker) {
  return { name: "pages", level: (await shownVersion(worker)) ? "green" : "red" };
}

// Written and read back: private windows and full disks show it here, not at the first mark.
async function checkStore(outbox) {
  try {
    const before = await outbox.gate();
    const trial = `${Date.now()}`;
    await outbox.saveGate({ ...before, trial });
    return { name: "store", level: (await outbox.gate()).trial === trial ? "green" : "red" };
  } catch {
    return { name: "store", level: "red" };
  }
}

async function checkPersisted() {
  const kept = await navigator.storage?.persisted?.().catch(() => false);
  return { name: "persisted", level: kept ? "green" : "red" };
}

async function checkSpace() {
  const room = await navigator.storage?.estimate?.().catch(() => null);
  if (!room) return { name: "space", level: "amber", free: "?" };
  const free = Math.max(0, Math.floor((room.quota - room.usage) / MB));
  return { name: "space", level: atLeast(free, ROOM), free };
}

function checkSheets(sheets) {
  if (!sheets) return { name: "sheets", level: "amber", key: "unknown" };
  const missing = sheets.filter((sheet) => !sheet.isWhole);
  if (missing.length) {
    const names = missing.map((sheet) => sheet.name).join(", ");
    return { name: "sheets", level: "red", names };
  }
  if (!sheets.length) return { name: "sheets", level: "amber", key: "none" };
  const works = sheets.reduce((sum, sheet) => sum + sheet.works, 0);
  return { name: "sheets", level: "green", count: sheets.length, works };
}

function checkClock(offset) {
  if (offset === null) return { name: "clock", level: "amber", key: "unknown" };
  const seconds = Math.round(Math.abs(offset) / 1000);
  const level = seconds <= CLOCK.green ? "green" : seconds <= CLOCK.amber ? "amber" : "red";
  return { name: "clock", level, seconds };
}

async function checkVersion(worker, status) {
  const shown = await shownVersion(worker);
  if (!status) return { name: "version", level: "amber", key: "unknown", shown };
  return { name: "version", level: !shown || shown === status.version ? "green" : "amber", shown };
}

async function checkBattery() {
  const battery = await navigator.getBattery?.().catch(() => null);
  if (!battery) return { name: "battery", level: "none" };
  const percent = Math.round(battery.level * 100);
  return {
    name: "battery",
    level: battery.charging ? "green" : atLeast(percent, BATTERY),
    percent,
  };
}

function atLeast(value, limits) {
  if (value >= limits.green) return "green";
  return value >= limits.amber ? "amber" : "red";
}

// Whether the sheet that lies on the tablet has everything: works, aspects, and exactly the
// marks the server counts.
export function isWhole(kept) {
  if (!kept?.data?.works?.length || !kept.data.aspects.length) return false;
  const { cells } = new Cells(structuredClone(kept.data), kept.judge).sheet;
  return sheetDigest(cells) === kept.data.digest;
}
