"""The result of an event on A4, to be signed: by codes, with names, or as published.

Numbers stand as they were computed or published. A rank that several share carries
“=”. Beside the list stand the rules that made it, and at its end the ledger's
checkpoint of the moment it was computed or published.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from errors import DomainError
from extensions import LOCAL
from ledger.log.queries import find_entry
from ledger.log.services import checkpoint_at
from paper import in_groups, language, make_pdf, page_words
from scoring.results import queries
from scoring.results.models import (
    CHIEF,
    SUPERVISOR,
    Publication,
    ResultSignature,
    ResultVersion,
)
from scoring.results.rules.review import Row
from scoring.results.rules.strokes import draw_svg, read_strokes
from scoring.results.services.checkpoints import (
    checkpoint_code,
    checkpoint_data,
    checkpoint_words,
)
from scoring.results.services.rules_text import list_rules, name_tie
from scoring.scheme.rules.tree import Scheme

_TEMPLATE = "scoring/paper/result_list.typ"
_WIDE_FROM = 4  # components beside each other that ask for a landscape page


class ListError(DomainError):
    """The list cannot be printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    event: Event
    scheme: Scheme
    scheme_digest: str
    digest: str
    facts: list[tuple[str, str]]
    void: str = ""  # why the list no longer stands
    shows_ties: bool = False  # which key settled a tie; not on the public notice
    named: bool
    heading: str
    signatures: Sequence[ResultSignature] = ()
    shows_hands: bool = False  # the strokes themselves; never on the public notice


def result_list(
    session: Session,
    *,
    result: ResultVersion,
    scheme: Scheme,
    rows: Sequence[Row],
    named: bool,
    is_current: bool,
) -> bytes:
    """Return the list of a computed result.

    Args:
        session: where the log is.
        result: what was computed.
        scheme: by which.
        rows: of the result, by work codes; or with names, from `join_names`.
        named: whether the rows carry names.
        is_current: whether the marks are still locked as they were then.
    """
    event = result.event
    made = _List(
        event=event,
        scheme=scheme,
        scheme_digest=result.scheme_digest,
        digest=result.digest,
        facts=[
            (_("Version"), str(result.version)),
            (_("Computed"), _moment(result.computed_at)),
        ],
        void="" if is_current else _("The marks were unlocked after this result."),
        named=named,
        shows_ties=any(row["tied_by"] for row in rows),
        heading=_("Result list") if named else _("Result list by work codes"),
        signatures=queries.list_signatures(session, result.id),
        shows_hands=True,
    )
    names: dict[str, str] = {group.code: group.name for group in event.groups}
    key = "group_code" if named else "group"
    grouped = _grouped(scheme, [(names.get(r[key]) or r[key], r) for r in rows])
    said = ("results.computed", f"result:{result.uid}")
    return _make(session, made, grouped, said)


def published_list(
    session: Session, *, publication: Publication, scheme: Scheme
) -> bytes:
    """Return the list of a publication: what its signed snapshot says, and no more."""
    snapshot = json.loads(publication.snapshot)
    made = _List(
        event=publication.event,
        scheme=scheme,
        scheme_digest=snapshot["scheme"],
        digest=publication.digest,
        facts=[
            (_("Version"), str(publication.version)),
            (_("Published on"), _moment(publication.published_at)),
        ],
        void=publication.withdrawn_reason,
        named=True,
        heading=_("Public notice of the result"),
        signatures=queries.list_signatures(session, publication.result_id),
    )
    rows = [(row["group_name"], row) for row in snapshot["rows"]]
    grouped = _grouped(scheme, rows)
    said = ("results.published", f"publication:{publication.uid}")
    return _make(session, made, grouped, said)


def _grouped(scheme: Scheme, rows: Sequence[tuple[str, Row]]) -> dict[str, list[Row]]:
    """Return the rows by name of their group, or all under "" where ranked together."""
    found: dict[str, list[Row]] = {}
    for group, row in rows:
        name = group if scheme.ranking.per == "group" else ""
        found.setdefault(name, []).append(row)
    return found


