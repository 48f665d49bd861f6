"""Who goes on to the next tier, and the file that says so.

Words used here:
    qualifier: an entry of a published event that goes on to the next tier.
    cut: the last place that goes on; all who share it go on (RULES: tie at a cut line).
    content: what the file says; it is signed as canonical JSON.

The file is described in docs/formats/qualifiers.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypeVar

FORMAT = "jiangcai-qualifiers/1"
PURPOSE = "qualifiers"
MOST_BYTES = 256 * 1024
MOST_QUALIFIERS = 500

_HEX = frozenset("0123456789abcdef")


class Ranked(Protocol):
    """A published row, as far as it matters for who goes on."""

    @property
    def rank(self) -> int | None: ...

    @property
    def group_code(self) -> str: ...


R = TypeVar("R", bound=Ranked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualifier:
    """One person who goes on; "" is not known."""

    name: str
    id_number: str
    phone: str
    unit_name: str
    unit_code: str  # unified social credit code
    unit_district: str  # GB/T 2260
    group_code: str
    group_name: str
    trade_years: str
    level: str
    certificate_number: str
    rank: int
    total: str  # plain decimal, as published
    components: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where qualifiers come from."""

    organiser: str
    competition: str
    tier: str
    event: str  # uid
    event_name: str
    publication: str  # uid
    version: int
    digest: str  # SHA-256 of the published snapshot
    top: int


@dataclass(frozen=True, slots=True)
class Content:
    source: Source
    qualifiers: tuple[Qualifier, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """A file whose form is right; whether the signature is, is asked elsewhere."""

    content: Content
    message: bytes  # what is signed
    public_key: str
    signature: bytes


class FileFormError(Exception):
    """The file is not of this format; `faults` are codes with a place.

    Codes: too_large, not_json, format, missing, kind, too_many, signature.
    """

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{code} {place}" for code, place in faults))
        self.faults = faults


def choose(rows: Iterable[R], top: int) -> list[R]:
    """Return those of the first `top` places of each group, ties at the cut included.

    Who is not ranked never goes on.
    """
    return [row for row in rows if row.rank is not None and row.rank <= top]


def content_data(content: Content) -> dict[str, Any]:
    """Return what is signed, ready for canonical JSON."""
    return {
        "format": FORMAT,
        "source": asdict(content.source),
        "qualifiers": [asdict(found) for found in content.qualifiers],
    }


def read_file(data: bytes) -> Signed:
    """Return what a file says, every field of the right kind.

    Raises:
        FileFormError: it is not of this format; every fault at once.
    """
    if len(data) > MOST_BYTES:
        raise FileFormError([("too_large", "")])
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FileFormError([("not_json", "")]) from error
    if not isinstance(whole, dict) or not isinstance(whole.get("content"), dict):
        raise FileFormError([("format", "")])
    told = whole["content"]
    if told.get("format") != FORMAT:
        raise FileFormError([("format", "")])
    faults: list[tuple[str, str]] = []
    source = _read(told.get("source"), Source, "source", faults)
    rows = told.get("qualifiers")
    if not isinstance(rows, list) or not rows:
        faults.append(("missing", "qualifiers"))
        rows = []
    if len(rows) > MOST_QUALIFIERS:
        raise FileFormError([("too_many", "")])
    found = [
        _read(row, Qualifier, f"qualifiers[{number}]", faults)
        for number, row in enumerate(rows, 1)
    ]
    key, signature = whole.get("public_key"), whole.get("signature")
    if not _is_hex(key, 64) or not _is_hex(signature, 128):
        faults.append(("signature", ""))
    if faults or source is None:
        raise FileFormError(faults)
    content = Content(source, tuple(row for row in found if row is not None))
    message = _canonical(told)
    return Signed(content, message, str(key), bytes.fromhex(str(signature)))


def write_file(content: Content, public_key: str, signature: bytes) -> bytes:
    """Return the file; `signature` is over `message_of(content)`."""
    whole = {
        "content": content_data(content),
        "public_key": public_key,
        "signature": signature.hex(),
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def message_of(content: Content) -> bytes:
    """Return the bytes that are signed."""
    return _canonical(content_data(content))


def fingerprint(public_key: str) -> str:
    """Return a key's first 80 bits in groups, to be read out on the telephone."""
    return " ".join(public_key[at : at + 4] for at in range(0, 20, 4))


def _canonical(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _is_hex(value: object, length: int) -> bool:
    return isinstance(value, str) and len(value) == length and set(value) <= _HEX


T = TypeVar("T", Source, Qualifier)


def _read(
    data: object, kind: type[T], place: str, faults: list[tuple[str, str]]
) -> T | None:
    if not isinstance(data, dict):
        faults.append(("missing", place))
        return None
    before = len(faults)
    values: dict[str, Any] = {}
    for name, wanted in kind.__annotations__.items():
        value = data.get(name)
        if not _is_of(value, name, wanted):
            code = "missing" if value is None else "kind"
            faults.append((code, f"{place}.{name}"))
        values[name] = value
    return kind(**values) if len(faults) == before else None


def _is_of(value: object, name: str, wanted: object) -> bool:
    if wanted in (int, "int"):
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    if name == "components":
        return isinstance(value, dict) and all(
            isinstance(code, str) and _is_number(points)
            for code, points in value.items()
        )
    if name == "total":
        return _is_number(value)
    return isinstance(value, str) and len(value) <= 200


def _is_number(value: object) -> bool:
    if not isinstance(value, str) or len(value) > 40:
        return False
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False
