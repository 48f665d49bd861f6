"""`verify.py` on bundles of 10⁴ to 5·10⁵ mark events, in Python without any package.

The floor is what no verifier can do without: unpacking the zip and one SHA-256 over
each line of the same files. Ours also computes every link, each mark's two hashes, what
counts, the signatures' digests and all results by its own arithmetic.
"""

import hashlib
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.report import keep
from scoring.bundle import verify
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.review import list_review
from scoring.results.rules.score import score
from scoring.scheme.rules.parse import parse_scheme

ASPECTS, JUDGES, BATCH = 40, 5, 20
GOAL = 60  # seconds for 500,000 mark events
EVENT = "01900000-0000-7000-8000-000000000000"
AT = "2026-06-20T02:00:00.000000+00:00"
FLOOR = """
import hashlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for name in archive.namelist():
        with archive.open(name) as file:
            for line in file:
                hashlib.sha256(line).hexdigest()
"""
# Runs the verifier and tells how much memory it had at most (kB, last line).
OURS = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    with open("/proc/self/status") as status:
        print(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""
KEY = Ed25519PrivateKey.from_private_bytes(b"b" * 32)
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def signed(purpose: str, message: bytes) -> str:
    return KEY.sign(b"jiangcai/" + purpose.encode() + b"\0" + message).hex()


def scheme_text() -> str:
    lines = ['format = "jiangcai-scheme/1"', "[rounding]", "component = 2", "total = 2"]
    lines += ["[[components]]", 'code = "P"', "max = 400", f"judges = {JUDGES}"]
    lines += ['aggregate = "trimmed_mean"', "[[components.criteria]]", 'code = "P1"']
    for number in range(ASPECTS):
        lines += ["[[components.criteria.aspects]]", f'code = "P1.{number}"']
        lines += ['kind = "score"', "max = 10"]
    return "\n".join(lines)


class Maker:
    """Writes a bundle as the product does, from made marks and without a database."""

    def __init__(self, entries: int) -> None:
        self.works = [f"W{number:05d}" for number in range(entries)]
        self.seats = [f"J{number}" for number in range(1, JUDGES + 1)]
        self.files: dict[str, list[bytes]] = {name: [] for name in verify.FILES}
        self.head, self.seq, self.marks = verify.GENESIS, 0, 0
        self.given: list[Mark] = []
        self.lines: list[str] = []

    def log(self, action: str, subject: str, body: dict[str, Any]) -> None:
        self.seq += 1
        link = {
            "seq": self.seq,
            "at": AT,
            "actor_kind": "human",
            "actor": "u",
            "action": action,
            "subject": subject,
            "scope": f"event:{EVENT}",
            "body": verify.canonical(body).decode(),
            "prev_hash": self.head,
        }
        parts = [self.head, *(str(link[name]) for name in verify.LINK)]
        parts.append(verify.sha(str(link["body"]).encode()))
        self.head = verify.sha("\n".join(parts).encode())
        self.add("ledger.jsonl", link | {"hash": self.head})

    def add(self, name: str, row: dict[str, Any]) -> None:
        self.files[name].append(verify.canonical(row) + b"\n")

    def make(self, path: Path) -> None:
        text = scheme_text()
        self._begin(text)
        for number, seat in enumerate(self.seats, start=1):
            self._mark(number, seat)
        self._end(text)
        self._write(path, text)

    def _begin(self, text: str) -> None:
        told = {"version": 1, "digest": verify.sha(text.encode()), "reason": ""}
        self.log("scheme.frozen", "scheme:s", told)
        more = {"uid": "s", "file": "scheme-1.scheme.toml", "counts": True}
        self.add("schemes.jsonl", told | more)
        for number, seat in enumerate(self.seats, start=1):
            told = {"seat": seat, "covers": "*"}
            self.log("judges.assigned", f"seat:{number}", told | {"chief": False})
            more = {"uid": str(number), "row": number, "is_chief": False}
            self.add("seats.jsonl", told | more | {"ended": False})

    def _mark(self, number: int, seat: str) -> None:
        batch: list[list[object]] = []
        for work in self.works:
            for aspect in range(ASPECTS):
                batch.append(self._event(number, seat, work, f"P1.{aspect}"))
                if len(batch) == BATCH:
                    told = {"seat": seat, "marks": batch}
                    self.log("marks.received", f"seat:{number}", told)
                    batch = []

    def _event(self, number: int, seat: str, work: str, aspect: str) -> list[object]:
        self.marks += 1
        value = str((self.marks * 7919 % 101) / 10)
        mark_id = hashlib.sha256(str(self.marks).encode()).hexdigest()[:32]
        body: dict[str, object] = {"aspect": aspect, "based_on": None}
        body["device"] = "tablet"
        body |= {"device_seq": self.marks, "entry": work, "id": mark_id, "kind": "mark"}
        body |= {"marked_at": AT, "reason": "", "value": value}
        added: dict[str, object] = {"seat": number, "exact": value, "reason": ""}
        added["current"] = mark_id
        added |= {"received_at": AT}
        row = {"seq": self.marks, "seat": seat, "status": "stored"}
        self.add("marks.jsonl", row | {"body": body, "added": added})
        self.given.append(Mark(work, aspect, seat, value))
        self.lines.append(f"{seat}\t{work}\t{aspect}\t{mark_id}\t{value}")
        hashes = [verify.sha(verify.canonical(part)) for part in (body, added)]
        return [self.marks, mark_id, "stored", *hashes]

    def _end(self, text: str) -> None:
        share = len(self.lines) // JUDGES
        for number, seat in enumerate(self.seats):
            own = self.lines[number * share : (number + 1) * share]
            bare = sorted(line.partition("\t")[2] for line in own)
            told = {"seat": seat, "round": 1, "marks": share}
            told |= {"digest": verify.sha("\n".join(bare).encode())}
            self.log("sheets.signed", f"signature:{seat}", told)
            more = {"uid": seat, "signed_at": AT, "returned_at": ""}
            self.add("signatures.jsonl", told | more)
        digest = verify.sha("\n".join(sorted(self.lines)).encode())
        told = {"round": 1, "digest": digest, "last_seq": self.marks}
        self.log("marks.locked", "lock:l", told)
        more = {"uid": "l", "locked_at": AT, "unlocked_at": ""}
        self.add("locks.jsonl", told | more)
        scheme = parse_scheme(text)
        facts = [EntryFacts(entry=work) for work in self.works]
        rows = list_review(scheme, score(scheme, self.given, facts))
        held = {"results": rows, "warnings": list[str]()}
        told = {"version": 1, "scheme": verify.sha(text.encode()), "marks": digest}
        result = verify.sha(verify.canonical(held))
        self.log("results.computed", "result:r", told | {"result": result})
        more = {"uid": "r", "digest": result, "computed_at": AT}
        row: dict[str, Any] = {"last_seq": self.marks, "rows": held, **told, **more}
        self.add("results.jsonl", row)

    def _write(self, path: Path, text: str) -> None:
        message = f"{self.seq}\n{self.head}\n{AT}".encode()
        point = {"seq": self.seq, "hash": self.head, "at": AT, "public_key": PUBLIC}
        point |= {"signature": signed("checkpoint", message), "cause": "bundle"}
        self.add("checkpoints.jsonl", point)
        self.add("keys.json", {"keys": [{"public_key": PUBLIC}]})
        self.add("event.json", {"uid": EVENT, "state": "locked"})
        files = self.files | {"scheme-1.scheme.toml": [text.encode()]}
        works = [f"{work},\n" for work in self.works]
        files["works.csv"] = _csv("work_code,group", works)
        facts = [f"{work},,present,,,\n" for work in self.works]
        files["entries.csv"] = _csv("entry,group,status,time,playoff,vetoes", facts)
        counted = [f"{m.entry},{m.aspect},{m.judge},{m.value}\n" for m in self.given]
        files["counted.csv"] = _csv("entry,aspect,judge,value", counted)
        listed = {}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
            for name, parts in files.items():
                data = b"".join(parts)
                listed[name] = {"sha256": verify.sha(data), "size": len(data)}
                out.writestr(name, data)
            manifest = {"format": verify.FORMAT, "event": EVENT, "made_at": AT}
            manifest |= {"public_key": PUBLIC}
            data = verify.canonical({**manifest, "files": listed})
            out.writestr("manifest.json", data)
            out.writestr("manifest.sig", signed("bundle", data))


def _csv(header: str, rows: list[str]) -> list[bytes]:
    return [f"{header}\n".encode(), "".join(rows).encode()]


def seconds(*command: str | Path) -> tuple[float, str]:
    """Return how long it took, and the last line of what it said."""
    start = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-I", "-S", *command], capture_output=True, check=False
    )
    taken = time.perf_counter() - start
    if done.returncode:
        pytest.fail(done.stdout.decode() + done.stderr.decode())
    return taken, done.stdout.decode().rpartition("\n")[0].rpartition("\n")[2]


