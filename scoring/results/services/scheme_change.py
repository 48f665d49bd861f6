"""A frozen scheme is replaced: what that changes, and the second person's word.

The first person attaches a version with a reason (`scoring.scheme`); here a second one
sees what it does to the results so far and confirms it. Everybody signs again after it.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.rules import canonical, digest
from ledger.log.services import Actor, record
from scoring.judges import queries as judges
from scoring.marking import queries as marking
from scoring.marking.rules.cells import as_marks
from scoring.results import queries
from scoring.results.rules.compare import Shift, compare
from scoring.results.rules.rulings import is_placeholder
from scoring.results.rules.scheme_change import (
    Unfit,
    count_dropped,
    find_unfit,
    keep_known,
)
from scoring.results.rules.score import ScoringError
from scoring.results.rules.so_far import SoFar, score_so_far
from scoring.results.services.compute import read_frame
from scoring.scheme import queries as schemes
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.diff import Change, diff_documents
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.parse import read_toml
from scoring.scheme.services import versions


class NoChangeError(DomainError):
    """No version waits to replace the frozen one."""


class UnfitChangeError(DomainError):
    """Marks or decisions on record do not fit the new scheme."""


class StaleChangeError(DomainError):
    """What the change does is not what was looked at any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a version that waits would change, as things are now."""

    frozen: SchemeVersion
    waiting: SchemeVersion
    changes: list[Change]
    unfit: list[Unfit]
    uncovered: list[str]  # criteria whose judges the panel does not have
    dropped: dict[str, int]  # marks that would not count any more, by aspect
    before: SoFar | None  # None where the marks cannot be scored at all
    after: SoFar | None
    shifts: list[Shift]
    signed: list[str]  # seats whose signatures would go

    @property
    def is_free(self) -> bool:
        """Whether nothing stands in its way."""
        return not self.unfit and not self.uncovered

    @property
    def changed(self) -> list[Shift]:
        return [shift for shift in self.shifts if shift.is_changed]

    @property
    def report(self) -> dict[str, object]:
        """Return what is kept of it: canonical, by work codes."""
        return {
            "from": {"version": self.frozen.version, "digest": self.frozen.digest},
            "to": {"version": self.waiting.version, "digest": self.waiting.digest},
            "compared": len(self.shifts),
            "moved": [_row(shift) for shift in self.shifts if shift.is_changed],
            "totals_changed": sum(shift.total_changed for shift in self.shifts),
            "dropped_marks": self.dropped,
            "returned_seats": self.signed,
        }

    @property
    def digest(self) -> str:
        return digest(self.report)


def find_effect(session: Session, event: Event) -> Effect:
    """Work out what the version that waits would change.

    Raises:
        NoChangeError: none waits.
    """
    waiting = schemes.find_waiting(session, event.id)
    frozen = schemes.find_frozen(session, event.id)
    if waiting is None or frozen is None:
        raise NoChangeError(_("No change of the scheme waits to be confirmed."))
    old, new = schemes.load_scheme(frozen), schemes.load_scheme(waiting)
    _version, facts = read_frame(session, event.id)
    counted = keep_known(old, marking.list_counted(session, event.id))
    rulings = queries.list_rulings(session, event.id)
    unfit = find_unfit(old, new, counted, rulings)
    before = after = None
    try:
        before = score_so_far(old, as_marks(counted), facts)
        if not unfit:
            after = score_so_far(new, as_marks(keep_known(new, counted)), facts)
    except ScoringError:
        after = None
    seats = judges.list_seats(session, event.id)
    is_marking = event.state == life.MARKING
    return Effect(
        frozen=frozen,
        waiting=waiting,
        changes=diff_documents(read_toml(frozen.text), read_toml(waiting.text)),
        unfit=unfit,
        uncovered=[
            c.criterion for c in judges.list_coverage(new, seats) if not c.is_right
        ]
        if is_marking
        else [],
        dropped=count_dropped(new, counted),
        before=before,
        after=after,
        shifts=_compare(before, after) if before and after else [],
        signed=[s.seat.seat for s in marking.list_signatures(session, event.id)],
    )


def confirm_change(
    session: Session, *, event: Event, seen: str, actor: Actor, now: datetime
) -> SchemeVersion:
    """Replace the frozen scheme as the second person; every signature goes back.

    Args:
        session: the transaction.
        event: whose scheme.
        seen: digest of the effect that was looked at.
        actor: who confirms.
        now: when.

    Raises:
        NoChangeError: no version waits.
        UnfitChangeError: marks, decisions or the panel do not fit it.
        StaleChangeError: since it was looked at, it has come to change something else.
        SamePersonError: whoever asked for it confirms it.
        SchemeFixedError: the marks are locked or the result is published.
        SchemeUnfinishedError: a judgement lacks its descriptors.
    """
    # Keep tablets out while we look and act; their marks come before us or after.
    session.execute(
        select(Event)
        .where(Event.id == event.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    effect = find_effect(session, event)
    if not effect.is_free:
        raise UnfitChangeError(
            _("Something on record does not fit the new scheme. Put it right first.")
        )
    if seen != effect.digest:
        raise StaleChangeError(
            _("Marks have come in since you looked. Look again, then confirm.")
        )
    version = effect.waiting
    versions.replace_scheme(
        session,
        version=version,
        event=event,
        report=canonical(effect.report),
        actor=actor,
        now=now,
    )
    _return_sheets(session, event, version, actor, now)
    return version


def decline_change(
    session: Session, *, event: Event, reason: str, actor: Actor, now: datetime
) -> None:
    """Decline the version that waits, or take it back.

    Raises:
        NoChangeError: none waits.
        SchemeReasonError: no reason.
    """
    version = schemes.find_waiting(session, event.id)
    if version is None:
        raise NoChangeError(_("No change of the scheme waits to be confirmed."))
    versions.decline_scheme(
        session, version=version, event=event, reason=reason, actor=actor, now=now
    )


def _compare(before: SoFar, after: SoFar) -> list[Shift]:
    """Pair the works; those who handed in none are no works."""
    pairs = compare(before.scoring, after.scoring)
    return [shift for shift in pairs if not is_placeholder(shift.entry)]


def _return_sheets(
    session: Session, event: Event, version: SchemeVersion, actor: Actor, now: datetime
) -> None:
    """Void the signatures: nobody has signed for marks by this scheme."""
    why = _("The scheme changed to version %(number)s.", number=version.version)
    for signature in marking.list_signatures(session, event.id):
        signature.returned_at, signature.returned_by = now, actor.name
        signature.returned_reason = why
        record(
            session,
            actor=actor,
            action="sheets.returned",
            subject=f"signature:{signature.uid}",
            scope=f"event:{event.uid}",
            now=now,
            body={"seat": signature.seat.seat, "reason": why},
        )


def _row(shift: Shift) -> dict[str, object]:
    def shown(total: object) -> str:
        return "" if total is None else format_number(total)  # type: ignore[arg-type]

    return {
        "entry": shift.entry,
        "group": shift.group,
        "rank": [shift.old_rank, shift.new_rank],
        "total": [shown(shift.old_total), shown(shift.new_total)],
        "award": [shift.old_award, shift.new_award],
        "status": [shift.old_status, shift.new_status],
    }
