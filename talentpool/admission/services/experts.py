"""The expert panel: appointed for a batch, each with a sheet of their own."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.roles.queries import list_grants
from accounts.roles.rules import may
from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor, record
from talentpool.admission.models.applications import Application, Batch
from talentpool.admission.models.experts import Expert, ExpertSheet
from talentpool.admission.queries import experts as queries
from talentpool.admission.rules import applications as states
from talentpool.admission.rules import experts as rules
from talentpool.admission.rules.batches import EXPERTS
from talentpool.admission.rules.conflicts import EXPERT, PUBLISHER
from talentpool.admission.rules.experts import PanelResult
from talentpool.admission.services.chronicle import Event, log
from talentpool.admission.services.parties import actor_of, require_apart
from talentpool.admission.services.review import (
    OutOfOrderError,
    ReasonNeededError,
    go_on,
    require_ground,
)
from talentpool.admission.services.submit import hold
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.profile import SheetCriterion


class NoExpertError(DomainError):
    """The user is no expert, or not of this panel."""


class SheetError(DomainError):
    """A sheet cannot be signed like this."""


class PanelIncompleteError(DomainError):
    """Too few sheets have been signed."""

    def __init__(self, count: int, needed: int) -> None:
        super().__init__(
            _(
                "%(count)s sheets are signed and %(needed)s are needed. Those who stay "
                "away do not count.",
                count=count,
                needed=needed,
            )
        )


def appoint(
    session: Session, batch: Batch, user: User, *, actor: Actor, now: datetime
) -> None:
    """Put an expert on the panel of a batch; twice is once.

    Raises:
        NoExpertError: the user does not hold the role of an expert.
    """
    if not may(list_grants(session, user.id), "pool.assess", None):
        raise NoExpertError(
            _("This user is no talent-pool expert. The role is given first.")
        )
    seat = queries.find_expert(session, batch.id, user.id)
    if seat is not None and seat.ended_at is None:
        return
    if seat is None:
        seat = Expert(batch=batch, user=user, appointed_at=now, appointed_by=actor.name)
        session.add(seat)
    seat.ended_at = None
    _log(session, batch, "expert.appointed", user, actor, now)


def dismiss(session: Session, seat: Expert, *, actor: Actor, now: datetime) -> None:
    """Take an expert off the panel; sheets that are signed stay."""
    if seat.ended_at is None:
        seat.ended_at = now
        _log(session, seat.batch, "expert.dismissed", seat.user, actor, now)


def sign_sheet(
    session: Session,
    application: Application,
    *,
    marks: Mapping[str, str],
    comment: str,
    user: User,
    now: datetime,
) -> ExpertSheet:
    """Sign one's own sheet; it is never changed afterwards.

    Args:
        session: the caller's transaction.
        application: at the experts' step.
        marks: text by code of a criterion of the batch's standard.
        comment: may be empty.
        user: an expert of the batch's panel.
        now: the server's clock.

    Raises:
        NoExpertError: the user does not sit on this panel.
        ConflictError: own unit, own apprentice, or another part in it.
        SheetError: a mark cannot be, or the sheet is signed.
    """
    _require_seat(session, application, user)
    require_apart(session, application, user, EXPERT)
    carried = {item.code: item.most for item in criteria_of(application.batch)}
    if set(marks) != set(carried):
        raise SheetError(_("Give a mark for each criterion."))
    try:
        read = {
            name: rules.read_mark(carried[name], text) for name, text in marks.items()
        }
    except ValueError as error:
        raise SheetError(
            _("Marks are whole or half, from 0 up to what the criterion carries.")
        ) from error
    sheet = ExpertSheet(
        application=application,
        round=application.round,
        user=user,
        state=rules.MARKED,
        marks=json.dumps({name: str(mark) for name, mark in sorted(read.items())}),
        total=str(sum(read.values(), Decimal(0))),
        comment=comment,
        signed_at=now,
    )
    _keep(session, sheet, now)
    return sheet


def criteria_of(batch: Batch) -> tuple[SheetCriterion, ...]:
    """Return what the experts of a batch mark: of the standard it was announced by."""
    return read_profile(batch.profile_version.toml).sheet


def recuse(
    session: Session,
    application: Application,
    *,
    reason: str,
    user: User,
    now: datetime,
) -> None:
    """Stay away from an application, with the reason; no sheet follows.

    Raises:
        NoExpertError, SheetError: as `sign_sheet`.
    """
    _require_seat(session, application, user)
    if not reason:
        raise ReasonNeededError
    sheet = ExpertSheet(
        application=application,
        round=application.round,
        user=user,
        state=rules.RECUSED,
        comment=reason,
        signed_at=now,
    )
    _keep(session, sheet, now)


def result_of(session: Session, application: Application) -> PanelResult:
    """Return what the panel comes to, by the sheets signed so far."""
    batch = application.batch
    totals = [
        Decimal(sheet.total)
        for sheet in queries.list_sheets(session, application)
        if sheet.state == rules.MARKED
    ]
    return rules.bring_together(
        totals, needed=batch.experts_min, trim=batch.trim, pass_mark=batch.pass_mark
    )


def close_panel(
    session: Session,
    application: Application,
    *,
    reason: str,
    user: User,
    now: datetime,
) -> PanelResult:
    """Close the experts' step with what they came to; the decision comes next.

    The panel advises: below the marks that are asked for it goes on with a reason.

    Raises:
        OutOfOrderError: it is at another step.
        ConflictError: the user has a part that rules a review out.
        PanelIncompleteError: too few sheets.
        ReasonNeededError: the marks are not reached and no reason is given.
    """
    hold(session, application, states.RUNNING)
    if application.step != EXPERTS:
        raise OutOfOrderError
    require_ground(application)
    require_apart(session, application, user, PUBLISHER)
    result = result_of(session, application)
    if result.mean is None:
        raise PanelIncompleteError(result.count, result.needed)
    if not result.has_passed and not reason:
        raise ReasonNeededError
    said = _("%(count)s experts, mean %(mean)s", count=result.count, mean=result.mean)
    text = f"{said} {reason}".strip()
    event = Event(verdict="passed", role=PUBLISHER, reason=text, from_step=EXPERTS)
    go_on(session, application, event, actor=actor_of(user), now=now)
    return result


def _require_seat(session: Session, application: Application, user: User) -> None:
    hold(session, application, states.RUNNING)
    if application.step != EXPERTS:
        raise OutOfOrderError
    if not queries.is_expert(session, application, user):
        raise NoExpertError(_("You do not sit on the panel of this batch."))


def _keep(session: Session, sheet: ExpertSheet, now: datetime) -> None:
    application = sheet.application
    if queries.find_sheet(session, application, sheet.user) is not None:
        raise SheetError(_("Your sheet is signed already."))
    session.add(sheet)
    session.flush()
    body = {"sheet": sheet.uid, "sheet_state": sheet.state, "total": sheet.total}
    log(session, application, "sheet_signed", actor_of(sheet.user), now, body)


def _log(
    session: Session, batch: Batch, action: str, user: User, actor: Actor, now: datetime
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"batch:{batch.uid}",
        scope=f"batch:{batch.uid}",
        now=now,
        body={"user": user.uid},
    )
