"""Single changes of a bundle, each with the places where a verifier may name it.

    mutation = mutate(files, Random(7), key)
    mutation.files      the changed files
    mutation.where      beginnings of places; the first fault of one claim has one

Whoever changes a bundle may do it naively, may know how to write the manifest anew
(without the installation's key its signature is then wrong), or may sign all of it with
a key of their own (then only who knows the right key, or has a checkpoint, finds it).
"""

import hashlib
import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NAIVE, REHASHED, RESIGNED = "naive", "rehashed", "resigned"
THIEF = Ed25519PrivateKey.from_private_bytes(b"thief" * 6 + b"!!")
THIEF_KEY = THIEF.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def canonical(value):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


@dataclass
class Mutation:
    files: dict[str, bytes]
    what: str = ""
    where: list[str] = field(default_factory=list)

    def lines(self, name):
        return self.files[name].decode().splitlines()

    def put(self, name, lines):
        self.files[name] = "".join(line + "\n" for line in lines).encode()

    def rows(self, name):
        return [json.loads(line) for line in self.lines(name)]

    def put_rows(self, name, rows):
        self.files[name] = b"".join(canonical(row) + b"\n" for row in rows)


def mutate(files, rng):
    """Return one random change of `files`."""
    mutation = Mutation(dict(files))
    change = rng.choice(CHANGES)
    change(mutation, rng)
    level = rng.choice((NAIVE, NAIVE, REHASHED, REHASHED, RESIGNED))
    if "manifest" not in mutation.what:
        write_manifest(mutation, level)
    mutation.what = f"{level}: {mutation.what} at {mutation.where}"
    return mutation


def write_manifest(mutation, level):
    if level == NAIVE:
        return
    manifest = json.loads(mutation.files["manifest.json"])
    if level == RESIGNED:
        mutation.put_rows(
            "keys.json",
            [{"keys": [{"algorithm": "Ed25519", "public_key": THIEF_KEY}]}],
        )
        manifest["public_key"] = THIEF_KEY
        mutation.where.append("manifest.json")  # the key that was given is another
    manifest["files"] = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        for name, data in mutation.files.items()
        if name not in {"manifest.json", "manifest.sig"}
    }
    mutation.files["manifest.json"] = canonical(manifest)
    if level == RESIGNED:
        message = b"jiangcai/bundle\0" + mutation.files["manifest.json"]
        mutation.files["manifest.sig"] = THIEF.sign(message).hex().encode()


# ------------------------------------------------------------------ marks


def _mark(change):
    """Make a mutation of one line of marks.jsonl."""

    def apply(mutation, rng):
        rows = mutation.rows("marks.jsonl")
        at = rng.randrange(len(rows))
        change(rows[at], rows, rng)
        mutation.put_rows("marks.jsonl", rows)
        mutation.what = f"mark {change.__name__}"
        mutation.where = [f"marks.jsonl:{at + 1} "]

    return apply


def value(row, _rows, rng):
    row["body"]["value"] = other(row["body"]["value"], rng)


def entry(row, rows, rng):
    works = sorted({r["body"]["entry"] for r in rows} - {row["body"]["entry"]})
    row["body"]["entry"] = rng.choice(works)


def aspect(row, _rows, rng):
    codes = {"P1.1", "P1.2", "P1.3"} - {row["body"]["aspect"]}
    row["body"]["aspect"] = rng.choice(sorted(codes))


def judge(row, rows, rng):
    """Swap the judge: seat, and the seat's row with it."""
    stranger = next(r for r in rows if r["seat"] != row["seat"])
    row["seat"] = stranger["seat"]
    if rng.random() < 0.5:
        row["added"]["seat"] = stranger["added"]["seat"]


def marked_at(row, _rows, _rng):
    row["body"]["marked_at"] = row["body"]["marked_at"].replace("T10", "T09")


def received_at(row, _rows, rng):
    row["added"]["received_at"] = _later(row["added"]["received_at"], rng)


def status(row, _rows, _rng):
    row["status"] = "late" if row["status"] == "stored" else "stored"


def based_on(row, _rows, _rng):
    row["body"]["based_on"] = None if row["body"]["based_on"] else "0" * 32


def current(row, _rows, _rng):
    row["added"]["current"] = "" if row["added"]["current"] else row["body"]["id"]


def reason(row, _rows, _rng):
    row["body"]["reason"] += "!"


def kind(row, _rows, _rng):
    row["body"]["kind"] = "mark" if row["body"]["kind"] == "void" else "void"


def device(row, _rows, _rng):
    row["body"]["device"] += "x"


def exact(row, _rows, rng):
    row["added"]["exact"] = other(row["added"]["exact"], rng)


def _shuffle(name, *, claimed):
    """Delete, double, move or invent a line of a file whose order is bound."""

    def apply(mutation, rng):
        lines = mutation.lines(name)
        how = rng.choice(("delete", "double", "swap"))
        at = rng.randrange(len(lines))
        first = at
        if how == "delete":
            del lines[at]
        elif how == "double":
            lines.insert(at, lines[at])
            first = at + 1
        else:
            to = rng.choice([i for i in range(len(lines)) if i != at])
            lines[at], lines[to] = lines[to], lines[at]
            first = min(at, to)
        mutation.put(name, lines)
        mutation.what = f"{how} in {name}"
        mutation.where = [f"{name}:{first + 1}", *claimed]

    return apply