def measure(folder: Path) -> Iterator[list[str]]:
    for entries in (50, 500, 2_500):
        path = folder / f"{entries}.zip"
        Maker(entries).make(path)
        floor, _said = min(seconds("-c", FLOOR, path) for _round in range(2))
        ours, peak = min(
            seconds("-c", OURS, verify.__file__, path) for _round in range(2)
        )
        marks = entries * ASPECTS * JUDGES
        if marks == 500_000 and ours > GOAL:
            pytest.fail(f"{ours:.1f} s for {marks} mark events")
        yield [
            f"{marks:,}",
            f"{ours:.2f} s",
            f"{floor:.2f} s",
            f"{ours / floor:.1f}",
            f"{ours / marks * 1e6:.0f} µs",
            f"{int(peak) / 1000:.0f} MB",
        ]


def bench_verify(tmp_path: Path) -> None:
    keep(
        "Verifying a bundle",
        f"`python -I -S verify.py BUNDLE.zip` ({ASPECTS} aspects, {JUDGES} judges,"
        " trimmed mean) against unpacking the same zip and one SHA-256 a line. Both"
        " with the start of Python; the better of two runs. Goal: 500,000 mark events"
        f" in {GOAL} s.",
        ["mark events", "ours", "floor", "ratio", "per event", "peak"],
        list(measure(tmp_path)),
    )
