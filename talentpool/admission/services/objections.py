"""Objections to a notice: filed by anybody, sealed, answered with an outcome on record.

An open objection suspends the entry it is about; see `enter`.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from ledger.log.services import SYSTEM, Actor, record
from people.attachments.models import Attachment
from people.vault.services import get_vault
from people.workdays.services import WorkdayTableMissingError, add_working_days
from talentpool.admission.models.notices import Notice, Objection
from talentpool.admission.queries.notices import find_by_receipt
from talentpool.admission.rules import notices as rules
from talentpool.admission.rules.applications import RUNNING, WITHDRAWN
from talentpool.admission.rules.batches import NOTICE
from talentpool.admission.rules.conflicts import PUBLISHER
from talentpool.admission.services.chronicle import Event, tell
from talentpool.admission.services.clock import local_day
from talentpool.admission.services.parties import actor_of, require_apart
from talentpool.admission.services.review import end

_CONTEXT = "objection.content"


class NoticeOverError(DomainError):
    """Objections are taken while the notice runs."""

    def __init__(self) -> None:
        super().__init__(_("Objections are taken while the notice runs."))


class AnsweredError(DomainError):
    """The objection has its outcome already."""

    def __init__(self) -> None:
        super().__init__(_("The outcome of this objection is on record already."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an objection says: it is kept encrypted."""

    name: str  # of the person, or of the unit whose seal it carries
    contact: str
    text: str


def file_objection(
    session: Session,
    notice: Notice,
    position: int,
    *,
    kind: str,
    content: Content,
    attachment: Attachment | None,
    now: datetime,
) -> Objection:
    """Take an objection to one line of a running notice; the caller commits.

    Raises:
        NoticeOverError: the notice has ended, or the line is gone.
    """
    today = local_day(now)
    lines = {line.position: line for line in notice.lines}
    phase = rules.notice_phase(notice.last_day, notice.shown_until, today)
    line = lines.get(position)
    if line is None or phase != rules.RUNNING or line.application.state == WITHDRAWN:
        raise NoticeOverError
    objection = Objection(
        notice=notice,
        application=line.application,
        receipt=_receipt(session),
        kind=kind,
        content_sealed=get_vault().seal(
            json.dumps(asdict(content), ensure_ascii=False), _CONTEXT
        ),
        attachment=attachment,
        filed_at=now,
        state=rules.OPEN,
    )
    try:
        days = notice.batch.objection_days
        objection.due_on = add_working_days(session, today, days)
    except WorkdayTableMissingError:
        objection.due_on = None  # nobody is turned away for want of a calendar
    session.add(objection)
    session.flush()
    _log(session, objection, "objection.filed", SYSTEM, now)
    event = Event(verdict="objected", from_step=NOTICE)
    tell(session, line.application, event, actor=SYSTEM, now=now)
    return objection


def open_content(
    session: Session, objection: Objection, *, purpose: str, actor: Actor, now: datetime
) -> Content:
    """Open the sealed text for who handles it; every opening is logged, with why."""
    _log(session, objection, "objection.opened", actor, now, {"purpose": purpose})
    return Content(**json.loads(get_vault().open(objection.content_sealed, _CONTEXT)))


def answer(
    session: Session,
    objection: Objection,
    *,
    upheld: bool,
    outcome: str,
    document: str,
    user: User,
    now: datetime,
) -> None:
    """Record the outcome; an objection that is upheld ends the application.

    Raises:
        AnsweredError: it has an outcome.
        ConflictError: the user has a part in the application that rules it out.
    """
    actor = actor_of(user)
    session.refresh(objection, ["state"], with_for_update=True)
    if objection.state != rules.OPEN:
        raise AnsweredError
    application = objection.application
    require_apart(session, application, user, PUBLISHER)
    objection.state = rules.UPHELD if upheld else rules.DISMISSED
    objection.outcome, objection.document = outcome, document
    objection.decided_at, objection.decided_by = now, actor.name
    _log(session, objection, "objection.answered", actor, now)
    if upheld and application.state == RUNNING:
        end(session, application, outcome, role=PUBLISHER, actor=actor, now=now)
    else:
        event = Event(verdict="cleared", role=PUBLISHER, from_step=NOTICE)
        tell(session, application, event, actor=actor, now=now)


def _receipt(session: Session) -> str:
    while True:
        drawn = "".join(
            secrets.choice(rules.RECEIPT_ALPHABET) for _i in range(rules.RECEIPT_LENGTH)
        )
        if find_by_receipt(session, drawn) is None:
            return drawn


def _log(
    session: Session,
    objection: Objection,
    action: str,
    actor: Actor,
    now: datetime,
    more: Mapping[str, str] | None = None,
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"objection:{objection.uid}",
        scope=f"batch:{objection.notice.batch.uid}",
        now=now,
        body={
            "application": objection.application.uid,
            "kind": objection.kind,
            "state": objection.state,
            "document": objection.document,
            **(more or {}),
        },
    )
