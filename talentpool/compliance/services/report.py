"""The standard clause by clause: who carries it out, how many dossiers keep it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE, Scope
from extensions import LOCAL
from ledger.log.services import Actor, record
from people.districts.rules import is_within
from talentpool.compliance.models import ComplianceCount
from talentpool.compliance.queries import counts as queries
from talentpool.compliance.queries.facts import Pool, is_live, iter_pool
from talentpool.compliance.rules.carriers import Clause, clauses_of
from talentpool.compliance.rules.tally import (
    DOSSIERS,
    FACTS,
    MENTORS,
    USES,
    Count,
    Counts,
    PlaceCounts,
    Tally,
    add_up,
    count_from_json,
    merge,
)
from talentpool.dossiers.models import Craftsman
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.dossier_fields import HEAD_FIELDS
from talentpool.standard.rules.evaluate import OUTCOMES
from talentpool.standard.rules.evaluate_pool import Mask, evaluate_pool
from talentpool.standard.rules.months import months_before
from talentpool.standard.rules.profile import Profile
from talentpool.standard.services import ensure_in_force

COUNTED_AT_ONCE = 3_000  # dossiers a page counts itself; more are counted by a job
KEPT = 60  # counts of the whole pool


@dataclass(frozen=True, slots=True)
class Row:
    """A clause with what carries it out and how it is kept."""

    clause: Clause
    count: Count  # of nothing, where the clause asks nothing that can be counted


@dataclass(frozen=True, slots=True)
class Report:
    """Every clause, and the outcome of the conditions of entry over the pool."""

    rows: tuple[Row, ...]
    total: int
    outcomes: Mapping[str, int]
    counted_at: datetime | None = None  # None: now


def report(
    session: Session, profile: Profile, scopes: Iterable[Scope], on: date
) -> Report:
    """Count how a pool keeps a standard today."""
    places = count_places(session, profile, scopes, on)
    return _report(profile, places.values())


def report_to_show(
    session: Session, profile: Profile, scopes: Iterable[Scope], on: date
) -> Report | None:
    """Return the report for a page: counted now where few, else as last counted.

    None where the pool is too large to count for a page, and no count of it by this
    standard was kept. Source: rule P-47 in docs/rules/pool.md.
    """
    scopes = list(scopes)
    if _are_few(session, scopes) or any(s.kind == "unit" for s in scopes):
        return report(session, profile, scopes, on)
    last = session.scalar(
        select(ComplianceCount).order_by(ComplianceCount.id.desc()).limit(1)
    )
    if last is None:
        return None
    counted = last.profile_version
    if (counted.code, counted.version) != (profile.code, profile.version):
        return None
    places = {
        place: {key: count_from_json(data) for key, data in counts.items()}
        for place, counts in json.loads(last.counts).items()
        if _is_seen(place, scopes)
    }
    return _report(profile, places.values(), last.counted_at)


def keep_count(session: Session, *, actor: Actor, now: datetime) -> ComplianceCount:
    """Count the whole pool by the standard in force and keep it; no commit.

    Reads the pool once, in spans, so that memory does not grow with it.
    """
    version = ensure_in_force(session, now=now)
    on = now.astimezone(LOCAL).date()
    profile = read_profile(version.toml)
    places = count_places(session, profile, [EVERYWHERE], on)
    made = ComplianceCount(
        profile_version=version,
        counted_on=on,
        counted_at=now,
        counted_by=actor.name,
        total=_report(profile, places.values()).total,
        counts=json.dumps(
            {
                place: {key: count.to_json() for key, count in counts.items()}
                for place, counts in sorted(places.items())
            }
        ),
    )
    session.add(made)
    session.flush()
    newest = select(ComplianceCount.id).order_by(ComplianceCount.id.desc()).limit(KEPT)
    ids = session.scalars(newest).all()
    session.execute(delete(ComplianceCount).where(ComplianceCount.id < ids[-1]))
    record(
        session,
        actor=actor,
        action="compliance.counted",
        subject=f"profile:{version.uid}",
        now=now,
        body={"total": made.total, "version": version.version},
    )
    return made


def count_places(
    session: Session, profile: Profile, scopes: Iterable[Scope], on: date
) -> PlaceCounts:
    """Count by district, in as many statements for few as for many of one span."""
    scopes = list(scopes)
    since = months_before(on, profile.life.update_months)
    midnight = datetime.combine(since, time(), LOCAL).astimezone(UTC)
    found = queries.count_heads(session, scopes, since=midnight, today=on)
    for more in (
        *queries.count_columns(session, scopes),
        queries.count_causes(session, scopes),
        queries.count_mentors(session, scopes, profile.mentorship.hard_capacities),
        *(queries.count_fields(session, scopes) if profile.fields else ()),
    ):
        merge(found, more)
    for pool in iter_pool(session, scopes, on):
        merge(found, count_entry(profile, pool))
    return found


def find_dossiers(
    session: Session,
    profile: Profile,
    scopes: Iterable[Scope],
    on: date,
    *,
    clause: str,
    is_broken: bool,
) -> list[int] | None:
    """Return the craftsmen who break a condition, or about whom nothing is recorded.

    None where the standard has no such condition.
    """
    asked = next((c for c in profile.conditions if c.clause == clause), None)
    if asked is None:
        return None
    fields = {asked.check.field} | {w.check.field for w in profile.waivers}
    found: list[int] = []
    for pool in iter_pool(session, scopes, on, fields=fields):
        for finding in evaluate_pool(profile, pool.facts).findings:
            if finding.condition.clause == clause:
                where = finding.not_met if is_broken else finding.missing
                found += [int(i) for i in pool.ids[where & ~finding.waived]]
    return found


def _are_few(session: Session, scopes: Sequence[Scope]) -> bool:
    some = select(Craftsman.id).where(is_live(scopes)).limit(COUNTED_AT_ONCE + 1)
    found = session.scalar(select(func.count()).select_from(some.subquery()))
    return (found or 0) <= COUNTED_AT_ONCE


def _is_seen(place: str, scopes: Sequence[Scope]) -> bool:
    return EVERYWHERE in scopes or any(
        scope.kind == "district" and is_within(place, scope.key) for scope in scopes
    )


def _report(
    profile: Profile,
    places: Iterable[Mapping[str, Count]],
    counted_at: datetime | None = None,
) -> Report:
    known = add_up([_nothing(profile), *places])
    rows = []
    for clause in clauses_of(profile):
        count = known.get(clause.number) or known.get(f"{clause.part}:{clause.code}")
        rows.append(Row(clause, count or Count()))
    outcomes = {name: known[f"outcome:{name}"].uses or 0 for name in OUTCOMES}
    return Report(tuple(rows), known["total"].uses or 0, outcomes, counted_at)


def _nothing(profile: Profile) -> Counts:
    """Return every count at nought, so that an empty place has a whole report."""
    tally = Tally(0, 0)
    heads = ("life:", "review:", "certificate:", "procedure:entry")
    found = {
        key: Count(tally)
        for key in (*heads, "procedure:decision", "purposes:admission")
    }
    found |= {f"outcome:{name}": Count(uses=0) for name in OUTCOMES}
    found |= {"total": Count(uses=0), "mentorship:": Count(tally, MENTORS)}
    found |= {c.clause: Count(tally) for c in profile.conditions}
    found |= {w.clause: Count(uses=0) for w in profile.waivers}
    found |= {f"classes:{c.code}": Count(uses=0) for c in profile.classes}
    found |= {f"levels:{c.code}": Count(uses=0) for c in profile.levels}
    found |= {f"re_entries:{r.state}": Count(uses=0) for r in profile.re_entries}
    found |= {f"exits:{e.cause}": Count(None, USES, 0) for e in profile.exits}
    found |= {
        f"suspensions:{s.cause}": Count(None, USES, 0) for s in profile.suspensions
    }
    for item in profile.fields:
        what = DOSSIERS if item.field in HEAD_FIELDS else FACTS
        found[f"fields:{item.field}"] = Count(tally, what)
    return found


def count_entry(profile: Profile, pool: Pool) -> PlaceCounts:
    """Return the counts of conditions and waivers by place and number of the clause."""
    verdict = evaluate_pool(profile, pool.facts)
    names, at = np.unique(np.array(pool.places), return_inverse=True)
    size = len(names)

    def per_place(mask: Mask) -> list[int]:
        return [int(n) for n in np.bincount(at[mask], minlength=size)]

    found: PlaceCounts = {str(name): {} for name in names}
    totals = per_place(np.ones(len(pool), np.bool_))
    for finding in verdict.findings:
        kept = per_place(finding.met | finding.waived)
        missing = per_place(finding.missing & ~finding.waived)
        for index, name in enumerate(names):
            tally = Tally(kept[index], totals[index], missing[index])
            found[str(name)][finding.condition.clause] = Count(tally)
    uses = {clause: per_place(used) for clause, used in verdict.waivers.items()} | {
        f"outcome:{name}": per_place(verdict.outcomes == number)
        for number, name in enumerate(OUTCOMES)
    }
    for key, numbers in uses.items():
        for place, number in zip(names, numbers, strict=True):
            found[str(place)][key] = Count(uses=number)
    return found
