"""A mark as a tablet sends it: its shape, and the hash of what is stored of it.

The hash is SHA-256 over canonical JSON (sorted keys, no spaces, UTF-8, nothing escaped
that need not be) of these ten fields, `based_on` being null where there is none:

    aspect based_on device device_seq entry id kind marked_at reason value

The tablet computes the same hash and shows a mark as delivered only when they agree.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

MARK = "mark"
VOID = "void"

_ID = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    re.ASCII,
)
_CODE = re.compile(r"[^\s\x00-\x1f\x7f]{1,32}")
_DEVICE = re.compile(r"[!-~]{1,64}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_LONGEST_VALUE = 200
_LONGEST_REASON = 400
_MOST_SEQ = 2**31 - 1


class WireError(ValueError):
    """An item that is not a mark; `code` names the field that is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A mark of the right shape; whether it may stand is for the server to find."""

    id: str
    entry: str  # work code
    aspect: str
    kind: str  # mark | void
    value: str  # as entered; "" in a void
    based_on: str  # id of the mark it replaces; "" where there is none
    device: str
    device_seq: int
    marked_at: str  # RFC 3339, the tablet's clock, as sent
    reason: str  # the judge's words; a void needs them
    event: str = ""  # uid, where the tablet says it; not hashed


def read_item(item: object) -> Wire:
    """Return the mark that `item`, a decoded JSON value, holds.

    Raises:
        WireError: something is missing, of another type, too long or not text.
    """
    if not isinstance(item, dict):
        raise WireError("not_an_object")
    kind = item.get("kind", MARK)
    if kind not in (MARK, VOID):
        raise WireError("kind")
    wire = Wire(
        id=_matching(item, "id", _ID),
        entry=_matching(item, "entry", _CODE),
        aspect=_matching(item, "aspect", _CODE),
        kind=str(kind),
        value=_text(item, "value", _LONGEST_VALUE),
        based_on=_matching(item, "based_on", _ID) if item.get("based_on") else "",
        device=_matching(item, "device", _DEVICE),
        device_seq=_whole(item, "device_seq"),
        marked_at=_moment(item, "marked_at"),
        reason=_text(item, "reason", _LONGEST_REASON),
        event=_text(item, "event", 36),
    )
    _check_kind(wire)
    return wire


def _check_kind(wire: Wire) -> None:
    if wire.kind == MARK and not wire.value.strip():
        raise WireError("value")
    if wire.kind == VOID and wire.value:
        raise WireError("value")
    if wire.kind == VOID and not wire.reason.strip():
        raise WireError("reason")


def hashed_fields(wire: Wire) -> dict[str, object]:
    """Return what the hash of a mark covers, by name, in their order."""
    return {
        "aspect": wire.aspect,
        "based_on": wire.based_on or None,
        "device": wire.device,
        "device_seq": wire.device_seq,
        "entry": wire.entry,
        "id": wire.id,
        "kind": wire.kind,
        "marked_at": wire.marked_at,
        "reason": wire.reason,
        "value": wire.value,
    }


def body_hash(wire: Wire) -> str:
    """Return the hash of what is stored of a mark (64 hex digits)."""
    text = json.dumps(hashed_fields(wire), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def echo_id(item: object) -> str | None:
    """Return the id to answer a faulty item with, if it has one that can be shown."""
    found = item.get("id") if isinstance(item, dict) else None
    return found if isinstance(found, str) and _DEVICE.fullmatch(found) else None


def _matching(item: Mapping[str, object], name: str, pattern: re.Pattern[str]) -> str:
    found = item.get(name)
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise WireError(name)
    return _clean(found, name)


def _text(item: Mapping[str, object], name: str, longest: int) -> str:
    found = item.get(name)
    if found is None:
        return ""
    if not isinstance(found, str) or len(found) > longest:
        raise WireError(name)
    return _clean(found, name)


def _clean(text: str, name: str) -> str:
    """Refuse what no keyboard makes: control characters and halves of a character."""
    if any(c < " " or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in text):
        raise WireError(name)
    return text


def _whole(item: Mapping[str, object], name: str) -> int:
    found = item.get(name)
    if type(found) is not int or not 0 <= found <= _MOST_SEQ:
        raise WireError(name)
    return found


def _moment(item: Mapping[str, object], name: str) -> str:
    text = _matching(item, name, _MOMENT)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise WireError(name) from None
    return text
