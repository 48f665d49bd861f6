"""What a hall board shows, as plain data: a state, its hash, and what changed in it.

Words used here:
    state: everything a board shows at one moment; by work codes, never by names.
    rows: {code: [group, rank, total, given, expected]}; rank 0 is not ranked (yet) and
        total "" is not complete. Empty where the event's rules allow no live ranking.
    jury's state: with rows whatever the rules allow. It never leaves the installation.
    phase: live, frozen (nothing changes any more) or final (opened again).

The format is described in docs/formats/board.md.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

State = dict[str, Any]
Delta = dict[str, Any]

LIVE, FROZEN, FINAL = "live", "frozen", "final"
PHASES = (LIVE, FROZEN, FINAL)
PROGRESS, RANKING = "progress", "ranking"
SHOWS = (PROGRESS, RANKING)


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return JSON with sorted keys and no spaces, in UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def hash_of(state: Mapping[str, Any]) -> str:
    """Return SHA-256 of a state's canonical JSON, hex; of {} before the first."""
    return hashlib.sha256(canonical(state)).hexdigest()


def public_state(jury: State, *, shows: str, phase: str) -> State:
    """Return what the public may see of the jury's state."""
    rows = jury["rows"] if shows == RANKING else {}
    return {**jury, "rows": rows, "phase": phase}


def difference(before: State, after: State) -> Delta:
    """Return what leads from one state to the next: changed keys and changed rows.

    {"set": {key: value}, "rows": {code: row}, "gone": [codes]}
    """
    changed = {
        key: value
        for key, value in after.items()
        if key != "rows" and before.get(key) != value
    }
    old, new = before.get("rows", {}), after["rows"]
    return {
        "set": changed,
        "rows": {code: row for code, row in new.items() if old.get(code) != row},
        "gone": sorted(old.keys() - new.keys()),
    }


def apply(before: State, delta: Delta) -> State:
    """Return the state a difference leads to."""
    rows = {
        code: row
        for code, row in before.get("rows", {}).items()
        if code not in set(delta["gone"])
    }
    return {**before, **delta["set"], "rows": {**rows, **delta["rows"]}}