# -------------------------------------------------------------- the others


def _field(name, change):
    """Change one row of a file in which every row is checked by itself."""

    def apply(mutation, rng):
        rows = mutation.rows(name)
        at = rng.randrange(len(rows))
        mutation.what = f"{name} {change(rows[at], rng) or ''}"
        mutation.put_rows(name, rows)
        mutation.where = [f"{name}:{at + 1}"]

    return apply


def ledger_field(row, rng):
    name = rng.choice([k for k in row if k != "seq"])
    if name in {"hash", "prev_hash", "body_hash"}:
        row[name] = _flip(row[name], rng)
    elif name == "at":
        row[name] = _later(row[name], rng)
    elif name == "body":
        row[name] = row[name].replace("}", ',"x":1}', 1) if row[name] != "{}" else "[]"
    else:
        row[name] += "x"
    return name


def ledger_number(row, rng):
    row["seq"] += rng.choice((-1, 1, 1000))


def seat_field(row, rng):
    name = rng.choice(("covers", "is_chief", "seat", "ended"))
    row[name] = not row[name] if isinstance(row[name], bool) else row[name] + "9"
    return name


def signature_field(row, rng):
    name = rng.choice(("digest", "signed_at", "marks", "seat", "round"))
    row[name] = _changed(name, row[name], rng)
    return name


def check_field(row, rng):
    names = ("by", "digest", "outcome", "checked_at", "device", "signature", "round")
    name = rng.choice(names)
    row[name] = _changed(name, row[name], rng)
    return name


def lock_field(row, rng):
    name = rng.choice(("digest", "locked_at", "last_seq", "round"))
    row[name] = _changed(name, row[name], rng)
    return name


def decision_field(row, rng):
    name = rng.choice(("value", "reason", "entry", "kind", "made_at", "made_by"))
    row[name] = _later(row[name], rng) if name == "made_at" else row[name] + "1"
    return name


def draw_field(row, rng):
    """Change what a draw came from, or what came out."""
    name = rng.choice(
        (
            *("secret", "seed", "contributions", "items", "result", "commitment"),
            *("list_digest", "secret_digest", "result_digest", "is_void", "attempt"),
            *("algorithm", "subject", "targets"),
        )
    )
    if name == "contributions":
        row[name][0][2] = row[name][0][2][::-1] + "7"
    elif name in {"items", "targets"}:
        row[name] = [*row[name][1:], "X"]
    elif name == "result":
        one, two = rng.sample(sorted(row[name]), 2)
        row[name][one], row[name][two] = row[name][two], row[name][one]
    elif name == "is_void":
        row[name] = not row[name]
    elif name == "attempt":
        row[name] += 1
    elif name in {"algorithm", "subject"}:
        row[name] += "x"
    else:
        row[name] = _flip(row[name], rng)
    return name


def result_field(row, rng):
    shown = rng.choice(row["rows"]["results"])
    name = rng.choice(
        ("total", "rank", "award", "tied_by", "components", "penalty", "aspects")
    )
    if isinstance(shown[name], dict):
        code = rng.choice(sorted(shown[name]))
        shown[name][code] = other(shown[name][code], rng)
    elif name == "rank":
        shown[name] += 1
    elif name in {"award", "tied_by"}:
        shown[name] += "x"
    else:
        shown[name] = other(shown[name], rng)
    return name


def published_field(row, rng):
    name = rng.choice(("digest", "signature", "published_at", "version", "rows"))
    if name == "rows":
        shown = rng.choice([r for r in row["rows"] if r["work_code"]])
        shown["total"] = other(shown["total"], rng)
    elif name == "version":
        row[name] += 1
    elif name == "published_at":
        row[name] = _later(row[name], rng)
    else:
        row[name] = _flip(row[name], rng)
    # A signature that is not the log's is named there, where it has to be.
    return name


def checkpoint_field(row, rng):
    name = rng.choice(("hash", "at", "public_key", "signature", "seq"))
    if name == "seq":
        row[name] -= 1
    else:
        row[name] = _later(row[name], rng) if name == "at" else _flip(row[name], rng)
    return name


def scheme_row(row, rng):
    name = rng.choice(("digest", "version", "counts", "reason"))
    row[name] = _changed(name, row[name], rng)
    return name


def decode_swap(mutation, rng):
    """Give two entries each other's work."""
    rows = mutation.rows("decode.jsonl")
    with_work = [at for at, row in enumerate(rows) if row["work_code"]]
    one, two = sorted(rng.sample(with_work, 2))
    a, b = rows[one], rows[two]
    a["work_code"], b["work_code"] = b["work_code"], a["work_code"]
    mutation.put_rows("decode.jsonl", rows)
    mutation.what, mutation.where = "decode swapped", [f"decode.jsonl:{one + 1}"]


