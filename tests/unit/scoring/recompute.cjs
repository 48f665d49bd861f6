// Recomputes workbooks by a spreadsheet engine that is not ours.
//
// Reads lines of JSON: {"sheets": {name: {address: {v} or {f, v}}}}, and answers each
// with {name: {address: value}} of the formula cells; errors are "#ERROR".
"use strict";
const calculate = require("xlsx-calc");
const formulas = require("@formulajs/formulajs");

// The engine tells of trouble on standard output, which is ours.
console.log = console.error;

/** Round as spreadsheets do: by the decimal digits that are shown, half away from 0. */
function round(value, places) {
  const number = Number(value);
  if (!Number.isFinite(number)) return number;
  const shown = Number(Math.abs(number).toPrecision(15));
  const [digits, exponent = "0"] = shown.toExponential().split("e");
  const shift = Math.round(Number(`${digits}e${Number(exponent) + Number(places)}`));
  return Math.sign(number) * Number(`${shift}e${-places}`);
}

calculate.import_functions(formulas);
/** The numbers of a range, as spreadsheets take them: texts in it do not count. */
function numbers(range) {
  return [range].flat(Infinity).filter((value) => typeof value === "number");
}

function ranked(range, place, sign) {
  const ordered = numbers(range).sort((one, other) => sign * (one - other));
  return ordered[place - 1];
}

// Where the library differs from spreadsheets: it rounds the binary number, and counts
// empty texts of a range as 0.
calculate.import_functions({
  ROUND: round,
  MEDIAN: (range) => formulas.MEDIAN(...numbers(range)),
  LARGE: (range, place) => ranked(range, place, -1),
  SMALL: (range, place) => ranked(range, place, 1),
});

function type(value) {
  return typeof value === "number" ? "n" : typeof value === "boolean" ? "b" : "s";
}

function recompute(given) {
  const workbook = { SheetNames: Object.keys(given.sheets), Sheets: {} };
  for (const [name, cells] of Object.entries(given.sheets)) {
    const sheet = { "!ref": given.refs[name] };
    for (const [address, cell] of Object.entries(cells)) {
      sheet[address] = cell.f ? { f: cell.f, t: "n", v: 0 } : { v: cell.v, t: type(cell.v) };
    }
    workbook.Sheets[name] = sheet;
  }
  calculate(workbook, { continue_after_error: true, log_error: false });
  const found = {};
  for (const [name, cells] of Object.entries(given.sheets)) {
    found[name] = {};
    for (const [address, cell] of Object.entries(cells)) {
      if (!cell.f) continue;
      const made = workbook.Sheets[name][address];
      found[name][address] = made.t === "e" ? "#ERROR" : (made.v ?? null);
    }
  }
  return found;
}

const lines = require("node:fs").readFileSync(0, "utf-8").split("\n").filter(Boolean);
for (const line of lines) process.stdout.write(JSON.stringify(recompute(JSON.parse(line))) + "\n");
