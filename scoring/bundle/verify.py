#!/usr/bin/env python3
"""Check the audit bundle of a skills competition, trusting nobody who made it.

    python verify.py BUNDLE.zip
    python verify.py --checkpoint cp.json --public-key HEX BUNDLE.zip

One file, Python 3.11 or newer, standard library only, no network. It recomputes the
manifest, the hash chain of the log, every signature, every draw of lots, the marks that
count, and from them totals, ranks and awards by an implementation of its own, and
prints one line for each claim: PASS, FAIL with the first bad row, or NOTE.

Exit status: 0 every claim holds, 1 one does not, 2 this is no readable bundle.

A bundle proves that nothing was changed without the installation's signing key. Against
somebody who has that key only a witness helps: a checkpoint that was handed out earlier
(`--checkpoint FILE`), or the number and characters printed on a signed sheet
(`--printed NUMBER:CHARACTERS`). The format stands in docs/formats/bundle.md.
"""

import argparse
import csv
import hashlib
import hmac
import io
import json
import re
import sys
import tomllib
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from math import gcd, lcm
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "jiangcai-bundle/1"
GENESIS = "0" * 64

# A file that asks for more than this is refused unread.
MOST_FILES = 2_000
MOST_BYTES = 8 * 2**30  # of all files, unpacked
MOST_SMALL = 64 * 2**20  # of a file read as a whole
MOST_LINE = 16 * 2**20

FILES = (
    *("README.md", "verify.py", "keys.json", "event.json"),
    *("schemes.jsonl", "seats.jsonl", "works.csv", "entries.csv", "counted.csv"),
    *("marks.jsonl", "signatures.jsonl", "locks.jsonl", "decisions.jsonl"),
    *("draws.jsonl", "decode.jsonl", "results.jsonl", "publications.jsonl"),
    *("checkpoints.jsonl", "ledger.jsonl"),
)
# Bundles made before sheets were checked lack `checks.jsonl`.
OPTIONAL = ("names.jsonl", "checks.jsonl")

# Entries of the log about the event whose text the bundle holds; others are sealed.
OPEN = (
    *("marks.", "sheets.", "judges.", "scheme.", "decisions.", "results."),
    *("codes.", "draw.", "events.", "checkpoint.", "bundle."),
    *("photos.", "notes.", "comments."),
    *("recheck.", "tablets.", "incidents."),
    *("carry.", "keying.", "theory.", "ladder.", "board."),
)
LINK = ("seq", "at", "actor_kind", "actor", "action", "subject", "scope")

CLAIMS = {
    "archive": ("文件齐全，未被改动", "every file is there and unchanged"),
    "signature": ("清单签名有效", "the manifest is signed"),
    "key": ("签名公钥是给定的公钥", "the signing key is the one you gave"),
    "chain": ("日志链逐条相接", "the log is an unbroken chain"),
    "checkpoints": ("检查点与日志链一致", "the signed checkpoints fit the chain"),
    "witness": ("外部留存的检查点与日志链一致", "the outside witness fits the chain"),
    "schemes": ("评分方案即冻结的版本", "the schemes are those that were frozen"),
    "seats": ("裁判席位与日志一致", "the judges' seats are those of the log"),
    "marks": ("每条评分都在日志中", "every mark stands in the log as it was given"),
    "order": ("评分的先后与取舍正确", "which mark replaced which is right"),
    "sheets": ("裁判签字与所签评分一致", "each signature covers the marks it names"),
    "checks": ("签字经他人核对", "each locked sheet was checked by another person"),
    "recheck": ("复核样本可重新抽出，复核无误", "the recheck was drawn and done"),
    "locks": ("锁定与解锁合规", "locks cover the marks; unlocks took two persons"),
    "decisions": ("裁判长裁定与日志一致", "the decisions are those of the log"),
    "draws": ("抽签可重新推出", "every draw comes out again from its inputs"),
    "decode": ("解密与抽签一致", "the decoding follows from the draws"),
    "names": ("姓名与承诺值一致", "the names fit their commitments"),
    "counted": ("计入的评分由评分记录得出", "the counted marks follow from the events"),
    "entries": ("参赛情况由裁定得出", "the entries' facts follow from the decisions"),
    "results": ("成绩可重新算出", "totals, ranks and awards come out again"),
    "published": ("公布的即算出的成绩", "what was published is what was computed"),
}

Json = dict[str, Any]
DrawFault = tuple[str, str]  # in Chinese and English


class NotABundleError(Exception):
    """The file cannot be read as a bundle at all: exit status 2."""


class BadError(Exception):
    """A claim does not hold; `where` names the first bad row."""

    def __init__(self, where: str, zh: str, en: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where, self.zh, self.en = where, zh, en


# What reading somebody else's data can raise; anything of it is a FAIL with its place.
TROUBLE = (
    *(KeyError, TypeError, ValueError, IndexError, AttributeError),
    *(ArithmeticError, RecursionError, UnicodeError),
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, csv.Error),
)


# ---------------------------------------------------------------- the report


@dataclass
class Report:
    """What was found, claim by claim; the first fault of each is kept."""

    faults: dict[str, BadError] = field(default_factory=dict)
    checked: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def fail(self, claim: str, where: str, zh: str, en: str) -> None:
        self.faults.setdefault(claim, BadError(where, zh, en))

    def good(self, claim: str, detail: str = "") -> None:
        self.checked[claim] = detail

    def note(self, zh: str, en: str) -> None:
        if (zh, en) not in self.notes:
            self.notes.append((zh, en))

    @property
    def holds(self) -> bool:
        return not self.faults

    def lines(self) -> Iterator[str]:
        for claim, (zh, en) in CLAIMS.items():
            fault = self.faults.get(claim)
            if fault is not None:
                yield (
                    f"FAIL  {claim:<12}{zh} / {en}\n"
                    f"      {fault.where}: {fault.zh} / {fault.en}"
                )
            elif claim in self.checked:
                detail = self.checked[claim]
                yield f"PASS  {claim:<12}{zh} / {en}" + (f" ({detail})" * bool(detail))
        for zh, en in self.notes:
            yield f"NOTE  {zh} / {en}"
        count = len(self.checked.keys() - self.faults.keys())
        if self.holds:
            yield f"PASS  {count} 项全部成立 / all {count} claims hold"
        else:
            bad = len(self.faults)
            yield f"FAIL  {bad} 项不成立 / {bad} claims do not hold"

    def problems(self) -> list[str]:
        return [f"{claim}: {fault}" for claim, fault in self.faults.items()]


# ------------------------------------------------------------------ the files