def scheme_weight(mutation, rng):
    name = "scheme-1.scheme.toml"
    old, new = rng.choice(
        (
            (b"weight = 1", b"weight = 0.9"),
            (b"max = 10", b"max = 12"),
            (b"points = 1", b"points = 2"),
            (b"total = 2", b"total = 1"),
            (b"P1.1 desc", b"P1.1 asc"),
            (b"count = 1", b"count = 2"),
        )
    )
    mutation.files[name] = mutation.files[name].replace(old, new, 1)
    mutation.what, mutation.where = f"scheme {new!r}", [name]


def _cell(name, column):
    """Change one cell of a CSV file."""

    def apply(mutation, rng):
        lines = mutation.lines(name)
        at = rng.randrange(1, len(lines))
        cells = lines[at].split(",")
        cells[column] = other(cells[column], rng)
        lines[at] = ",".join(cells)
        mutation.put(name, lines)
        mutation.what = f"{name} column {column}"
        mutation.where = [f"{name}:{at + 1}", *ELSEWHERE.get(name, ())]

    return apply


# A work in another group is named where the decoding says otherwise.
ELSEWHERE = {"works.csv": ["works.csv", "results.jsonl"]}


def key_swapped(mutation, _rng):
    mutation.put_rows(
        "keys.json", [{"keys": [{"algorithm": "Ed25519", "public_key": THIEF_KEY}]}]
    )
    mutation.what, mutation.where = "key", ["keys.json", "checkpoints.jsonl:1"]


def manifest_field(mutation, rng):
    manifest = json.loads(mutation.files["manifest.json"])
    name = rng.choice(("made_at", "public_key", "names", "event"))
    manifest[name] = {
        "made_at": "2026-01-01T00:00:00.000000+00:00",
        "public_key": THIEF_KEY,
        "names": True,
        "event": "0" * 36,
    }[name]
    mutation.files["manifest.json"] = canonical(manifest)
    mutation.what, mutation.where = f"manifest {name}", ["manifest.sig"]


def manifest_signature(mutation, rng):
    text = _flip(mutation.files["manifest.sig"].decode().strip(), rng)
    mutation.files["manifest.sig"] = text.encode()
    mutation.what, mutation.where = "manifest signature", ["manifest.sig"]


def file_dropped(mutation, rng):
    name = rng.choice(sorted(set(mutation.files) - {"manifest.json", "manifest.sig"}))
    del mutation.files[name]
    mutation.what, mutation.where = f"{name} dropped", [name, "manifest"]


def file_added(mutation, _rng):
    mutation.files["more.jsonl"] = b"{}\n"
    mutation.what, mutation.where = "file added", ["more.jsonl", "manifest.sig"]


def other(text, rng):
    """Return another value: a number a little larger, or text with a tail."""
    try:
        return f"{float(text) + rng.choice((0.25, 1, 2)):g}"
    except ValueError:
        return text + "x"


def _changed(name, old, rng):
    if name.endswith("_at"):
        return _later(old, rng)
    if isinstance(old, bool):
        return not old
    if isinstance(old, int):
        return old + 1
    return _flip(old, rng) if name == "digest" else old + "x"


def _flip(text, rng):
    at = rng.randrange(len(text))
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def _later(text, rng):
    digit = rng.choice("123456789".replace(text[-7], ""))
    return text[:-7] + digit + text[-6:]


_MARKS = (
    *(value, entry, aspect, judge, marked_at, received_at, status, based_on),
    *(current, reason, kind, device, exact),
)
CHANGES = (
    *(_mark(change) for change in _MARKS),
    *[_mark(value)] * 4,  # what matters most, most often
    *[_shuffle("marks.jsonl", claimed=["marks.jsonl (seq"])] * 5,
    *[_shuffle("ledger.jsonl", claimed=["checkpoints.jsonl:"])] * 5,
    *[_field("ledger.jsonl", ledger_field)] * 5,
    _field("ledger.jsonl", ledger_number),
    _field("seats.jsonl", seat_field),
    _field("signatures.jsonl", signature_field),
    _field("checks.jsonl", check_field),
    _field("locks.jsonl", lock_field),
    _field("decisions.jsonl", decision_field),
    *[_field("draws.jsonl", draw_field)] * 5,
    *[_field("results.jsonl", result_field)] * 2,
    _field("publications.jsonl", published_field),
    *[_field("checkpoints.jsonl", checkpoint_field)] * 2,
    _field("schemes.jsonl", scheme_row),
    *(_shuffle("signatures.jsonl", claimed=["ledger.jsonl:", "signatures.jsonl"]),),
    *(_shuffle("decisions.jsonl", claimed=["ledger.jsonl:", "decisions.jsonl"]),),
    decode_swap,
    *[scheme_weight] * 3,
    _cell("counted.csv", 3),
    _cell("counted.csv", 0),
    _cell("entries.csv", 0),
    _cell("works.csv", 1),
    key_swapped,
    manifest_field,
    manifest_signature,
    file_dropped,
    file_added,
)