def _make(
    session: Session,
    made: _List,
    groups: Mapping[str, Sequence[Row]],
    said: tuple[str, str],
) -> bytes:
    action, subject = said
    link = find_entry(session, action=action, subject=subject)
    if link is None:
        raise ListError(_("The log does not know this result."))
    checkpoint = checkpoint_at(link)
    count = sum(len(rows) for rows in groups.values())
    data = {
        "lang": language(),
        "title": f"{made.heading} {made.event.name}",
        "wide": len(made.scheme.components) >= _WIDE_FROM,
        "competition": made.event.competition.name,
        "event": made.event.name,
        "heading": made.heading,
        "facts": [
            *made.facts,
            (_("On this list"), str(count)),
        ],
        "void": {"word": _("INVALID") if made.void else "", "why": made.void},
        "columns": _columns(made),
        "groups": [
            {"name": name, "rows": _rows(made, rows)} for name, rows in groups.items()
        ],
        "rules": list_rules(made.scheme),
        "digest": made.digest,
        "digest_groups": in_groups(made.digest),
        "scheme": made.scheme_digest,
        "scheme_groups": in_groups(made.scheme_digest),
        "checkpoint": checkpoint_data(checkpoint),
        "page": page_words(),
        "words": {
            "rules": _("Rules this result was made by"),
            "digest": _("Fingerprint of the result (SHA-256)"),
            "scheme": _("Digest of the scheme (SHA-256)"),
            "signed": _("Fingerprint of the signed list (SHA-256)"),
            **checkpoint_words(),
        },
        "signers": [
            _signer(made, CHIEF, _("Chief judge")),
            _signer(made, SUPERVISOR, _("Supervisor")),
            {"label": _("Organiser (seal)"), "picture": "", "said": []},
            {"label": _("Date and time"), "picture": "", "said": []},
        ],
        "signed": [s.list_digest for s in made.signatures][:1],
    }
    files = {"checkpoint.png": checkpoint_code(checkpoint), **_hands(made)}
    return make_pdf(_TEMPLATE, data, files)


def _signer(made: _List, role: str, label: str) -> dict[str, Any]:
    """Return a place to sign; who did so and when, with the hash of the strokes."""
    found = next((s for s in made.signatures if s.role == role), None)
    if found is None:
        return {"label": label, "picture": "", "said": []}
    shown = made.shows_hands and found.strokes
    said = [found.name, _moment(found.signed_at), in_groups(found.strokes_digest)]
    return {
        "label": label,
        "picture": f"{role}.svg" if shown else "",
        "said": [text for text in said if text],
    }


def _hands(made: _List) -> dict[str, bytes]:
    if not made.shows_hands:
        return {}
    return {
        f"{found.role}.svg": draw_svg(read_strokes(found.strokes)).encode()
        for found in made.signatures
        if found.strokes
    }


def _columns(made: _List) -> list[dict[str, Any]]:
    """Return the columns; a width of 0 is what its content needs."""
    who = (
        [(_("Name"), False, 2), (_("Unit"), False, 5)]
        if made.named
        else [(_("Work code"), False, 2)]
    )
    parts = [(part.name, True, 2) for part in made.scheme.components]
    scale = [(_("Scale"), True, 0)] if made.scheme.scale else []
    columns = [
        (_("Rank"), True, 0),
        *who,
        *parts,
        (_("Total"), True, 0),
        *scale,
        *([(_("Tie settled by"), False, 3)] if made.shows_ties else []),
        *([(_("Award"), False, 2)] if made.scheme.award_names else []),
    ]
    return [
        {"name": name, "number": number, "width": width}
        for name, number, width in columns
    ]


def _rows(made: _List, rows: Sequence[Row]) -> list[list[str]]:
    shared = Counter(row["rank"] for row in rows)
    return [_cells(made, row, is_shared=shared[row["rank"]] > 1) for row in rows]


def _cells(made: _List, row: Row, *, is_shared: bool) -> list[str]:
    rank, scale = row["rank"], row["scale"]
    who = [row["name"], row["unit_name"]] if made.named else [row["entry"]]
    parts = [row["components"].get(p.code) or "–" for p in made.scheme.components]
    return [
        _status(row["status"]) if rank is None else f"{'=' if is_shared else ''}{rank}",
        *who,
        *parts,
        row["total"] or "–",
        *(["–" if scale is None else str(scale)] if made.scheme.scale else []),
        *([name_tie(made.scheme, row["tied_by"])] if made.shows_ties else []),
        *([row["award"]] if made.scheme.award_names else []),
    ]


def _status(status: str) -> str:
    labels = {
        "absent": _("absent"),
        "withdrawn": _("withdrew"),
        "disqualified": _("disqualified"),
    }
    return str(labels.get(status, _("not ranked")))


def _moment(at: datetime) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