class Source:
    """The files of a bundle; `at` is the place being read, for messages."""

    def __init__(self) -> None:
        self.at = ""

    def names(self) -> list[str]:
        raise NotImplementedError

    def chunks(self, name: str) -> Iterator[bytes]:
        raise NotImplementedError

    def read(self, name: str) -> bytes:
        """Return a small file whole."""
        self.at = name
        found, size = [], 0
        for chunk in self.chunks(name):
            size += len(chunk)
            if size > MOST_SMALL:
                raise BadError(name, "文件过大", "the file is too large")
            found.append(chunk)
        return b"".join(found)

    def lines(self, name: str) -> Iterator[tuple[str, bytes]]:
        """Yield each line with its place, `FILE:LINE`."""
        rest, number = b"", 0
        for chunk in self.chunks(name):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                number += 1
                self.at = f"{name}:{number}"
                yield self.at, line
            if len(rest) > MOST_LINE:
                raise BadError(f"{name}:{number + 1}", "行过长", "the line is too long")
        if rest:
            self.at = f"{name}:{number + 1}"
            yield self.at, rest

    def json_lines(self, name: str) -> Iterator[tuple[str, Json]]:
        for at, line in self.lines(name):
            value = json.loads(line.decode())
            if not isinstance(value, dict):
                raise BadError(at, "不是对象", "is no JSON object")
            yield at, value

    def table(self, name: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield the rows of a small CSV file by column, with their places."""
        text = self.read(name).decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = next(reader, [])
        while True:
            at = self.at = f"{name}:{reader.line_num + 1}"
            row = next(reader, None)
            if row is None:
                return
            if len(row) != len(header):
                raise BadError(at, "列数不符", "has another number of fields")
            yield at, dict(zip(header, row, strict=True))


class MemorySource(Source):
    """Files held in memory, by name."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files

    def names(self) -> list[str]:
        return list(self.files)

    def chunks(self, name: str) -> Iterator[bytes]:
        data = self.files[name]
        for start in range(0, len(data), 2**20):
            yield data[start : start + 2**20]


class ZipSource(Source):
    """A zip archive, read without unpacking it and never beyond the limits."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - a path or an open file
        super().__init__()
        try:
            self.zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise NotABundleError(f"不是 zip 文件 / is no zip file: {error}") from error
        members = self.zip.infolist()
        if len(members) > MOST_FILES:
            raise NotABundleError("文件过多 / holds too many files")
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise NotABundleError("解压后过大 / is too large when unpacked")
        self.members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            name = member.filename
            if name in self.members:
                raise NotABundleError(f"文件重复 / holds a file twice: {name!r}")
            if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", name, re.ASCII):
                raise NotABundleError(f"文件名可疑 / suspicious file name: {name!r}")
            if member.flag_bits & 1:
                raise NotABundleError(f"文件已加密 / is encrypted: {name!r}")
            self.members[name] = member

    def names(self) -> list[str]:
        return list(self.members)

    def chunks(self, name: str) -> Iterator[bytes]:
        if name not in self.members:
            raise BadError(name, "文件缺失", "the file is missing")
        with self.zip.open(self.members[name]) as file:
            left = self.members[name].file_size
            while chunk := file.read(2**20):
                left -= len(chunk)
                if left < 0:
                    raise BadError(name, "文件超出所述大小", "is larger than it says")
                yield chunk


# ------------------------------------------------- hashes and signatures


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return JSON with sorted keys and no spaces, in UTF-8."""
    return _CANONICAL.encode(value).encode()


# Ed25519 as RFC 8032 5.1 describes it, verification only, on plain integers.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    x = (a[1] - a[0]) * (b[1] - b[0]) % _P
    y = (a[1] + a[0]) * (b[1] + b[0]) % _P
    t, z = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = y - x, z - t, z + t, y + x
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point, scalar = _add(point, point), scalar >> 1
    return result


def _decompress(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


_BASE = _decompress((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


@lru_cache(maxsize=4096)
def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 signature (RFC 8032) is right."""
    if len(public_key) != 32 or len(signature) != 64 or _BASE is None:
        return False
    key, commit = _decompress(public_key), _decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commit is None or scalar >= _L:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % _L
    left, right = _times(scalar, _BASE), _add(commit, _times(challenge, key))
    return not (
        (left[0] * right[2] - right[0] * left[2]) % _P
        or (left[1] * right[2] - right[1] * left[2]) % _P
    )


def is_signed_for(purpose: str, key: str, message: bytes, signature: str) -> bool:
    """Tell whether the holder of `key` signed `message` for this purpose."""
    try:
        public, made = bytes.fromhex(key), bytes.fromhex(signature)
    except ValueError:
        return False
    return is_signed(public, b"jiangcai/" + purpose.encode() + b"\0" + message, made)


def is_checkpoint_signed(point: Json) -> bool:
    message = f"{point['seq']}\n{point['hash']}\n{point['at']}".encode()
    return is_signed_for("checkpoint", point["public_key"], message, point["signature"])


# ----------------------------------------------------------- drawing of lots


def frame(*parts: str | bytes) -> bytes:
    encoded = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(b"%d:%b," % (len(part), part) for part in encoded)


def numbers_of(seed: bytes) -> Iterator[int]:
    counter = 0
    while True:
        block = hmac.digest(seed, counter.to_bytes(8, "big"), "sha256")
        for start in range(0, 32, 4):
            yield int.from_bytes(block[start : start + 4], "big")
        counter += 1


def below(limit: int, stream: Iterator[int]) -> int:
    while True:
        number = next(stream)
        if number < 2**32 - 2**32 % limit:
            return number % limit


def derive(draw: Json, seed: bytes) -> dict[str, str]:
    """Draw again: which target each item gets (docs/rules/draw.md, D-07 to D-09)."""
    stream, items = numbers_of(seed), draw["items"]
    if draw["code_length"]:
        first = "CDFGHJKMNPQRTVWXY"
        codes: list[str] = []
        while len(codes) < len(items):
            code = first[below(17, stream)]
            for _ in range(draw["code_length"] - 1):
                code += (first + "34679")[below(22, stream)]
            if code not in codes:
                codes.append(code)
        return dict(zip(items, codes, strict=True))
    if draw.get("constraints"):
        return place(items, draw["targets"], json.loads(draw["constraints"]), stream)
    targets = list(draw["targets"])
    for last in range(len(targets) - 1, 0, -1):
        other = below(last + 1, stream)
        targets[last], targets[other] = targets[other], targets[last]
    return dict(zip(items, targets, strict=False))


def place(
    items: Sequence[str], targets: Sequence[str], rules: Json, stream: Iterator[int]
) -> dict[str, str]:
    """Stations under constraints (docs/rules/draw.md, D-13 to D-16)."""
    hard, size = 1000000, len(targets)
    kin = {item: n for n, group in enumerate(rules["classes"]) for item in group}
    batch = {t: n for n, group in enumerate(rules["spread"]) for t in group}
    most = [-(-len(group) // (len(rules["spread"]) or 1)) for group in rules["classes"]]
    near: list[list[tuple[int, int]]] = [[] for _ in targets]
    for apart in rules["apart"]:
        for one, other in apart["pairs"]:
            near[one].append((other, hard if apart["hard"] else 1))
            near[other].append((one, hard if apart["hard"] else 1))

    def unmet(at: int) -> int:
        there = rules["features"].get(targets[at], [])
        return hard * sum(n not in there for n in rules["needs"].get(held[at], []))

    def beside(at: int) -> int:
        own = kin.get(held[at], -1)
        return sum(cost for to, cost in near[at] if own == kin.get(held[to]))

    def excess(keys: Iterable[tuple[int, int]]) -> int:
        return sum(max(0, count.get(key, 0) - most[key[0]]) for key in keys)

    def tally(at: int, step: int) -> None:
        key = kin.get(held[at], -1), batch.get(targets[at], -1)
        if min(key) >= 0:
            count[key] = count.get(key, 0) + step

    def swap(one: int, other: int) -> int:
        places, own = {one, other}, {kin.get(held[at], -1) for at in (one, other)}
        keys = {(k, batch.get(targets[at], -1)) for k in own for at in places}
        keys = {key for key in keys if min(key) >= 0}
        before = sum(unmet(at) + beside(at) for at in places) + excess(keys)
        for at in places:
            tally(at, -1)
        held[one], held[other] = held[other], held[one]
        for at in places:
            tally(at, 1)
        return sum(unmet(at) + beside(at) for at in places) + excess(keys) - before

    held: list[str] = []
    count: dict[tuple[int, int], int] = {}
    best, found = -1, held
    for _ in range(4):
        held, count = list(items) + [""] * (size - len(items)), {}
        for last in range(size - 1, 0, -1):
            other = below(last + 1, stream)
            held[last], held[other] = held[other], held[last]
        for at in range(size):
            tally(at, 1)
        cost = sum(map(unmet, range(size))) + sum(map(beside, range(size))) // 2
        cost += excess(count)
        for _ in range(100 * size):
            if cost == 0:
                break
            one, other = below(size, stream), below(size, stream)
            more = swap(one, other)
            if more > 0:
                swap(one, other)
            else:
                cost += more
        if best < 0 or cost < best:
            best, found = cost, held
        if best == 0:
            break
    place_of = dict(zip(found, targets, strict=True))
    return {item: place_of[item] for item in items}


def draw_fault(draw: Json, event: str) -> DrawFault | None:
    """Return what is wrong with one draw."""
    known = ("jiangcai-draw/1", "jiangcai-draw/2")
    if draw["algorithm"] not in known or (
        draw["secret"] and draw["algorithm"] != known[bool(draw.get("constraints"))]
    ):
        return "算法不同", "another algorithm"
    if draw["subject"] != f"{event}/{draw['purpose']}/{draw['attempt']}":
        return "抽签对象不同", "is a draw for something else"
    digests = (draw["list_digest"], draw["secret_digest"])
    promised = sha(frame(draw["algorithm"], draw["subject"], *digests))
    if promised != draw["commitment"]:
        return "承诺值不符", "the commitment does not fit list and secret"
    if not draw["secret"]:
        return None
    lots: list[str | bytes] = [
        frame(*draw["items"]),
        frame(*draw["targets"]),
        str(draw["code_length"]),
    ]
    if draw.get("constraints"):
        lots.append(draw["constraints"])
    if sha(frame(*lots)) != draw["list_digest"]:
        return "名单与承诺不符", "the list is another one than was committed to"
    secret = bytes.fromhex(draw["secret"])
    if sha(secret) != draw["secret_digest"]:
        return "密数与承诺不符", "the secret is another one than was committed to"
    return _outcome_fault(draw, secret) if draw["seed"] else None


def _outcome_fault(draw: Json, secret: bytes) -> DrawFault | None:
    called = [given for given in draw["contributions"] if given[0] != "dice"]
    rolled = [given for given in draw["contributions"] if given[0] == "dice"]
    digits = "".join(given[2] for given in (*called, *rolled))
    if len(rolled) > 1 or not re.fullmatch(r"[0-9]{6,}", digits, re.ASCII):
        return "当众报数不合规", "the numbers called are too few or not numbers"
    parts = [frame(*given) for given in (*called, *rolled)]
    seed = hashlib.sha256(frame(secret, *parts)).digest()
    if seed.hex() != draw["seed"]:
        return "种子不符", "the seed does not follow from secret and numbers"
    result = derive(draw, seed)
    if result != draw["result"]:
        return "抽签结果不符", "the outcome does not follow from the seed"
    pairs = [frame(item, result[item]) for item in sorted(result)]
    if (
        hmac.digest(seed, frame("result", *pairs), "sha256").hex()
        != (draw["result_digest"])
    ):
        return "结果摘要不符", "the digest of the outcome is another one"
    return None


# ------------------------------------------------------------ scoring again
#
# Numbers are whole: every quantity is counted in units of 1/Q, where Q is chosen from
# scheme and marks so that each step before a rounding comes out even. `_split` refuses
# to go on where one does not, so nothing is ever rounded by accident.

PLAIN = re.compile(r"([+-]?)([0-9]{1,30})(?:\.([0-9]{1,30}))?", re.ASCII)
CLOCK = re.compile(r"([0-9]{1,4}):([0-5][0-9](?:\.[0-9]{1,30})?)", re.ASCII)
KNOWN = {
    "": "format title rounding components penalties ranking awards teams scale panels"
    " sections full calculations medals rankings promotions honours",
    "component": "code name max weight pass trim_scope judges aggregate drop criteria"
    " bonus carried from",
    "criterion": "code name cap floor factor zero_component_below day aspects",
    "aspect": "code name kind max judges aggregate drop section description descriptors"
    " min per_fault max_faults lower upper unit per_unit mode options step calculation"
    " comment_below disagreement photo symbol timed",
    "penalty": "code name unit points started limit over_limit applies_to rule cap"
    " approver",
    "award": "name count share upto of share_rounding tie_at_cut require_pass",
    "medals": "tolerance of chain names medallion",
}
MEDALS = ("金牌", "银牌", "铜牌")

Facts = dict[str, str]
Cells = dict[str, dict[str, list[tuple[str, str]]]]  # entry → aspect → (judge, value)
Row = dict[str, Any]


class Exact(NamedTuple):
    """A decimal number: `digits` ÷ 10^`places`."""

    digits: int
    places: int

    def __bool__(self) -> bool:
        return self.digits != 0


def ten(power: int) -> int:
    return int(10**power)


def exact(value: object) -> Exact:
    """Read a plain decimal from a file, or a number of a scheme."""
    if type(value) is int:
        return Exact(value, 0)
    if isinstance(value, Decimal):
        sign, digits, exponent = value.as_tuple()
        if not isinstance(exponent, int) or abs(exponent) > 60:
            raise ValueError("no finite number")
        whole = int("".join(map(str, digits))) * (-1 if sign else 1)
        return Exact(whole * ten(max(exponent, 0)), max(-exponent, 0))
    found = PLAIN.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(f"no plain number: {value!r}")
    sign_text, head, tail = found[1], found[2], found[3] or ""
    return Exact(int(head + tail) * (-1 if sign_text == "-" else 1), len(tail))


def exact_time(value: str) -> Exact:
    """Read seconds, or minutes and seconds as 3:25.5."""
    found = CLOCK.fullmatch(value)
    if found is None:
        return exact(value)
    seconds = exact(found[2])
    minutes = int(found[1]) * 60 * ten(seconds.places)
    return Exact(minutes + seconds.digits, seconds.places)


def rounded(top: int, bottom: int, mode: str) -> int:
    """Return top ÷ bottom as a whole number."""
    whole, rest = divmod(abs(top), bottom)
    up = mode != "truncate" and (
        2 * rest > bottom
        or (2 * rest == bottom and (mode == "half_up" or whole % 2 == 1))
    )
    return (whole + up) * (-1 if top < 0 else 1)


class Scheme:
    """A scheme as it was written; only the look-ups every step needs are prepared."""

    def __init__(self, text: str) -> None:
        self.tree = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
        self.components: list[Json] = self.tree["components"]
        self.rounding: Json = self.tree.get("rounding", {})
        self.mode: str = self.rounding.get("mode", "half_up")
        self.ranking: Json = self.tree.get("ranking", {})
        self.penalties: list[Json] = self.tree.get("penalties", [])
        self.panels: Json = self.tree.get("panels", {})
        self.rows = {row["code"]: row for row in self.tree.get("calculations", [])}
        self.aspects: dict[str, Json] = {}
        self.criteria: dict[str, list[Json]] = {}
        self._check_keys("", self.tree)
        for component in self.components:
            self._prepare(component)
        for penalty in self.penalties:
            self._check_keys("penalty", penalty)
        for award in self.tree.get("awards", []):
            self._check_keys("award", award)
        self._check_keys("medals", self.tree.get("medals", {}))

    def _check_keys(self, kind: str, table: Json) -> None:
        for key in table:
            if key not in KNOWN[kind].split():
                raise BadError(
                    f"scheme {key}",
                    "评分方案含有本程序不认识的键",
                    "the scheme has a key this program does not know",
                )

    def _prepare(self, component: Json) -> None:
        self._check_keys("component", component)
        narrow = component.get("trim_scope", "aspect") == "aspect"
        for criterion in component.get("criteria", []):
            self._check_keys("criterion", criterion)
            for raw in criterion["aspects"]:
                self._check_keys("aspect", raw)
                aspect = dict(raw)
                aspect["component"] = component["code"].strip()
                for key in ("judges", "aggregate", "drop"):
                    if (key not in aspect or not narrow) and key in component:
                        aspect.setdefault(key, component[key])
                own = "mean" if raw["kind"] == "judgement" else "agreed"
                aspect["aggregate"] = aspect.get("aggregate", own)
                aspect["judges"] = aspect.get("judges", 1)
                aspect["drop"] = aspect.get("drop", 1)
                self._share(aspect)
                self.aspects[raw["code"].strip()] = aspect

    def _share(self, aspect: Json) -> None:
        """Take a row of deductions that several aspects share."""
        row = self.rows.get(aspect.get("calculation", ""))
        if row is None:
            return
        for key in ("per_fault", "max_faults"):
            if key in row:
                aspect[key] = row[key]
        if "choices" in row:
            aspect["taken"] = row["choices"]

    def leave_out(self, codes: Sequence[str]) -> None:
        """Do without carried components, and without what needs the whole total."""
        kept = [c for c in self.components if c["code"].strip() not in codes]
        self.components = self.tree["components"] = kept
        for penalty in self.penalties:
            if penalty["applies_to"].strip() in codes:
                penalty |= {"applies_to": "total", "points": 0}
                if penalty.get("over_limit") == "zero_component":
                    del penalty["limit"], penalty["over_limit"]
        ranking = {"ties", "require_pass"} & self.ranking.keys()
        gone = {f"component:{code}" for code in codes} | set(codes)
        for key in ranking:
            found = self.ranking[key]
            self.ranking[key] = [t for t in found if t.split()[0] not in gone]
        for key in ("awards", "medals", "scale"):
            self.tree.pop(key, None)

    def numbers(self) -> Iterator[Exact]:
        """Yield every number of the scheme that points are computed with."""
        stack: list[object] = [self.tree]
        while stack:
            value = stack.pop()
            if isinstance(value, dict):
                stack.extend(value.values())
            elif isinstance(value, list):
                stack.extend(value)
            elif isinstance(value, Decimal):
                yield exact(value)


class Scorer:
    """Computes one event: see docs/formats/computing.md and scheme.md.

    facts: one per entry, by the columns of entries.csv, all text.
    """

    def __init__(self, scheme: Scheme, cells: Cells, facts: Sequence[Facts]) -> None:
        self.scheme, self.cells = scheme, cells
        self.facts = {fact["entry"]: fact for fact in facts}
        self.status = {code: self._status(fact) for code, fact in self.facts.items()}
        self.present = [c for c in self.facts if self.status[c] == "present"]
        self.vetoes = {c: set(f.get("vetoes", "").split()) for c, f in self._here()}
        self.points: dict[tuple[str, str], int] = {}
        self.group_of = {
            c: f.get("group", "") if scheme.ranking.get("per") != "event" else ""
            for c, f in self.facts.items()
        }
        self.q = self._choose_unit()

    def _here(self) -> Iterator[tuple[str, Facts]]:
        return ((code, self.facts[code]) for code in self.present)

    def _status(self, fact: Facts) -> str:
        status = fact.get("status") or "present"
        out = "disqualify" in fact.get("vetoes", "").split() or any(
            over and penalty.get("over_limit") == "disqualify"
            for penalty, _value, over in self._penalties(fact)
        )
        return "disqualified" if out and status == "present" else status

    def _penalties(self, fact: Facts) -> Iterator[tuple[Json, Exact, bool]]:
        for penalty in self.scheme.penalties:
            text = fact.get("penalty:" + penalty["code"].strip(), "")
            if text:
                value = exact(text)
                limit = exact(penalty["limit"]) if "limit" in penalty else None
                over = limit is not None and _is_above(value, limit)
                yield penalty, value, over

    # -- the unit

    def _choose_unit(self) -> int:
        scheme, places = self.scheme, 0
        values = {
            (code, value)
            for entry in self.present
            for code, cell in self.cells.get(entry, {}).items()
            for _judge, value in cell
        }
        for _code, value in values:
            places = max(places, len(value.partition(".")[2].strip()))
        for number in scheme.numbers():
            places = max(places, number.places)
        for _code, fact in self._here():
            for key, text in fact.items():
                if key.startswith(("carried:", "penalty:")) or key == "time":
                    places = max(places, len(text.partition(".")[2]))
        unit = 3 * ten(4 * places + 2)
        for key in ("aspect", "component", "total"):
            unit *= ten(scheme.rounding.get(key, 0))
        unit *= lcm(*(_divisors(scheme)))
        unit *= lcm(
            *(
                exact(a["unit"]).digits
                for a in scheme.aspects.values()
                if a["kind"] == "tolerance" and a.get("mode") == "proportional"
            )
        )
        if scheme.panels.get("correction", "none") == "mean":
            groups = Counter(self.group_of[c] for c in self.present)
            panels = Counter(self._panel(c) for c in self.present)
            unit *= lcm(*groups.values(), *panels.values())
        return unit

    def _panel(self, code: str) -> tuple[str, str]:
        return self.group_of[code], self.facts[code].get("panel", "")

    def whole(self, value: object) -> int:
        """Return a number in our unit."""
        digits, places = value if isinstance(value, Exact) else exact(value)
        return self._split(digits * self.q, ten(places))

    def times(self, amount: int, factor: object) -> int:
        digits, places = exact(factor)
        return self._split(amount * digits, ten(places))

    def _split(self, top: int, bottom: int) -> int:
        whole, rest = divmod(top, bottom)
        if rest:
            raise ArithmeticError("the unit does not divide evenly")
        return whole

    def cut(self, amount: int, point: str) -> int:
        """Round at a point of the scheme, where it has one."""
        places = self.scheme.rounding.get(point)
        if places is None:
            return amount
        shift = ten(places)
        return rounded(amount * shift, self.q, self.scheme.mode) * (self.q // shift)

    # -- marks to points

    def mark_points(self, code: str, text: str) -> int:
        known = self.points.get((code, text))
        if known is None:
            known = self._value(self.scheme.aspects[code], text.strip())
            self.points[code, text] = known
        return known

    def _value(self, aspect: Json, text: str) -> int:
        top, kind = self.whole(aspect["max"]), aspect["kind"]
        if kind == "yes_no":
            if text not in {"1", "Y", "y", "是", "0", "N", "n", "否"}:
                raise ValueError(f"no yes or no: {text!r}")
            return top if text in {"1", "Y", "y", "是"} else 0
        if kind == "choice":
            return self._choice(aspect, top, text)
        number = exact_time(text) if aspect.get("timed") else exact(text)
        if kind == "score":
            points = self.whole(number)
            if not self.whole(aspect.get("min", 0)) <= points <= top:
                raise ValueError(f"out of range: {text}")
            return points
        if kind == "tolerance":
            return self._tolerance(aspect, top, self.whole(number))
        count, rest = divmod(number.digits, ten(number.places))
        if rest or count < (kind == "rank"):
            raise ValueError(f"no count: {text}")
        if kind == "judgement":
            if count > 3:
                raise ValueError(f"no judgement: {text}")
            return self._split(top * count, 3)
        if kind == "rank":
            return max(top - self.whole(aspect["step"]) * (int(count) - 1), 0)
        if kind == "deduction":
            count = min(int(count), int(aspect.get("max_faults", count)))
            return max(top - self.whole(aspect["per_fault"]) * count, 0)
        raise ValueError(f"no such kind: {kind}")

    def _choice(self, aspect: Json, top: int, text: str) -> int:
        taken = {k.strip(): v for k, v in aspect.get("taken", {}).items()}
        if taken:
            return max(top - self.whole(taken[text]), 0)
        options = {k.strip(): v for k, v in aspect["options"].items()}
        return self.whole(options[text])

    def _tolerance(self, aspect: Json, top: int, size: int) -> int:
        off = 0
        if "lower" in aspect:
            off = max(off, self.whole(aspect["lower"]) - size)
        if "upper" in aspect:
            off = max(off, size - self.whole(aspect["upper"]))
        mode = aspect.get("mode", "step")
        if mode == "all_or_nothing":
            return 0 if off else top
        step = self.whole(aspect["unit"])
        per_step = self.whole(aspect["per_unit"])
        if mode == "step":
            return max(top - per_step * -(-off // step), 0)
        return max(top - self._split(per_step * off, step), 0)

    # -- judges to one number

    def together(self, given: Iterable[int], how: str, drop: int) -> int | None:
        """Aggregate judges; None where they had to agree and do not."""
        marks = sorted(given)
        count = len(marks)
        if how == "agreed":
            return marks[0] if marks[0] == marks[-1] else None
        if how == "median":
            return self._split(marks[(count - 1) // 2] + marks[count // 2], 2)
        if how == "closest_two" and count == 3:
            low, middle, high = marks
            outer = high if high - middle <= middle - low else low
            return self._split(middle + outer, 2)
        if how == "trimmed_mean" or (how == "closest_two" and count > 3):
            marks = marks[drop : count - drop]
        return self._split(sum(marks), len(marks))

    def check_cells(self) -> None:
        """Refuse marks that are missing, doubled or to be given again."""
        for entry in self.present:
            cells = self.cells.get(entry, {})
            for code, aspect in self.scheme.aspects.items():
                cell = cells.get(code, [])
                if len(cell) != aspect["judges"] or len(dict(cell)) != len(cell):
                    raise BadError(
                        f"entry {entry}, aspect {code}",
                        "评分数与方案不符",
                        f"{len(cell)} marks instead of {aspect['judges']}",
                    )
                if aspect["kind"] == "judgement":
                    given = [int(exact(value).digits) for _judge, value in cell]
                    if max(given) - min(given) > 1:
                        raise BadError(
                            f"entry {entry}, aspect {code}",
                            "评价分相差超过 1",
                            "the judgements lie more than one apart",
                        )

    # -- one component of one entry

    def _component(self, part: Json, entry: str, row: Row) -> tuple[int, bool]:
        """Return the points before panel and rounding, and whether 0 is final."""
        code, vetoes = part["code"].strip(), self.vetoes[entry]
        final = f"component:{code}" in vetoes
        if part.get("carried"):
            points = self.whole(self.facts[entry]["carried:" + code])
        else:
            points, undercut = self._sum(part, entry, row)
            final |= undercut
            points = min(points, self.whole(part["max"]))
        taken = 0
        for penalty, value, over in self._penalties(self.facts[entry]):
            if penalty["applies_to"].strip() == code:
                taken += self._penalty(penalty, value)
                final |= over and penalty.get("over_limit") == "zero_component"
        return (0, True) if final else (max(points - taken, 0), False)

    def _penalty(self, penalty: Json, value: Exact) -> int:
        unit = self.whole(penalty.get("unit", 1))
        amount = self.whole(value)
        units = -(-amount // unit) if penalty.get("started") else amount // unit
        points = self.whole(penalty["points"]) * units
        return min(points, self.whole(penalty["cap"])) if "cap" in penalty else points

    def _sum(self, part: Json, entry: str, row: Row) -> tuple[int, bool]:
        scope, undercut, total = part.get("trim_scope", "aspect"), False, 0
        how, drop = part.get("aggregate", "agreed"), part.get("drop", 1)
        by_judge: dict[str, int] = defaultdict(int)
        for criterion in part["criteria"]:
            name = criterion["code"].strip()
            limits = self._limits(criterion, entry)
            factor = criterion.get("factor", 1)
            sums = {} if scope == "aspect" else self._judge_sums(criterion, entry)
            single = self._aspects(criterion, entry, row, narrow=scope == "aspect")
            if scope == "aspect":
                cut: int | None = limits(single)
            elif scope == "criterion":
                found = self.together(sums.values(), how, drop)
                cut = limits(self._agreed(found, entry, name))
            else:
                kept = {judge: limits(points) for judge, points in sums.items()}
                for judge, points in kept.items():
                    by_judge[judge] += self.times(points, factor)
                cut = self.together(kept.values(), how, drop)
            if cut is not None and "zero_component_below" in criterion:
                undercut |= cut < self.whole(criterion["zero_component_below"])
            value = None if cut is None else self.times(cut, factor)
            row["criteria"][name] = value
            total += value or 0
        if scope == "component":
            code = part["code"].strip()
            total = self._agreed(
                self.together(by_judge.values(), how, drop), entry, code
            )
        return total, undercut

    def _limits(self, criterion: Json, entry: str) -> Callable[[int], int]:
        if f"criterion:{criterion['code'].strip()}" in self.vetoes[entry]:
            return lambda _points: 0
        top = (
            self.whole(criterion["cap"])
            if "cap" in criterion
            else sum(self.whole(aspect["max"]) for aspect in criterion["aspects"])
        )
        low = self.whole(criterion.get("floor", 0))
        return lambda points: min(max(points, low), top)

    def _judge_sums(self, criterion: Json, entry: str) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for aspect in criterion["aspects"]:
            code = aspect["code"].strip()
            vetoed = f"aspect:{code}" in self.vetoes[entry]
            for judge, value in self.cells[entry][code]:
                sums[judge] += 0 if vetoed else self.mark_points(code, value)
        return sums

    def _aspects(self, criterion: Json, entry: str, row: Row, *, narrow: bool) -> int:
        """Aggregate each aspect by itself; return their sum where that counts."""
        total = 0
        for listed in criterion["aspects"]:
            code = listed["code"].strip()
            aspect = self.scheme.aspects[code]
            if f"aspect:{code}" in self.vetoes[entry]:
                row["aspects"][code] = 0
                continue
            given = [self.mark_points(code, v) for _j, v in self.cells[entry][code]]
            found = self.together(given, aspect["aggregate"], aspect["drop"])
            if narrow:
                found = self.cut(self._agreed(found, entry, code), "aspect")
            row["aspects"][code] = found
            total += found or 0
        return total

    def _agreed(self, found: int | None, entry: str, unit: str) -> int:
        if found is None:
            raise BadError(
                f"entry {entry}, {unit}",
                "裁判须一致而不一致",
                "the judges had to agree and do not",
            )
        return found

    # -- totals

    def rows(self) -> list[Row]:
        """Return a row per entry in the order of the results, numbers in our unit."""
        self.check_cells()
        rows = {code: self._empty(code) for code in self.facts}
        for part in self.scheme.components:
            code = part["code"].strip()
            found = {c: self._component(part, c, rows[c]) for c in self.present}
            if not part.get("carried"):
                self._correct(part, found)
            for entry, (points, _final) in found.items():
                rows[entry]["components"][code] = self.cut(points, "component")
        for code in self.present:
            self._total(code, rows[code])
        fields: dict[str, list[str]] = defaultdict(list)
        for code in self.facts:
            fields[self.group_of[code]].append(code)
        for codes in fields.values():
            self._place(codes, rows)
        return sorted(
            rows.values(),
            key=lambda r: (r["group"], r["rank"] is None, r["rank"] or 0, r["entry"]),
        )

    def _empty(self, code: str) -> Row:
        fact = self.facts[code]
        return {
            "entry": code,
            "group": fact.get("group", ""),
            "status": self.status[code],
            "rank": None,
            "of": 0,
            "total": None,
            "exact": None,
            "penalty": None,
            "components": {},
            "criteria": {},
            "aspects": {},
            "scale": None,
            "passed": None,
            "tied_by": "",
            "award": "",
        }

    def _correct(self, part: Json, found: dict[str, tuple[int, bool]]) -> None:
        if self.scheme.panels.get("correction", "none") != "mean":
            return
        groups: dict[str, list[int]] = defaultdict(list)
        panels: dict[tuple[str, str], list[int]] = defaultdict(list)
        for code, (points, _final) in found.items():
            groups[self.group_of[code]].append(points)
            panels[self._panel(code)].append(points)
        least, top = self.scheme.panels.get("min_entries", 10), self.whole(part["max"])
        for code, (points, final) in list(found.items()):
            panel = panels[self._panel(code)]
            if final or len(panel) < least or not self.facts[code].get("panel"):
                continue
            group = groups[self.group_of[code]]
            shift = self._split(sum(panel), len(panel)) - self._split(
                sum(group), len(group)
            )
            found[code] = (min(max(points - shift, 0), top), False)

    def _total(self, code: str, row: Row) -> None:
        weighted = sum(
            self.times(row["components"][c["code"].strip()], c.get("weight", 1))
            for c in self.scheme.components
        )
        if "total" in self.vetoes[code]:
            weighted = 0
        asked, zero = 0, False
        for penalty, value, over in self._penalties(self.facts[code]):
            if penalty["applies_to"].strip() == "total":
                asked += self._penalty(penalty, value)
            zero |= over and penalty.get("over_limit") == "zero_total"
        row["penalty"] = min(asked, weighted)
        row["exact"] = 0 if zero else weighted - row["penalty"]
        row["total"] = self.cut(row["exact"], "total")
        lines = [c["code"].strip() for c in self.scheme.components if "pass" in c]
        row["reached"] = {
            c["code"].strip()
            for c in self.scheme.components
            if "pass" in c
            and row["components"][c["code"].strip()] >= self.whole(c["pass"])
        }
        row["passed"] = len(row["reached"]) == len(lines) if lines else None

    # -- places

    def _place(self, codes: Sequence[str], rows: Mapping[str, Row]) -> None:
        needed = {code.strip() for code in self.scheme.ranking.get("require_pass", [])}
        ranked = [
            c
            for c in codes
            if rows[c]["total"] is not None and needed <= rows[c]["reached"]
        ]
        for code, rank, reason in self.rank(ranked, rows):
            rows[code] |= {"rank": rank, "tied_by": reason}
        ranked.sort(key=lambda c: (rows[c]["rank"], c))
        for code in ranked:
            rows[code]["of"] = len(ranked)
        for code in codes:
            rows[code]["of"] = len(ranked)
        self._scale(ranked, rows)
        if "medals" in self.scheme.tree:
            self._medals(ranked, rows)
        for award in self.scheme.tree.get("awards", []):
            self._award(award, ranked, len(codes), rows)

    def rank(
        self, codes: Sequence[str], rows: Mapping[str, Row]
    ) -> Iterator[tuple[str, int, str]]:
        """Yield entry, rank and the key after which it stood alone."""
        ties = [tie.strip() for tie in self.scheme.ranking.get("ties", [])]
        left = self.scheme.ranking.get("unresolved", "share")
        keys = {c: self._keys(c, rows[c], ties) for c in codes}
        names = ["", *ties, "playoff"]
        alike = [
            Counter(key[: length + 1] for key in keys.values())
            for length in range(len(names))
        ]
        steps = sorted(set(keys.values()), reverse=True)
        counts, place = Counter(keys.values()), 1
        ranks: dict[tuple[tuple[int, int], ...], int] = {}
        for step, key in enumerate(steps, start=1):
            ranks[key] = step if left == "dense" else place
            place += counts[key]
        for code, key in keys.items():
            reason = next(
                (
                    name
                    for length, name in enumerate(names)
                    if alike[length][key[: length + 1]] == 1
                ),
                "shared" if left in {"share", "dense"} else left,
            )
            yield code, ranks[key], reason

    def _keys(
        self, code: str, row: Row, ties: Sequence[str]
    ) -> tuple[tuple[int, int], ...]:
        """Return what is compared, each so that the larger is the better."""
        published = self.scheme.ranking.get("compare", "published") == "published"
        keys = [(1, row["total"] if published else row["exact"])]
        for tie in ties:
            what, way = tie.split()
            kind, _colon, name = what.partition(":")
            if kind == "time":
                text = self.facts[code].get("time", "")
                value = self.whole(text) if text else None
            else:
                table = {"component": "components", "criterion": "criteria"}
                value = row[table.get(kind, "aspects")].get(name)
            sign = 1 if way == "desc" else -1
            keys.append((0, 0) if value is None else (1, sign * value))
        text = self.facts[code].get("playoff", "")
        keys.append(_comparable(text))
        return tuple(keys)

    def _scale(self, ranked: Sequence[str], rows: Mapping[str, Row]) -> None:
        if "scale" not in self.scheme.tree or not ranked:
            return
        totals = sorted(rows[c]["total"] for c in ranked)
        middle = totals[(len(totals) - 1) // 2] + totals[len(totals) // 2]  # twice
        away = sorted(abs(2 * total - middle) for total in totals)
        spread = away[(len(away) - 1) // 2] + away[len(away) // 2]  # four times
        if spread == 0:
            return
        for code in ranked:
            # 700 + 30·(x − median) ÷ (1.4826 · MAD)
            top = 30 * 10_000 * 2 * (2 * rows[code]["total"] - middle)
            bottom = 14_826 * spread
            rows[code]["scale"] = rounded(700 * bottom + top, bottom, "half_up")

    def _medals(self, ranked: Sequence[str], rows: Mapping[str, Row]) -> None:
        medals: Json = self.scheme.tree["medals"]
        published = self.scheme.ranking.get("compare", "published") == "published"
        of = "scale" if medals.get("of") == "scale" else None
        worth: dict[str, int] = {}
        for code in ranked:
            value = rows[code][of or ("total" if published else "exact")]
            if value is None:
                return
            worth[code] = value * self.q if of else value
        gap = self.whole(medals.get("tolerance", 0))
        free = sorted(worth, key=lambda c: -worth[c])

        def band() -> list[str]:
            taken: list[str] = []
            for code in free:
                if taken:
                    to = worth[taken[-1 if medals.get("chain") else 0]]
                    if worth[code] < to - gap:
                        break
                taken.append(code)
            del free[: len(taken)]
            return taken

        gold = band()
        silver = band() if len(gold) == 1 else []
        if len(gold) + len(silver) <= 2:
            bronze = band()
        else:
            lowest = min(worth[c] for c in (*gold, *silver))
            bronze = [c for c in free if worth[c] >= lowest - gap]
        names = medals.get("names", MEDALS)
        for name, taken in zip(names, (gold, silver, bronze), strict=True):
            for code in taken:
                rows[code]["award"] = name.strip()
        extra: Json = medals.get("medallion", {})
        for code in worth if extra else ():
            if not rows[code]["award"] and worth[code] >= self.whole(extra["from"]):
                rows[code]["award"] = extra["name"].strip()

    def _award(
        self, award: Json, ranked: Sequence[str], entered: int, rows: Mapping[str, Row]
    ) -> None:
        needed = {code.strip() for code in award.get("require_pass", [])}
        free = [
            c for c in ranked if not rows[c]["award"] and needed <= rows[c]["reached"]
        ]
        base = entered if award.get("of") == "entered" else len(ranked)
        places = award.get("count")
        if places is None:
            share = exact((award.get("share") or award["upto"]).removesuffix("%"))
            top, bottom = share.digits * base, 100 * ten(share.places)
            way = award.get("share_rounding", "half_up")
            places = {
                "floor": top // bottom,
                "ceil": -(-top // bottom),
                "half_up": rounded(top, bottom, "half_up"),
            }[way]
        keep = award.get("tie_at_cut", "include") == "include"
        rank = {c: rows[c]["rank"] for c in ranked}
        if "upto" in award:
            taken = [c for c in free if rank[c] <= places]
            if not keep and taken:
                last = max(r for r in rank.values() if r <= places)
                tied = sum(r == last for r in rank.values())
                if last + tied - 1 > places:
                    taken = [c for c in taken if rank[c] != last]
        elif 0 < places < len(free) and rank[free[places]] == rank[free[places - 1]]:
            edge = rank[free[places]]
            taken = [c for c in free if rank[c] < edge or (keep and rank[c] == edge)]
        else:
            taken = free[:places]
        for code in taken:
            rows[code]["award"] = award["name"].strip()

    # -- teams

    def teams(self, rows: Iterable[Row]) -> dict[str, Row]:
        """Return team → total, time (seconds, in our unit) and rank."""
        scheme, by_code = self.scheme.tree.get("teams"), {r["entry"]: r for r in rows}
        found: dict[str, list[str]] = defaultdict(list)
        for code, fact in self.facts.items():
            if scheme and fact.get("team"):
                found[fact["team"]].append(code)
        teams: dict[str, Row] = {}
        for team, codes in found.items():
            members = [by_code[code] for code in codes]
            times = [self.facts[c].get("time", "") for c in codes if c in self.present]
            known = bool(times) and all(times)
            teams[team] = {
                "total": self._team_total(scheme or {}, members),
                "time": sum(map(self.whole, times)) if known else None,
                "rank": None,
            }
        self._rank_teams(scheme or {}, teams)
        return teams

    def _team_total(self, scheme: Json, members: Sequence[Row]) -> tuple[int, int]:
        """Return the total as (numerator in our unit, denominator)."""
        totals = sorted((row["total"] or 0 for row in members), reverse=True)
        if scheme["method"] == "best":
            totals = totals[: scheme["best"]]
        elif scheme["method"] == "points":
            worth = {k.strip(): v for k, v in scheme["points"].items()}
            totals = [
                self.whole(worth[row["award"]])
                if row["award"] in worth
                else self.whole(worth.get("passed", 0)) * bool(row["passed"])
                for row in members
            ]
        return sum(totals), len(members) if scheme["method"] == "mean" else 1

    def _rank_teams(self, scheme: Json, teams: Mapping[str, Row]) -> None:
        rivals = {
            team: row
            for team, row in teams.items()
            if scheme["method"] != "points" or row["total"][0] > 0
        }
        by_time = scheme.get("ties") or []
        sign = -1 if by_time and by_time[0].endswith("asc") else 1
        common = lcm(*(row["total"][1] for row in rivals.values()))
        keys = {}
        for team, row in rivals.items():
            top, bottom = row["total"]
            key = [top * (common // bottom)]
            if by_time:
                known = row["time"] is not None
                key += [int(known), sign * row["time"] if known else 0]
            keys[team] = key
        for team, key in keys.items():
            teams[team]["rank"] = 1 + sum(other > key for other in keys.values())

    # -- text

    def text(self, amount: int | None, point: str = "") -> str:
        """Print a number: with the places of its rounding, else as many as it needs."""
        if amount is None:
            return ""
        places = self.scheme.rounding.get(point) if point else None
        if places is None or (amount * ten(places)) % self.q:
            return shortest(amount, self.q)
        return fixed(amount * ten(places) // self.q, places)

    def review(self) -> list[Row]:
        """Return the rows as a bundle's results hold them: all numbers as text."""
        return [self.as_text(row) for row in self.rows()]

    def as_text(self, row: Row) -> Row:
        row = {key: value for key, value in row.items() if key != "reached"}
        return row | {
            "total": self.text(row["total"], "total"),
            "exact": self.text(row["exact"]),
            "penalty": self.text(row["penalty"]),
            "components": {
                code: self.text(points, "component")
                for code, points in row["components"].items()
            },
            "criteria": {c: self.text(points) for c, points in row["criteria"].items()},
            "aspects": {c: self.text(points) for c, points in row["aspects"].items()},
        }


def _divisors(scheme: Scheme) -> Iterator[int]:
    """Yield what means divide by."""
    for aspect in scheme.aspects.values():
        judges, drop = aspect["judges"], aspect["drop"]
        yield from (2, judges, max(judges - 2 * drop, 1))


def _is_above(one: Exact, other: Exact) -> bool:
    return one.digits * ten(other.places) > other.digits * ten(one.places)


def _comparable(text: str) -> tuple[int, int]:
    """Return a number of an entry so that it can be compared; nothing comes last."""
    if not text:
        return (0, 0)
    number = exact(text)
    return (1, number.digits * ten(60 - number.places))


def fixed(scaled: int, places: int) -> str:
    digits = str(abs(scaled)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return "-" + text if scaled < 0 else text


def shortest(top: int, bottom: int) -> str:
    """Print a fraction with the digits it needs, an endless one half up to ten."""
    common = gcd(top, bottom)
    top, bottom = top // common, bottom // common
    places, rest = 0, bottom
    while rest % 10 == 0 or rest % 2 == 0 or rest % 5 == 0:
        rest //= 10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5
        places += 1
    if rest != 1:
        places = 10
    text = fixed(rounded(top * ten(places), bottom, "half_up"), places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def differences(said: Sequence[Row], found: Sequence[Row]) -> list[str]:
    """Return where two lists of result rows differ, best placed first, as text."""
    problems = []
    by_code = {row["entry"]: row for row in found}
    for row in said:
        again = by_code.pop(row["entry"], None)
        if again is None:
            problems.append(f"entry {row['entry']}: 重算中没有 / is not in the recount")
            continue
        for key, value in again.items():
            if row.get(key) != value:
                problems.append(
                    f"entry {row['entry']}, {key}: 原为 / said {_short(row.get(key))},"
                    f" 重算 / recomputed {_short(value)}"
                )
                break
    problems += [f"entry {code}: 成绩中没有 / has no result" for code in by_code]
    order = [row["entry"] for row in said]
    if not problems and order != [row["entry"] for row in found]:
        problems.append("次序不同 / the rows stand in another order")
    return problems


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + "…"


# ------------------------------------------------ what the results rest on


def make_facts(
    works: Mapping[str, str],
    decisions: Iterable[Mapping[str, str]],
    absent: Mapping[str, int],
) -> list[Facts]:
    """Return the facts about every entry: works with their standing decisions.

    works: group by work code. absent: how many entries of each group handed in no work;
    they count as entered, and stand as `absent:GROUP:NUMBER`.
    """
    facts: dict[str, Facts] = {
        code: {"entry": code, "group": group, "status": "present", "vetoes": ""}
        for code, group in sorted(works.items())
    }
    for decision in decisions:
        fact, kind = facts[decision["entry"]], decision["kind"]
        target, value = decision["target"], decision["value"]
        if kind in {"veto_aspect", "veto_criterion", "veto_component"}:
            _add_veto(fact, f"{kind.removeprefix('veto_')}:{target}")
        elif kind == "veto_total":
            _add_veto(fact, "total")
        elif kind == "disqualify":
            _add_veto(fact, "disqualify")
        elif kind == "withdrawn":
            fact["status"] = "withdrawn"
        elif kind == "penalty":
            fact["penalty:" + target] = value
        elif kind in {"time", "playoff"}:
            fact[kind] = value
    for group, count in sorted(absent.items()):
        for number in range(1, count + 1):
            code = f"absent:{group}:{number}"
            facts[code] = {"entry": code, "group": group, "status": "absent"}
    return list(facts.values())


def _add_veto(fact: Facts, veto: str) -> None:
    known = fact["vetoes"].split()
    if veto not in known:
        fact["vetoes"] = " ".join((*known, veto))


def is_placeholder(code: str) -> bool:
    return code.startswith("absent:")


def review(
    scheme: Scheme,
    counted: Iterable[Sequence[str]],
    facts: Sequence[Facts],
    told: Json | None = None,
) -> list[Row]:
    """Score counted marks (entry, aspect, judge, value) and return the works' rows.

    told: what the result says of points carried in from an earlier stage.
    """
    told = told or {}
    left_out = told.get("provisional", [])
    if left_out:
        scheme.leave_out(left_out)
    for fact in facts:
        for code, points in told.get("carried", {}).get(fact["entry"], {}).items():
            fact["carried:" + code] = points
    cells: Cells = defaultdict(lambda: defaultdict(list))
    for entry, aspect, judge, value in counted:
        if aspect not in scheme.aspects:
            raise BadError(
                f"entry {entry}, aspect {aspect}",
                "方案中没有这个评分点",
                "the scheme has no such aspect",
            )
        cells[entry][aspect].append((judge, value))
    rows = Scorer(scheme, cells, facts).review()
    if left_out:  # a part of the total ranks nobody
        for row in rows:
            row |= {"rank": None, "of": 0, "tied_by": "", "passed": None}
        rows.sort(key=lambda r: (r["group"], r["entry"]))
    return [row for row in rows if not is_placeholder(row["entry"])]


def _first(rows: Sequence[Row], places: int) -> set[str]:
    """Return who has one of the first places; by the total where nobody is ranked."""

    def place(row: Row) -> int:
        if row["rank"] is not None:
            return int(row["rank"])
        own = Decimal(row["total"] or 0)
        return 1 + sum(Decimal(other["total"] or 0) > own for other in rows)

    return {row["entry"] for row in rows if place(row) <= places}


# -------------------------------------------------------- reading the log again


@dataclass
class Options:
    """What the person who checks knows from elsewhere."""

    public_key: str = ""
    checkpoints: list[tuple[str, Json]] = field(default_factory=list)  # place, content
    printed: list[tuple[int, str]] = field(default_factory=list)  # number, characters
    published: list[tuple[str, bytes]] = field(default_factory=list)  # place, content


class Replay:
    """Goes through the log once, in order, and does everything it tells of again."""

    def __init__(self, source: Source, report: Report, options: Options) -> None:
        self.source, self.report, self.options = source, report, options
        listed = json.loads(source.read("keys.json"))["keys"]
        self.keys = {each["public_key"] for each in listed}
        self.event: str = json.loads(source.read("event.json"))["uid"]
        self.scope = f"event:{self.event}"
        # what the files say
        self.schemes = self._by("schemes.jsonl", "uid", "schemes")
        self.seats = self._by("seats.jsonl", "uid", "seats")
        self.signatures = self._by("signatures.jsonl", "uid", "sheets")
        self.checks = self._by_optional("checks.jsonl", "checks")
        self.locks = self._by("locks.jsonl", "uid", "locks")
        self.decisions = self._by("decisions.jsonl", "uid", "decisions")
        self.draws = self._by("draws.jsonl", "uid", "draws")
        self.results = self._by("results.jsonl", "uid", "results")
        self.publications = self._by("publications.jsonl", "uid", "published")
        self.marks = source.json_lines("marks.jsonl")
        self.works: dict[str, str] = {}
        # what the log told so far
        self.told: dict[str, set[str]] = defaultdict(set)
        self.scheme = ""  # uid of the one that counts
        self.next_mark = 1
        self.known: frozenset[str] = frozenset()  # aspects of the frozen scheme
        self.heads: dict[str, dict[tuple[str, str], tuple[str, str, str]]] = {}
        self.ids: set[str] = set()
        self.round, self.locked, self.locked_by = 1, False, ""
        self.signed: dict[str, str] = {}  # seat uid → signature uid, this round
        self.signers: dict[str, str] = {}  # signature uid → actor
        self._begin_recheck()
        self.checked: set[str] = set()  # signatures with a check that agrees
        self.panel: dict[str, Json] = {}  # seat uid → what the log says of it
        self.standing: dict[str, Json] = {}  # decisions, in order
        self.called: dict[str, list[list[str]]] = defaultdict(list)
        self.drawn: dict[str, Json] = defaultdict(dict)
        self.asked: dict[str, str] = {}
        self.decoded: Json | None = None
        self.decode_rows: list[tuple[str, Json]] = []
        self.entry_rows: list[tuple[str, Facts]] = []
        self.extra: dict[str, Facts] = {}  # facts that no decision made
        self.carried: Mapping[str, Facts] = {}  # points of the newest result, by entry
        self.state: str = json.loads(source.read("event.json"))["state"]
        self.absent: Mapping[str, int] = {}
        self.before = self.newest = ""
        self.withdrawn: set[str] = set()
        self.first, self.last, self.head = 0, 0, ""
        self.counts: Counter[str] = Counter()
        self.reviewed: dict[str, list[Row]] = {}

    def _by(self, name: str, key: str, claim: str) -> dict[str, tuple[str, Json]]:
        """Return a file's rows by key, with their places."""
        found: dict[str, tuple[str, Json]] = {}
        for at, row in self.source.json_lines(name):
            if row[key] in found:
                self.report.fail(claim, at, "重复", "stands here a second time")
            found[row[key]] = (at, row)
        return found

    def _by_optional(self, name: str, claim: str) -> dict[str, tuple[str, Json]]:
        there = name in self.source.names()
        return self._by(name, "uid", claim) if there else {}

    # -- the chain

    def run(self) -> None:
        self._guard("entries", self._load_works)
        points = self._checkpoints()
        for at, link in self.source.json_lines("ledger.jsonl"):
            is_told = self._link(at, link)
            for point in points.pop(link["seq"], []):
                self._check_point(link["seq"], link["hash"], *point)
            if is_told:
                self._tell(at, link)
        for number, left in points.items():
            for point in left:
                self._check_outside(number, *point)
        self._finish()

    def _link(self, at: str, link: Json) -> bool:
        sealed = "body_hash" in link
        wanted = {*LINK, "body_hash" if sealed else "body", "prev_hash", "hash"}
        number, fault = link["seq"], None
        if set(link) != wanted or type(number) is not int:
            fault = ("格式不对", "has other fields than an entry of the log")
        elif self.first and number != self.last + 1:
            fault = (
                f"应为第 {self.last + 1} 条，是第 {number} 条",
                f"is entry {number} where {self.last + 1} has to stand",
            )
        elif self.first and link["prev_hash"] != self.head:
            fault = (
                f"第 {number} 条与前一条不相接",
                f"entry {number} does not follow from the one before it",
            )
        elif link["hash"] != self._hash(link, sealed=sealed):
            fault = (
                f"第 {number} 条写入后被改动",
                f"entry {number} was changed after it was written",
            )
        elif number == 1 and link["prev_hash"] != GENESIS:
            fault = ("第 1 条前面还有内容", "entry 1 follows from something")
        elif sealed and link["scope"] == self.scope and self._is_open(link["action"]):
            fault = (
                f"第 {number} 条属于本赛项却被封存",
                f"entry {number} is about this event and sealed",
            )
        if fault:
            self.report.fail("chain", at, *fault)
        if not self.first:
            self.first = number
            self.before = link["prev_hash"]
        self.last, self.head = number, link["hash"]
        self.counts["links"] += 1
        return "body" in link and link["scope"] == self.scope

    @staticmethod
    def _is_open(action: str) -> bool:
        return action.startswith(OPEN)

    @staticmethod
    def _hash(link: Json, *, sealed: bool) -> str:
        body = link["body_hash"] if sealed else sha(link["body"].encode())
        parts = [link["prev_hash"], *(str(link[name]) for name in LINK), body]
        return sha("\n".join(parts).encode())

    # -- checkpoints

    def _checkpoints(self) -> dict[int, list[tuple[str, str, str]]]:
        """Return by number what the entry's hash has to begin with, and whose claim."""
        found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
        for at, point in self.source.json_lines("checkpoints.jsonl"):
            self.counts["checkpoints"] += 1
            if not is_checkpoint_signed(point):
                self.report.fail(
                    "checkpoints", at, "签名无效", "its signature is wrong"
                )
            elif not self._is_key(point["public_key"]):
                self.report.fail("checkpoints", at, "公钥不同", "is of another key")
            found[point["seq"]].append((at, point["hash"], "checkpoints"))
            self.newest = at
        for at, point in self.options.checkpoints:
            if not is_checkpoint_signed(point):
                self.report.fail("witness", at, "签名无效", "its signature is wrong")
            elif not self._is_key(point["public_key"]):
                self.report.fail(
                    "witness",
                    at,
                    "由另一公钥签名",
                    "is signed by another key than the bundle",
                )
            found[point["seq"]].append((at, point["hash"], "witness"))
        for number, characters in self.options.printed:
            place = f"{number}:{characters}"
            found[number].append((place, characters.lower(), "witness"))
        return found

    def _is_key(self, key: str) -> bool:
        return key in self.keys

    def _check_point(
        self, number: int, found: str, place: str, start: str, claim: str
    ) -> None:
        if not found.startswith(start):
            self.report.fail(
                claim,
                place,
                f"第 {number} 条不是签名时的那一条",
                f"entry {number} is another one than was signed for",
            )

    def _check_outside(self, number: int, place: str, start: str, claim: str) -> None:
        if self.first and number == self.first - 1:
            self._check_point(number, self.before, place, start, claim)
            return
        self.report.fail(
            claim,
            place,
            f"第 {number} 条不在本包的日志中：日志末尾被截断，或本包早于这个检查点，"
            "或检查点早于本包日志的开头",
            f"entry {number} is not in this part of the log: its end was cut off, or"
            " the bundle is older than this checkpoint, or begins after it",
        )

    # -- what the entries tell

    def _tell(self, at: str, link: Json) -> None:
        handler, claim = self._handler(link["action"])
        if handler is None:
            return
        uid = link["subject"].partition(":")[2]
        self._guard(claim, lambda: handler(at, link, uid, json.loads(link["body"])))

    def _handler(
        self, action: str
    ) -> tuple[Callable[[str, Json, str, Json], None] | None, str]:
        topic, _dot, verb = action.partition(".")
        claim = {
            "scheme": "schemes",
            "judges": "seats",
            "marks": "locks",
            "sheets": "sheets",
            "decisions": "decisions",
            "draw": "draws",
            "codes": "decode",
            "results": "results",
        }.get(topic, "")
        if action == "marks.received":
            claim = "marks"
        elif action == "sheets.checked":
            claim = "checks"
        elif topic == "recheck":
            claim = "recheck"
        elif verb in {"published", "withdrawn"}:
            claim = "published"
        return getattr(self, f"_{topic}_{verb}", None), claim

    def _guard(self, claim: str, step: Callable[[], None]) -> None:
        try:
            step()
        except BadError as bad:
            self.report.fail(claim, bad.where, bad.zh, bad.en)
        except TROUBLE as error:
            where = self.source.at
            what = f"{type(error).__name__}: {error}"
            self.report.fail(claim, where, f"无法读取：{what}", f"unreadable: {what}")

    def _same(self, at: str, row: Json, body: Json, names: Mapping[str, str]) -> None:
        """Compare a row with what the log says; names: the row's field → the log's."""
        for name, logged in names.items():
            if row[name] != body[logged]:
                raise BadError(
                    at,
                    f"{name} 与日志不符：日志为 {body[logged]!r}",
                    f"{name} is {row[name]!r} and the log says {body[logged]!r}",
                )

    def _row(
        self, rows: Mapping[str, tuple[str, Json]], uid: str, at: str, kind: str
    ) -> tuple[str, Json]:
        self.source.at = at
        is_new, place = uid not in self.told[kind], len(self.told[kind])
        self.told[kind].add(uid)
        if uid not in rows:
            raise BadError(
                at,
                f"日志中的 {uid} 在 {kind} 中缺失",
                f"{uid} is in the log and not in {kind}",
            )
        self.source.at = rows[uid][0]
        if is_new and kind != "seats.jsonl" and list(rows)[place] != uid:
            raise BadError(
                rows[uid][0],
                "次序与日志不同",
                "stands in another order than in the log",
            )
        return rows[uid]

    # schemes

    def _scheme_frozen(self, at: str, _link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.schemes, uid, at, "schemes.jsonl")
        names = ("version", "digest", "reason")
        self._same(place, row, body, dict(zip(names, names, strict=True)))
        text = self.source.read(row["file"])
        if sha(text) != body["digest"]:
            raise BadError(
                row["file"], "文本与冻结的不同", "is another text than was frozen"
            )
        self.scheme = uid
        # Marks for aspects that a later version dropped stay and do not count.
        self.known = frozenset(Scheme(text.decode()).aspects)

    # seats

    def _judges_assigned(self, _at: str, _link: Json, uid: str, body: Json) -> None:
        self.panel[uid] = {
            "seat": body["seat"],
            "is_chief": body["chief"],
            "covers": body["covers"],
            "ended": False,
        }
        if "panel" in body:  # not in the first logs
            self.panel[uid] |= {"panel": body["panel"], "is_chair": body["chair"]}

    _judges_changed = _judges_assigned

    def _judges_ended(self, _at: str, _link: Json, uid: str, _body: Json) -> None:
        self.panel[uid]["ended"] = True

    # marks

    def _marks_received(self, at: str, link: Json, uid: str, body: Json) -> None:
        for logged in body["marks"]:
            place, row = next(self.marks, (at, None))
            if row is None:
                raise BadError(
                    f"marks.jsonl (seq {logged[0]})",
                    f"日志中的第 {logged[0]} 条评分缺失",
                    f"mark {logged[0]} is in the log and nowhere else",
                )
            self._mark(place, row, logged, (link, uid, body["seat"]))

    def _mark(
        self, at: str, row: Json, logged: list[Any], told: tuple[Json, str, str]
    ) -> None:
        link, seat_uid, seat = told
        given, added, seq = row["body"], row["added"], logged[0]
        if row["seq"] != seq or seq != self.next_mark:
            raise BadError(
                at,
                f"此处应为第 {self.next_mark} 条评分，是第 {row['seq']} 条",
                f"mark {row['seq']} stands where {self.next_mark} has to stand",
            )
        self.next_mark = seq + 1
        self.counts["marks"] += 1
        hashes = [sha(canonical(given)), sha(canonical(added))]
        if [given["id"], row["status"], *hashes] != logged[1:5]:
            raise BadError(
                f"{at} (seq {seq})",
                "评分内容与日志不符",
                "the mark is another one than the log says",
            )
        _place, chair = self._row(self.seats, seat_uid, at, "seats.jsonl")
        if (row["seat"], added["seat"]) != (seat, chair["row"]):
            raise BadError(
                f"{at} (seq {seq})", "席位与日志不符", "is of another judge's seat"
            )
        if added["received_at"] != link["at"] or given["id"] in self.ids:
            raise BadError(
                f"{at} (seq {seq})", "时间或编号不符", "its time or id is wrong"
            )
        self.ids.add(given["id"])
        if link["actor_kind"] == "human":
            self.markers[given["entry"]].add(link["actor"])
        self._settle(f"{at} (seq {seq})", row, seat_uid)

    def _settle(self, at: str, row: Json, seat_uid: str) -> None:
        """Find again whether a mark was stored, in conflict or late."""
        given, heads = row["body"], self.heads.setdefault(row["seat"], {})
        cell = (given["entry"], given["aspect"])
        before = heads.get(cell)
        base = before[0] if before else None
        if self.locked or seat_uid in self.signed:
            status = "late"
        else:
            status = "stored" if given["based_on"] == base else "conflict"
        if row["status"] != status:
            self.report.fail(
                "order",
                at,
                f"应为 {status}，记为 {row['status']}",
                f"is {row['status']} and has to be {status}",
            )
        if row["status"] == "stored":
            heads[cell] = (given["id"], given["value"], given["kind"])
        counts = heads.get(cell)
        current = counts[0] if counts and counts[2] != "void" else ""
        if row["added"]["current"] != current:
            self.report.fail(
                "order", at, "所计入的评分不对", "another mark counted at that time"
            )

    def _counted(self, seat: str) -> Iterator[tuple[str, str, str, str]]:
        """Yield entry, aspect, id and value of what counts of a seat."""
        for (entry, aspect), (mark_id, value, kind) in self.heads.get(seat, {}).items():
            if kind != "void" and aspect in self.known:
                yield entry, aspect, mark_id, value

    # signatures of sheets

    def _sheets_signed(self, at: str, link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.signatures, uid, at, "signatures.jsonl")
        names = ("seat", "round", "digest", "marks")
        self._same(place, row, body, dict(zip(names, names, strict=True)))
        lines = sorted("\t".join(mark) for mark in self._counted(row["seat"]))
        if sha("\n".join(lines).encode()) != row["digest"]:
            raise BadError(
                place,
                "签字与当时计入的评分不符",
                "covers other marks than counted then",
            )
        if len(lines) != row["marks"] or row["round"] != self.round:
            raise BadError(place, "评分数或轮次不符", "its count or round is wrong")
        if row["signed_at"] != link["at"]:
            raise BadError(place, "时间与日志不符", "its time is not the log's")
        if (row.get("device") or "") != body.get("device", ""):
            raise BadError(place, "平板与日志不符", "its tablet is not the log's")
        self.signers[uid] = link["actor"]
        seat = next(
            (u for u, s in self.panel.items() if s["seat"] == row["seat"]), None
        )
        if seat is None or seat in self.signed:
            raise BadError(
                place, "该席位不存在或已签字", "no such seat, or signed twice"
            )
        self.signed[seat] = uid

    def _sheets_returned(self, at: str, _link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.signatures, uid, at, "signatures.jsonl")
        self._same(place, row, body, {"seat": "seat", "returned_reason": "reason"})
        self.signed = {s: u for s, u in self.signed.items() if u != uid}
        self.told["returned"].add(uid)

    # checks

    def _sheets_checked(self, at: str, link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.checks, uid, at, "checks.jsonl")
        names = ("signature", "seat", "by", "round", "digest", "outcome", "reason")
        same = (*names, "device")
        self._same(place, row, body, dict(zip(same, same, strict=True)))
        if row["checked_at"] != link["at"]:
            raise BadError(place, "时间与日志不符", "its time is not the log's")
        _at, signed = self.signatures[row["signature"]]
        for name in ("seat", "round", "digest"):
            if row[name] != signed[name]:
                raise BadError(
                    place, f"{name} 与签字不符", f"{name} is not the signature's"
                )
        if row["by"] == row["seat"] or link["actor"] == self.signers[row["signature"]]:
            raise BadError(
                place, "核对人即签字人", "was checked by the person who signed"
            )
        if row["by"] not in self._checkers(row["seat"]):
            raise BadError(
                place, "核对人不是组长", "was checked by somebody it was not for"
            )
        is_agreed = row["outcome"] == "agreed"
        if is_agreed != (row["signature"] in self.signed.values()):
            raise BadError(
                place, "核对时签字状态不符", "its signature did, or did not, stand"
            )
        if is_agreed:
            self.checked.add(row["signature"])
        self.counts["checks"] += 1

    def _checkers(self, signer: str) -> set[str]:
        """Return who may check a sheet: docs/rules/chain.md, C-02."""
        seats = [seat for seat in self.panel.values() if not seat["ended"]]
        own = next(s.get("panel") for s in seats if s["seat"] == signer)
        others = [seat for seat in seats if seat["seat"] != signer]
        same = [seat for seat in others if seat.get("panel") == own]
        steps = (
            [seat for seat in same if seat.get("is_chair")],
            [seat for seat in others if seat.get("is_chair") or seat["is_chief"]],
            same,
            others,
        )
        return {seat["seat"] for seat in next((s for s in steps if s), [])}

    def _check_checked(self, place: str, body: Json) -> None:
        """A lock that counts its checks closes sheets that have one, all of them."""
        unchecked = [
            self.panel[seat]["seat"]
            for seat, uid in self.signed.items()
            if uid not in self.checked and self.panel[seat]["covers"]
        ]
        if unchecked:
            self.report.fail(
                "checks",
                place,
                f"尚未核对：{', '.join(unchecked)}",
                f"locked before these were checked: {', '.join(unchecked)}",
            )
        covering = [s for s in self.panel.values() if s["covers"] and not s["ended"]]
        if body["checks"] != len(covering):
            self.report.fail(
                "checks", place, "核对数不符", "counts another number of checks"
            )

    # locks

    def _marks_locked(self, at: str, link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.locks, uid, at, "locks.jsonl")
        names = ("round", "digest", "last_seq")
        self._same(place, row, body, dict(zip(names, names, strict=True)))
        lines = sorted(
            "\t".join((seat, *mark))
            for seat in self.heads
            for mark in self._counted(seat)
        )
        if sha("\n".join(lines).encode()) != row["digest"]:
            raise BadError(
                place,
                "锁定的不是当时计入的评分",
                "covers other marks than counted then",
            )
        if (row["last_seq"], row["round"]) != (self.next_mark - 1, self.round):
            raise BadError(place, "序号或轮次不符", "its number or round is wrong")
        if row["locked_at"] != link["at"]:
            raise BadError(place, "时间与日志不符", "its time is not the log's")
        unsigned = [
            seat["seat"]
            for uid, seat in self.panel.items()
            if seat["covers"] and not seat["ended"] and uid not in self.signed
        ]
        if unsigned or self.locked:
            raise BadError(
                place,
                f"尚未签字：{', '.join(unsigned)}",
                f"locked before these had signed: {', '.join(unsigned)}",
            )
        if row.get("checks") != body.get("checks"):
            raise BadError(place, "核对数与日志不符", "its checks are not the log's")
        if body.get("checks") is not None:
            self._check_checked(place, body)
        self.locked, self.locked_by = True, link["actor"]
        self.lock_digest = row["digest"]

    def _marks_unlock_asked(self, _at: str, link: Json, uid: str, _body: Json) -> None:
        self.asked[uid] = link["actor"]

    def _marks_unlocked(self, at: str, link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.locks, uid, at, "locks.jsonl")
        self._same(place, row, body, {"unlock_reason": "reason"})
        if self.asked.get(uid) in {None, link["actor"]} or not self.locked:
            raise BadError(place, "解锁未经两人", "was not unlocked by two persons")
        if row["unlocked_at"] != link["at"]:
            raise BadError(place, "时间与日志不符", "its time is not the log's")
        self.told["unlocked"].add(uid)
        self.locked, self.signed, self.round = False, {}, self.round + 1
        self._guard("recheck", self._end_recheck)

    # recheck

    def _begin_recheck(self) -> None:
        self.promised: dict[int, tuple[str, bool]] = {}  # by round; while open?
        self.lock_digest = ""
        self.markers: dict[str, set[str]] = defaultdict(set)  # by work
        self.sample: Json = {}  # of the lock that stands
        self.found: dict[str, str] = {}  # outcome by work, of that sample
        self.was_wrong: set[str] = set()
        self.must_be_whole = False
        self.plan: Json = {"top_kind": "awards", "top_value": 3, "rest_percent": 15}

    def _recheck_planned(self, at: str, _link: Json, _uid: str, body: Json) -> None:
        if self.locked:
            raise BadError(at, "锁定后更改复核方案", "planned after the lock")
        self.plan = body

    def _recheck_committed(self, at: str, _link: Json, _uid: str, body: Json) -> None:
        if body["round"] in self.promised:
            raise BadError(at, "重复承诺", "committed to a second secret")
        self.promised[body["round"]] = (body["secret_digest"], not self.locked)
        if self.locked:
            self.report.note(
                f"第 {body['round']} 轮复核的密数在锁定后才承诺",
                f"the secret of recheck {body['round']} was fixed after the lock only",
            )

    def _recheck_drawn(self, at: str, _link: Json, _uid: str, body: Json) -> None:
        self.sample, self.found = body, {}
        self.counts["recheck"] += 1
        promised, _early = self.promised[body["round"]]
        secret = bytes.fromhex(body["secret"])
        seed = hashlib.sha256(
            frame(
                *("jiangcai-recheck/1", self.event, str(self.round)),
                *(secret, body["lock"]),
            )
        ).digest()
        if sha(secret) != promised or seed.hex() != body["seed"]:
            raise BadError(at, "密数或种子不符", "its secret or seed is another one")
        if body["lock"] != self.lock_digest or body["round"] != self.round:
            raise BadError(at, "不是当前锁定的复核", "is of another lock")
        same = ("top_kind", "top_value", "rest_percent")
        if any(body[name] != self.plan[name] for name in same):
            raise BadError(at, "与复核方案不符", "asks for other than was planned")
        if body["whole"] != self.must_be_whole:
            raise BadError(at, "是否全部复核不符", "is of the whole field, or not")
        expected = self._draw_recheck(self.results[body["result"]][1], body, seed)
        for name, works in expected.items():
            if body[name] != works:
                raise BadError(
                    at, f"复核样本 {name} 不符", f"the works of {name!r} are others"
                )

    def _draw_recheck(self, result: Json, body: Json, seed: bytes) -> Json:
        """Draw again: docs/rules/chain.md, C-11 to C-13."""
        rows = [r for r in result["rows"]["results"] if r["status"] == "present"]
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            groups[row["group"]].append(row)
        top: set[str] = set()
        for group in groups.values():
            awarded = {row["entry"] for row in group if row["award"]}
            places = {
                "count": body["top_value"],
                "share": -(-len(group) * body["top_value"] // 100),
            }.get(body["top_kind"], 3)
            by_awards = body["top_kind"] == "awards" and awarded
            top |= awarded if by_awards else _first(group, places)
        present = {row["entry"] for row in rows}
        again = (present if body["whole"] else present & self.was_wrong) - top
        rest = sorted(present - top - again)
        order, stream = list(rest), numbers_of(seed)
        for last in range(len(order) - 1, 0, -1):
            other = below(last + 1, stream)
            order[last], order[other] = order[other], order[last]
        size = max(1, -(-len(rest) * body["rest_percent"] // 100)) if rest else 0
        drawn = order[:size]
        left = sorted(set(rest) - set(drawn))
        return {
            "top": sorted(top),
            "again": sorted(again),
            "drawn": drawn,
            "left": left,
        }

    def _recheck_found(self, at: str, link: Json, _uid: str, body: Json) -> None:
        if body["entry"] not in self._to_recheck() or body["entry"] in self.found:
            raise BadError(at, "不在样本中或重复复核", "is not to be rechecked")
        if body["round"] != self.sample["round"] or not self.locked:
            raise BadError(at, "不在当前锁定中", "was rechecked outside of its lock")
        if link["actor"] in self.markers[body["entry"]]:
            raise BadError(at, "复核人是评分裁判", "was rechecked by one of its judges")
        self.found[body["entry"]] = body["outcome"]
        if body["outcome"] != "right":
            self.was_wrong.add(body["entry"])

    def _recheck_grown(self, at: str, _link: Json, _uid: str, _body: Json) -> None:
        if not self._is_grown():
            raise BadError(at, "未超过 5 %", "grew without more than 5 % wrong")

    def _is_grown(self) -> bool:
        works = [w for name in ("top", "again", "drawn") for w in self.sample[name]]
        wrong = sum(self.found.get(work) == "wrong" for work in works)
        return wrong * 100 > 5 * len(works)

    def _to_recheck(self) -> set[str]:
        names = ("top", "again", "drawn", *(["left"] if self._is_grown() else []))
        return {work for name in names for work in self.sample[name]}

    def _end_recheck(self) -> None:
        """What an unlock leaves for the next round."""
        if self.sample:
            covers = self.sample["whole"] or self._is_grown()
            self.must_be_whole = covers and bool(self._to_recheck() - set(self.found))
        self.sample, self.found = {}, {}

    def _check_recheck(self, at: str) -> None:
        if not self.sample:
            if self.counts["recheck"]:
                self.report.fail("recheck", at, "解密前未复核", "decoded unrechecked")
            return
        if self._to_recheck() - set(self.found) or "wrong" in self.found.values():
            self.report.fail(
                "recheck", at, "复核未完成即解密", "decoded before the recheck was done"
            )

    # decisions

    def _decisions_made(self, at: str, link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.decisions, uid, at, "decisions.jsonl")
        names = ("entry", "kind", "target", "value", "reason")
        self._same(place, row, body, dict(zip(names, names, strict=True)))
        if (row["made_at"], row["made_by"]) != (link["at"], link["actor"]):
            raise BadError(
                place, "时间或作出人与日志不符", "its time or author is wrong"
            )
        if row["kind"] == "revoke":
            self.standing.pop(row["target"])
        elif row["kind"] != "set_aside":
            self.standing[uid] = row

    _decisions_revoked = _decisions_made

    # draws

    def _draw_committed(self, at: str, link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.draws, uid, at, "draws.jsonl")
        names = ("purpose", "attempt", "algorithm", "commitment", "list_digest")
        self._same(place, row, body, dict(zip(names, names, strict=True)))
        if row["committed_at"] != link["at"]:
            raise BadError(place, "时间与日志不符", "its time is not the log's")

    def _draw_contributed(self, _at: str, _link: Json, uid: str, body: Json) -> None:
        self.called[uid].append([body["kind"], body["value"]])
        if "result_digest" in self.drawn[uid]:
            raise BadError(
                self.draws[uid][0], "抽签后仍有报数", "a number was called after it"
            )

    def _draw_derived(self, _at: str, _link: Json, uid: str, body: Json) -> None:
        self.drawn[uid]["result_digest"] = body["result_digest"]

    def _draw_revealed(self, _at: str, _link: Json, uid: str, body: Json) -> None:
        self.drawn[uid] |= {"secret": body["secret"], "seed": body["seed"]}

    def _draw_voided(self, _at: str, _link: Json, uid: str, _body: Json) -> None:
        self.drawn[uid]["is_void"] = True

    def _codes_decoded(self, at: str, link: Json, _uid: str, body: Json) -> None:
        self.decoded = body | {"first": link["actor"], "at": at}
        self._guard("recheck", lambda: self._check_recheck(at))

    # results

    def _results_computed(self, at: str, link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.results, uid, at, "results.jsonl")
        self._same(
            place,
            row,
            body | {"at": link["at"]},
            {
                "version": "version",
                "scheme": "scheme",
                "marks": "marks",
                "digest": "result",
                "computed_at": "at",
            },
        )
        if sha(canonical(row["rows"])) != row["digest"]:
            raise BadError(
                place, "成绩与其摘要不符", "the rows are other ones than were logged"
            )
        if row["scheme"] != self.schemes[self.scheme][1]["digest"]:
            raise BadError(
                place, "所用方案不是冻结的方案", "used another scheme than was frozen"
            )
        if row["last_seq"] != self.next_mark - 1:
            raise BadError(place, "所计评分不符", "rests on other marks")
        self.reviewed[uid] = self._score(place, row)
        self.counts["results"] += 1

    def _score(self, place: str, row: Json) -> list[Row]:
        # The file's own line is read no more: what is wrong is wrong in the result.
        self.source.at = place
        _at, version = self.schemes[self.scheme]
        scheme = Scheme(self.source.read(version["file"]).decode())
        facts = make_facts(self.works, self.standing.values(), self.absent)
        for fact in facts:
            extra = self.extra.get(fact["entry"], {})
            fact |= {key: text for key, text in extra.items() if text}
        counted = (
            (entry, aspect, seat, value)
            for seat in self.heads
            for entry, aspect, _id, value in self._counted(seat)
        )
        self.source.at = place
        self._check_carried(place, scheme, row["rows"])
        found = review(scheme, counted, facts, row["rows"])
        for code, source in row["rows"].get("sources", {}).items():
            self.report.note(
                f"{code} 的分数由公布 {source['publication']} 带入，此处照用",
                f"the points of {code} are taken from publication"
                f" {source['publication']} as they stand",
            )
        problems = differences(row["rows"]["results"], found)
        if problems:
            problem = problems[0]
            raise BadError(f"{place}, {problem.partition(':')[0]}", problem, problem)
        spare = {key for said in row["rows"]["results"] for key in said} - set(
            found[0] if found else ()
        )
        if found and spare:
            names = ", ".join(sorted(spare))
            self.report.note(f"未重算的栏：{names}", f"not computed again: {names}")
        return found

    def _check_carried(self, place: str, scheme: Scheme, told: Json) -> None:
        """See that a result leaves out, or brings in, just the carried components."""
        carried = [c["code"].strip() for c in scheme.components if c.get("carried")]
        if told.get("provisional", carried) != carried:
            raise BadError(place, "略去的模块不符", "leaves out other components")
        if "carried" in told and self.decoded is None:
            raise BadError(place, "解密前带入分数", "brings points in before decoding")
        self.carried = told.get("carried", {})

    # publications

    def _results_published(self, at: str, link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.publications, uid, at, "publications.jsonl")
        names = ("version", "digest", "signature")
        self._same(place, row, body, dict(zip(names, names, strict=True)))
        if row["published_at"] != link["at"]:
            raise BadError(place, "时间与日志不符", "its time is not the log's")
        if not self._is_key(row["public_key"]):
            raise BadError(place, "公钥不在名单中", "is signed by an unknown key")
        said = self.reviewed.get(row["result"])
        if said is None:
            raise BadError(place, "所公布的成绩不存在", "its result was never computed")
        if row["result"] != next(reversed(self.reviewed)) or not self.locked:
            raise BadError(place, "公布的不是最新成绩", "published an older result")
        if link["actor"] == self.locked_by:
            raise BadError(place, "锁定与公布同一人", "was published by who locked")
        if "provisional" in self.results[row["result"]][1]["rows"]:
            raise BadError(place, "公布了不完整的成绩", "published a part of the total")
        self._published_rows(place, row, said)
        for where, data in self._snapshots(place, row):
            self._snapshot(where, row, data)
        self.counts["publications"] += 1

    def _published_rows(self, place: str, row: Json, said: Sequence[Row]) -> None:
        by_code = {result["entry"]: result for result in said}
        names = ("rank", "of", "award", "total", "components", "penalty", "passed")
        for shown in row["rows"]:
            if not shown["work_code"]:
                if shown["rank"] is not None or shown["award"]:
                    raise BadError(
                        place, "无作品者有名次", "ranks who handed in nothing"
                    )
                continue
            result = by_code.pop(shown["work_code"])
            if result["status"] not in {"present", shown["status"]}:
                raise BadError(place, "状态不符", "shows another status than computed")
            for name in (*names, "tied_by", "scale"):
                if shown[name] != result[name]:
                    raise BadError(
                        f"{place}, entry {shown['work_code']}, {name}",
                        f"公布 {shown[name]!r}，算得 {result[name]!r}",
                        f"published {shown[name]!r}, computed {result[name]!r}",
                    )
        if by_code:
            raise BadError(
                f"{place}, entry {min(by_code)}", "未公布", "was not published"
            )

    def _snapshots(self, place: str, row: Json) -> Iterator[tuple[str, bytes]]:
        if row.get("snapshot") is not None:
            yield place, row["snapshot"].encode()
        for where, data in self.options.published:
            if sha(data) == row["digest"]:
                self.told["published files"].add(where)
                yield where, data

    def _snapshot(self, where: str, row: Json, data: bytes) -> None:
        if sha(data) != row["digest"]:
            raise BadError(where, "快照与摘要不符", "the snapshot was changed")
        if not is_signed_for("result", row["public_key"], data, row["signature"]):
            raise BadError(where, "快照签名无效", "the snapshot's signature is wrong")
        shown = json.loads(data)
        if shown["event"] != self.event:
            raise BadError(where, "是另一赛项的公布", "is of another event")
        hidden = ("name", "unit_name", "team")
        bare = [{k: v for k, v in r.items() if k not in hidden} for r in shown["rows"]]
        said = [
            {k: v for k, v in r.items() if k not in {"work_code", "entry_uid"}}
            for r in row["rows"]
        ]
        if bare != said:
            raise BadError(where, "快照与所列成绩不符", "shows other rows than listed")
        links = json.dumps([[r["entry_uid"], r["work_code"]] for r in row["rows"]])
        if sha(links.encode()) != shown["links"]:
            raise BadError(where, "快照与作品号不符", "belongs to other entries")
        if "teams" in shown:
            self._published_teams(where, shown)
        self.counts["snapshots"] += 1

    def _published_teams(self, where: str, shown: Json) -> None:
        """Add the published lines up again, team by team."""
        _at, version = self.schemes[self.scheme]
        scheme = Scheme(self.source.read(version["file"]).decode()).tree["teams"]
        rows = shown["rows"]
        key = "team" if any("team" in row for row in rows) else "unit_name"
        lines: dict[str, list[int]] = defaultdict(list)
        for line, row in enumerate(rows, start=1):
            if row.get(key):
                lines[row[key]].append(line)
        found = {}
        for team in shown["teams"]:
            place = f"{where}, team {team['team']}"
            if lines.pop(team["team"], None) != team["members"]:
                raise BadError(
                    place, "队员不符", "has other members than the lines say"
                )
            members = [rows[line - 1] for line in team["members"]]
            total = found[team["team"]] = self._sum_team(scheme, members)
            # A total without an end is printed half up to ten places.
            if abs(Fraction(team["total"]) - total) > Fraction(1, 10**10):
                raise BadError(
                    place, "总分不符", f"adds up to {float(total)}, not {team['total']}"
                )
        if lines:
            raise BadError(
                f"{where}, team {min(lines)}", "未列入", "is not among the teams"
            )
        ranked = [t for t in shown["teams"] if t["rank"] is not None]
        for team in ranked:
            higher = sum(found[t["team"]] > found[team["team"]] for t in ranked)
            equal = sum(found[t["team"]] == found[team["team"]] for t in ranked)
            latest = higher + (equal if scheme.get("ties") else 1)
            if not higher < team["rank"] <= latest:
                raise BadError(
                    f"{where}, team {team['team']}", "名次不符", "has another rank"
                )

    def _sum_team(self, scheme: Json, members: Sequence[Row]) -> Fraction:
        totals = sorted((Fraction(row["total"] or 0) for row in members), reverse=True)
        if scheme["method"] == "best":
            totals = totals[: scheme["best"]]
        elif scheme["method"] == "points":
            worth = {name.strip(): v for name, v in scheme["points"].items()}
            totals = [
                Fraction(str(worth[row["award"]]))
                if row["award"] in worth
                else Fraction(str(worth.get("passed", 0))) * bool(row["passed"])
                for row in members
            ]
        whole = sum(totals, Fraction(0))
        return whole / len(members) if scheme["method"] == "mean" else whole

    def _results_withdrawn(self, at: str, link: Json, uid: str, body: Json) -> None:
        place, row = self._row(self.publications, uid, at, "publications.jsonl")
        self._same(place, row, body, {"withdrawn_reason": "reason"})
        if row["withdrawn_at"] != link["at"]:
            raise BadError(place, "时间与日志不符", "its time is not the log's")
        self.withdrawn.add(uid)

    # -- works and entries

    def _load_works(self) -> None:
        for at, row in self.source.table("works.csv"):
            if row["work_code"] in self.works:
                raise BadError(at, "作品号重复", "the code stands here twice")
            self.works[row["work_code"]] = row["group"]
        self.entry_rows = [(at, row) for at, row in self.source.table("entries.csv")]
        derived = {"entry", "group", "status", "time", "playoff", "vetoes"}
        self.extra = {
            row["entry"]: {
                key: text
                for key, text in row.items()
                if key not in derived and not key.startswith(("penalty:", "carried:"))
            }
            for _at, row in self.entry_rows
        }
        absent: Counter[str] = Counter(
            row["group"] for _at, row in self.entry_rows if is_placeholder(row["entry"])
        )
        self.absent = absent

    # -- at the end of the log

    def _finish(self) -> None:
        self._guard("marks", self._no_more_marks)
        self._guard("seats", self._finish_seats)
        self._guard("schemes", self._finish_schemes)
        self._guard("sheets", self._finish_sheets)
        self._guard("locks", self._finish_locks)
        for claim, name, rows in (
            ("checks", "checks.jsonl", self.checks),
            ("decisions", "decisions.jsonl", self.decisions),
            ("results", "results.jsonl", self.results),
            ("published", "publications.jsonl", self.publications),
            ("draws", "draws.jsonl", self.draws),
        ):
            self._guard(claim, partial(self._all_told, name, rows))
        self._guard("draws", self._finish_draws)
        self._guard("decode", self._finish_decode)
        self._guard("published", self._finish_publications)
        self._guard("counted", self._finish_counted)
        self._guard("entries", self._finish_entries)
        self._guard("names", self._finish_names)
        self._guard("checkpoints", self._finish_checkpoints)
        self._count()

    def _all_told(self, name: str, rows: Mapping[str, tuple[str, Json]]) -> None:
        for uid, (at, _row) in rows.items():
            if uid not in self.told[name]:
                raise BadError(at, "日志中没有", f"{uid} is not in the log")

    def _no_more_marks(self) -> None:
        for at, row in self.marks:
            raise BadError(
                f"{at} (seq {row['seq']})",
                "日志中没有这条评分",
                "the mark is not in the log",
            )

    def _finish_seats(self) -> None:
        for uid, (at, row) in self.seats.items():
            said = self.panel.pop(uid, None)
            if said is None:
                raise BadError(at, "日志中没有", "the seat is not in the log")
            for name, value in said.items():
                if row[name] != value:
                    raise BadError(
                        at, f"{name} 与日志不符", f"{name} is not what the log says"
                    )
        if self.panel:
            raise BadError(
                "seats.jsonl", "缺少席位", f"lacks the seat {min(self.panel)}"
            )

    def _finish_schemes(self) -> None:
        self._all_told("schemes.jsonl", self.schemes)
        for uid, (at, row) in self.schemes.items():
            if row["counts"] != (uid == self.scheme):
                raise BadError(at, "不是计入的方案", "is not the scheme that counts")

    def _finish_sheets(self) -> None:
        self._all_told("signatures.jsonl", self.signatures)
        for uid, (at, row) in self.signatures.items():
            if bool(row["returned_at"]) != (uid in self.told["returned"]):
                raise BadError(
                    at, "退回与日志不符", "was returned, or not, unlike here"
                )

    def _finish_locks(self) -> None:
        self._all_told("locks.jsonl", self.locks)
        for uid, (at, row) in self.locks.items():
            if bool(row["unlocked_at"]) != (uid in self.told["unlocked"]):
                raise BadError(
                    at, "解锁与日志不符", "was unlocked, or not, unlike here"
                )

    def _finish_publications(self) -> None:
        coded = {row["entry"]: row["work_code"] for _at, row in self.decode_rows}
        for uid, (at, row) in self.publications.items():
            for shown in row["rows"] if coded else ():
                if coded.get(shown["entry_uid"]) != shown["work_code"]:
                    raise BadError(
                        f"{at}, entry {shown['work_code']}",
                        "与解密不符",
                        "belongs to another entry than was decoded",
                    )
            if bool(row["withdrawn_at"]) != (uid in self.withdrawn):
                raise BadError(
                    at, "撤回与日志不符", "was withdrawn, or not, unlike here"
                )
        for where, _data in self.options.published:
            if where not in self.told["published files"]:
                raise BadError(where, "不是本赛项公布的文件", "was not published here")
        if self.publications and self.counts["snapshots"] < len(self.publications):
            self.report.note(
                "已公布文件的签名未核对：本包不含姓名；"
                "可用 --published 加上公布的 JSON 文件",
                "signatures of published files were not checked, for the bundle holds"
                " no names; give the published JSON file with --published",
            )

    def _finish_draws(self) -> None:
        for uid, (at, row) in self.draws.items():
            fault = draw_fault(row, self.event)
            if fault:
                raise BadError(at, *fault)
            told = self.drawn[uid]
            for name in ("result_digest", "secret", "seed"):
                if row[name] != told.get(name, ""):
                    raise BadError(
                        at, f"{name} 与日志不符", f"{name} is not what the log says"
                    )
            if [[kind, value] for kind, _by, value in row["contributions"]] != (
                self.called[uid]
            ):
                raise BadError(
                    at, "报数与日志不符", "the numbers called are not those of the log"
                )
            if row["is_void"] != told.get("is_void", False):
                raise BadError(at, "作废与日志不符", "was voided, or not, unlike here")
            self.counts["draws"] += 1

    def _finish_decode(self) -> None:
        rows = list(self.source.json_lines("decode.jsonl"))
        self.decode_rows = rows
        if self.decoded is None or self.state not in {"decoded", "published"}:
            # Opened again after a decoding, an event is as good as not decoded.
            if rows:
                raise BadError(rows[0][0], "日志中未解密", "the log knows no decoding")
            self.decoded = None
            self.report.note("尚未解密", "the codes have not been decoded yet")
            return
        coded = {
            row["entry"]: row["work_code"] for _at, row in rows if row["work_code"]
        }
        self._follow_draws(rows)
        if sha(canonical(coded)) != self.decoded["mapping_digest"]:
            raise BadError(
                "decode.jsonl", "与解密记录不符", "is another mapping than was decoded"
            )
        if self.decoded["first"] == self.decoded["second"]:
            raise BadError(
                self.decoded["at"], "解密未经两人", "was decoded by one person"
            )
        groups = {r["work_code"]: r["group"] for _at, r in rows if r["work_code"]}
        if groups != self.works:
            raise BadError(
                "works.csv", "与解密不符", "holds other works or groups than decoded"
            )
        missing = Counter(
            r["group"]
            for _at, r in rows
            if not r["work_code"] and r["status"] != "withdrawn"
        )
        if missing != self.absent:
            raise BadError(
                "entries.csv", "无作品人数不符", "counts others without a work"
            )
        self.counts["decoded"] = len(coded)

    def _follow_draws(self, rows: Iterable[tuple[str, Json]]) -> None:
        live = {
            row["purpose"]: row["result"]
            for _at, row in self.draws.values()
            if not row["is_void"]
        }
        steps = (
            ("contest_no", "entry", "contest_no"),
            ("station", "contest_no", "station"),
            ("work_code", "station", "work_code"),
        )
        for purpose, source, target in steps:
            for at, row in rows:
                if row["work_code"] and live[purpose][row[source]] != row[target]:
                    raise BadError(
                        at,
                        f"{target} 不是抽出的结果",
                        f"{target} is not what was drawn for it",
                    )

    def _finish_counted(self) -> None:
        expected = {
            (entry, aspect, seat): value
            for seat in self.heads
            for entry, aspect, _id, value in self._counted(seat)
        }
        self.source.at = "counted.csv:1"
        reader = csv.reader(
            (line.decode() + "\n" for _at, line in self.source.lines("counted.csv")),
            strict=True,
        )
        if next(reader, None) != ["entry", "aspect", "judge", "value"]:
            raise BadError("counted.csv:1", "表头不对", "has another header")
        for entry, aspect, judge, value in reader:
            if expected.pop((entry, aspect, judge), None) != value:
                raise BadError(
                    self.source.at, "不是计入的评分", "is not the mark that counts"
                )
            self.counts["counted"] += 1
        if expected:
            entry, aspect, judge = min(expected)
            raise BadError(
                "counted.csv",
                f"缺少 {entry} {aspect} {judge}",
                f"lacks entry {entry}, aspect {aspect}, judge {judge}",
            )

    def _finish_entries(self) -> None:
        facts = make_facts(self.works, self.standing.values(), self.absent)
        expected = {fact["entry"]: fact for fact in facts}
        for entry, found in self.carried.items():
            expected[entry] |= {f"carried:{code}": p for code, p in found.items()}
        for at, row in self.entry_rows:
            fact = expected.pop(row["entry"], None)
            if fact is None:
                raise BadError(at, "不应有此项", "is no entry of this event")
            for key, text in row.items():
                derived = key not in self.extra[row["entry"]]
                if derived and text != fact.get(key, ""):
                    raise BadError(
                        at,
                        f"{key} 与裁定不符",
                        f"{key} does not follow from the decisions",
                    )
            if not set(fact) <= set(row):
                raise BadError(at, "缺少栏", "lacks a column of a decision")
        if expected:
            raise BadError("entries.csv", "缺少作品", f"lacks {min(expected)}")

    def _finish_names(self) -> None:
        if "names.jsonl" not in self.source.names():
            return
        promised = {row["entry"]: row["commitment"] for _at, row in self.decode_rows}
        for at, row in self.source.json_lines("names.jsonl"):
            value = canonical({"name": row["name"], "unit": row["unit"]})
            made = sha(bytes.fromhex(row["salt"]) + value)
            if promised.pop(row["entry"], None) != made:
                raise BadError(at, "与承诺值不符", "does not fit its commitment")
            self.counts["names"] += 1
        if promised:
            raise BadError("names.jsonl", "缺少姓名", f"lacks {min(promised)}")

    def _finish_checkpoints(self) -> None:
        if not self.newest:
            raise BadError("checkpoints.jsonl", "没有检查点", "holds no checkpoint")
        last = [p for _at, p in self.source.json_lines("checkpoints.jsonl")][-1]
        if (last["seq"], last["hash"]) != (self.last, self.head):
            raise BadError(
                self.newest,
                "日志末尾不是检查点所签的一条",
                "the log does not end with the entry that was signed last",
            )

    def _count(self) -> None:
        good, counts = self.report.good, self.counts
        good("chain", f"{self.first}–{self.last}: {counts['links']}")
        good("checkpoints", str(counts["checkpoints"]))
        if self.options.checkpoints or self.options.printed:
            good("witness")
        good("schemes", str(len(self.schemes)))
        good("seats", str(len(self.seats)))
        good("marks", str(counts["marks"]))
        good("order")
        good("sheets", str(len(self.signatures)))
        if "checks.jsonl" in self.source.names():
            good("checks", str(counts["checks"]))
        good("locks", str(len(self.locks)))
        if counts["recheck"]:
            good("recheck", str(counts["recheck"]))
        good("decisions", str(len(self.decisions)))
        good("draws", str(counts["draws"]))
        if self.decoded is not None:
            good("decode", str(counts["decoded"]))
        if counts["names"]:
            good("names", str(counts["names"]))
        good("counted", str(counts["counted"]))
        good("entries", str(len(self.works)))
        if self.results:
            good("results", str(counts["results"]))
        else:
            self.report.note("尚无成绩", "no result has been computed yet")
        if self.publications:
            good("published", str(len(self.publications)))


# -------------------------------------------------------------------- all of it


def verify(source: Source, options: Options | None = None) -> Report:
    """Check every claim of a bundle.

    Raises:
        NotABundleError: there is no manifest of this format to begin with.
    """
    options, report = options or Options(), Report()
    try:
        data = source.read("manifest.json")
        manifest = json.loads(data)
        if manifest["format"] != FORMAT:
            raise NotABundleError(f"不是 {FORMAT} / is not of format {FORMAT}")
        files: Json = manifest["files"]
    except (BadError, *TROUBLE) as error:
        raise NotABundleError(f"没有清单 / has no manifest: {error}") from error
    replay_guard(report, "archive", source, lambda: _archive(source, files, report))
    replay_guard(
        report,
        "signature",
        source,
        lambda: _signature(source, data, manifest, report, options),
    )

    replay_guard(report, "chain", source, lambda: Replay(source, report, options).run())
    if not options.checkpoints and not options.printed:
        report.note(
            "未给出外部检查点：日志末尾被截断或整体重写无法发现"
            "（--checkpoint 或 --printed）",
            "no outside checkpoint was given: that the end was cut off, or all of it"
            " rewritten with the key, cannot be seen (--checkpoint or --printed)",
        )
    return report


def replay_guard(
    report: Report, claim: str, source: Source, step: Callable[[], None]
) -> None:
    try:
        step()
    except BadError as bad:
        report.fail(claim, bad.where, bad.zh, bad.en)
    except TROUBLE as error:
        what = f"{type(error).__name__}: {error}"
        report.fail(claim, source.at, f"无法读取：{what}", f"unreadable: {what}")


def _archive(source: Source, files: Json, report: Report) -> None:
    there = set(source.names()) - {"manifest.json", "manifest.sig"}
    for name in (*FILES, *sorted(files)):
        if name not in files:
            raise BadError("manifest.json", f"缺少 {name}", f"does not name {name}")
        if name not in there:
            raise BadError(name, "文件缺失", "the file is missing")
        digest, size = hashlib.sha256(), 0
        source.at = name
        for chunk in source.chunks(name):
            digest.update(chunk)
            size += len(chunk)
        if (digest.hexdigest(), size) != (files[name]["sha256"], files[name]["size"]):
            raise BadError(
                name, "内容与清单不符", "is another file than the manifest says"
            )
    extra = there - set(files)
    if extra:
        raise BadError(min(extra), "清单中没有", "is not in the manifest")
    report.good("archive", str(len(files)))


def _signature(
    source: Source, data: bytes, manifest: Json, report: Report, options: Options
) -> None:
    key = manifest["public_key"]
    wanted = options.public_key.lower()
    if wanted:
        report.good("key", wanted[:16])
        if key != wanted:
            report.fail(
                "key", "manifest.json", f"签名公钥是 {key}", f"the signing key is {key}"
            )
    else:
        report.note(f"请核对签名公钥 {key}", f"compare the signing key: {key}")
    signature = source.read("manifest.sig").decode().strip()
    if not is_signed_for("bundle", key, data, signature):
        raise BadError("manifest.sig", "签名无效", "the signature is wrong")
    listed = json.loads(source.read("keys.json"))["keys"]
    if key not in {each["public_key"] for each in listed}:
        raise BadError("keys.json", "没有签名公钥", "lacks the signing key")
    if json.loads(source.read("event.json"))["uid"] != manifest["event"]:
        raise BadError("event.json", "是另一赛项", "is another event")
    report.good("signature", f"{key[:16]}…")


def check_file(file: Any, options: Options | None = None) -> Report:  # noqa: ANN401
    """Check a zip file: a path or an open file."""
    return verify(ZipSource(file), options)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="核验技能竞赛审计包 / check the audit bundle of a competition"
    )
    parser.add_argument("bundle", type=Path, help="FILE.zip")
    parser.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        help="外部留存的检查点文件 / a checkpoint kept elsewhere",
    )
    parser.add_argument(
        "--printed",
        action="append",
        default=[],
        metavar="NUMBER:CHARACTERS",
        help="纸上的检查点 / a checkpoint on paper",
    )
    parser.add_argument("--public-key", default="", help="公钥 / whose signature (hex)")
    parser.add_argument(
        "--published",
        type=Path,
        action="append",
        default=[],
        help="已公布的 JSON 文件 / the published JSON file",
    )
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        options = make_options(
            public_key=given.public_key,
            checkpoints=given.checkpoint,
            printed=given.printed,
            published=given.published,
        )
        report = check_file(given.bundle, options)
    except (NotABundleError, OSError, *TROUBLE) as error:
        print(f"{given.bundle}: 无法核验 / cannot be checked: {error}", file=sys.stderr)
        return 2
    for line in report.lines():
        print(line)
    return 0 if report.holds else 1


def make_options(
    *,
    public_key: str = "",
    checkpoints: Iterable[Path] = (),
    printed: Iterable[str] = (),
    published: Iterable[Path] = (),
) -> Options:
    """Read what is known from elsewhere.

    Raises:
        NotABundleError: a checkpoint, or what stands on paper, is not one.
    """
    options = Options(public_key=public_key)
    for path in checkpoints:
        options.checkpoints.append((path.name, read_checkpoint(path.read_bytes())))
    for text in printed:
        bare = "".join(text.split())  # on paper the characters stand in groups
        found = re.fullmatch(r"([0-9]{1,15}):([0-9a-fA-F]{8,64})", bare, re.ASCII)
        if found is None:
            raise NotABundleError(f"--printed {text}: NUMBER:CHARACTERS")
        options.printed.append((int(found[1]), found[2]))
    options.published = [(path.name, path.read_bytes()) for path in published]
    return options


def read_checkpoint(data: bytes) -> Json:
    """Read a checkpoint file.

    Raises:
        NotABundleError: it is none.
    """
    try:
        point = json.loads(data.decode("utf-8-sig"))
        texts = ("hash", "at", "public_key", "signature")
        if type(point["seq"]) is int and all(type(point[t]) is str for t in texts):
            return dict(point)
    except TROUBLE:
        pass
    raise NotABundleError("不是检查点 / is no checkpoint")


if __name__ == "__main__":
    sys.exit(main())
