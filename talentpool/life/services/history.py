"""The history of a dossier, field by field: old, new, who, when, by which document."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from accounts.users.queries import names_of
from ledger.log.queries import list_for_subject
from ledger.log.rules import Link
from people.persons.queries import list_changes as list_changes_of_person
from people.units.queries import names_of_units
from talentpool.dossiers.models import Craftsman, Evidence, Fact
from talentpool.dossiers.queries import list_facts

_PERSON, _ON_DOSSIER = "person.updated", "craftsman.person_updated"

# Columns of a fact that say how it is kept, not what it states.
_KEPT = frozenset(
    {
        *("id", "uid", "craftsman_id", "supersedes_id", "is_current", "state"),
        *("recorded_at", "recorded_by", "verified_by", "verified_at", "reason"),
        *("source", "attachment_id", "sha256", "fact_uid"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that changed, or one thing that happened, with its place in the log."""

    link: Link
    who: str
    action: str
    kind: str = ""  # of the fact, "" for the head
    fact: Fact | None = None
    field: str = ""
    old: str = ""
    new: str = ""
    reason: str = ""
    document: str = ""
    papers: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """Facts by uid and by id, their kinds, and the documents beside them."""

    by_uid: Mapping[str, Fact]
    kinds: Mapping[str, str]
    by_key: Mapping[tuple[str, int], Fact]
    papers: Mapping[str, tuple[Evidence, ...]]


def list_changes(session: Session, craftsman: Craftsman) -> list[Change]:
    """Return every change, the newest first; each stands on an entry of the log."""
    known = _known(session, craftsman)
    said = list_for_subject(session, f"craftsman:{craftsman.uid}")
    about = [
        link
        for link in list_for_subject(session, f"person:{craftsman.person.uid}")
        if link.action == _PERSON
    ]
    names = names_of(session, {link.actor for link in (*said, *about)})
    told = {link.at for link in about}
    whys = {link.at: _why(link) for link in said if link.action == _ON_DOSSIER}
    values = _values(session, craftsman.person_id)
    found: list[Change] = []
    for link in sorted((*said, *about), key=lambda link: link.seq):
        who = names.get(link.actor, link.actor)
        if link.action == _PERSON:
            found += _of_person(link, who, values, whys.get(link.at, {}))
        elif link.action != _ON_DOSSIER or link.at not in told:
            found += _changes_of(link, who, known)
    return found[::-1]


def _values(session: Session, person_id: int) -> dict[tuple[int, str], tuple[str, str]]:
    """Return old and new by (entry, field), units by their names."""
    rows = list_changes_of_person(session, person_id)
    units = {
        uid
        for (_seq, field), row in rows.items()
        if field == "unit"
        for uid in (row.old, row.new)
    }
    names = names_of_units(session, units)
    return {
        key: (names.get(row.old, row.old), names.get(row.new, row.new))
        for key, row in rows.items()
    }


def _of_person(
    link: Link,
    who: str,
    values: Mapping[tuple[int, str], tuple[str, str]],
    why: Mapping[str, str],
) -> Iterator[Change]:
    """Yield what changed about the person, whatever room it was changed in."""
    for name in json.loads(link.body)["fields"]:
        old, new = values.get((link.seq, name), ("", ""))
        yield Change(
            link=link,
            who=who,
            action=_ON_DOSSIER,
            field=name,
            old=old,
            new=new,
            reason=why.get("reason", ""),
            document=why.get("document", ""),
        )


def _known(session: Session, craftsman: Craftsman) -> _Known:
    by_kind = list_facts(session, craftsman)
    papers: dict[str, tuple[Evidence, ...]] = {}
    for paper in by_kind["evidence"]:
        if isinstance(paper, Evidence):
            papers[paper.fact_uid] = (*papers.get(paper.fact_uid, ()), paper)
    pairs = [(kind, fact) for kind, rows in by_kind.items() for fact in rows]
    return _Known(
        by_uid={fact.uid: fact for _kind, fact in pairs},
        kinds={fact.uid: kind for kind, fact in pairs},
        by_key={(kind, fact.id): fact for kind, fact in pairs},
        papers=papers,
    )


def _changes_of(link: Link, who: str, known: _Known) -> Iterator[Change]:
    body: dict[str, Any] = json.loads(link.body)
    why: Any = _why(link)
    if link.action == "craftsman.updated":
        for name, new in body["after"].items():
            yield Change(
                link=link,
                who=who,
                action=link.action,
                field=name,
                old=str(body["before"].get(name, "")),  # erased: nothing of before
                new=str(new),
                **why,
            )
    elif link.action == _ON_DOSSIER:  # of before person.updated stood beside it
        for name in body["fields"]:
            yield Change(link=link, who=who, action=link.action, field=name, **why)
    elif link.action == "craftsman.state_changed":
        yield Change(
            link=link,
            who=who,
            action=link.action,
            field="state",
            old=body["from"],
            new=body["to"],
            **why,
        )
    elif link.action.startswith("dossier.fact_") and body["fact"] in known.by_uid:
        yield from _of_fact(link, who, body, known)
    else:
        yield Change(link=link, who=who, action=link.action, **why)


def _why(link: Link) -> dict[str, str]:
    body = json.loads(link.body)
    return {name: str(body.get(name, "")) for name in ("reason", "document")}


def _of_fact(
    link: Link, who: str, body: Mapping[str, Any], known: _Known
) -> Iterator[Change]:
    fact = known.by_uid[body["fact"]]
    kind = known.kinds[fact.uid]
    common: dict[str, Any] = {
        "link": link,
        "who": who,
        "action": link.action,
        "kind": kind,
        "fact": fact,
        "reason": str(body.get("reason", "")),
        "document": _document_of(fact),
        "papers": known.papers.get(fact.uid, ()),
    }
    old = known.by_key.get((kind, fact.supersedes_id or 0))
    if link.action != "dossier.fact_corrected" or old is None:
        yield Change(**common)
        return
    differing = list(_differences(old, fact))
    for name, before, after in differing:
        yield Change(**common, field=name, old=before, new=after)
    if not differing:
        yield Change(**common)


def _differences(old: Fact, new: Fact) -> Iterator[tuple[str, str, str]]:
    for name in _columns(new):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield name, _text(before), _text(after)


def _columns(fact: Fact) -> Sequence[str]:
    columns = inspect(type(fact)).column_attrs
    return [column.key for column in columns if column.key not in _KEPT]


def _document_of(fact: Fact) -> str:
    for name in ("revocation", "document", "decision"):
        if value := getattr(fact, name, ""):
            return str(value)
    return ""


def _text(value: object) -> str:
    return "" if value is None else str(value)
