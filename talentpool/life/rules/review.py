"""Re-confirmation by exception: recorded activity renews, the rest reaches a person.

Words used here:
    activity: something recorded that the standard counts, one of its ACTIVITIES, with
        the day it happened.
    cause: a code that says why a dossier cannot renew by itself, one of `CAUSES`; a
        condition of the standard that is not met any more is "condition".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from talentpool.standard.rules.evaluate import MET, NOT_MET, Verdict
from talentpool.standard.rules.months import months_after, months_before
from talentpool.standard.rules.profile import Profile, Renewal

CAUSES = (
    "no_activity",  # none of the activities that renew is on record
    "condition",  # a condition of entry is not met any more
    "certificate_expired",
    "disputed",  # a fact is disputed
    "inconsistent",  # an open finding about the records
    "grace_over",  # the time to be confirmed in has run out as well
)
REVIEW_STATES = ("open", "renewed", "confirmed", "failed", "closed")
UPDATE_ROLES = ("self", "unit", "officer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One thing on record that may renew a dossier."""

    kind: str
    on: date
    document: str  # uid of the fact, or the name of a record


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a re-confirmation looks at, besides the standard's verdict."""

    term_ends_on: date
    activities: Sequence[Activity] = ()
    certificate_expired: bool = False
    disputed: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a re-confirmation comes to; without causes it renews by itself."""

    causes: tuple[str, ...]
    clauses: tuple[str, ...]  # of the conditions that are not met any more
    renewal: Renewal | None
    grounds: tuple[Activity, ...] = ()

    @property
    def renews(self) -> bool:
        return not self.causes


def find_renewal(
    renewals: Iterable[Renewal], record: Record, today: date
) -> tuple[Renewal, tuple[Activity, ...]] | None:
    """Return the first activity of the standard that is on record often enough.

    What happened within the months before the end of the term counts, and what happened
    since, up to today.
    """
    for renewal in renewals:
        begin = months_before(record.term_ends_on, renewal.within_months)
        found = tuple(
            activity
            for activity in record.activities
            if activity.kind == renewal.activity and begin < activity.on <= today
        )
        if len(found) >= renewal.at_least:
            return renewal, found
    return None


def review(profile: Profile, verdict: Verdict, record: Record, today: date) -> Outcome:
    """Tell whether a dossier renews by itself, and why not.

    A condition for which nothing is recorded stands against nobody: it was proven at
    the admission, and only what is recorded since can say otherwise.

    Source: rule P-54 in docs/rules/pool.md.
    """
    again = profile.review.again if profile.review else ()
    unmet = tuple(
        finding.clause
        for finding in verdict.findings
        if finding.id in again and finding.status == NOT_MET and not finding.waived_by
    )
    found = find_renewal(profile.renewals, record, today)
    grace = profile.review.grace_months if profile.review else 0
    holds: Mapping[str, bool] = {
        "no_activity": found is None,
        "condition": bool(unmet),
        "certificate_expired": record.certificate_expired,
        "disputed": record.disputed > 0,
        "inconsistent": record.findings > 0,
    }
    causes = [cause for cause in CAUSES if holds.get(cause, False)]
    if causes and today > months_after(record.term_ends_on, grace):
        causes.append("grace_over")
    return Outcome(
        causes=tuple(causes),
        clauses=unmet,
        renewal=found[0] if found else None,
        grounds=found[1] if found else (),
    )


def merits_met(verdict: Verdict) -> list[str]:
    """Return the clauses of the merits that are met."""
    return [f.clause for f in verdict.findings if f.group == "any" and f.status == MET]
