"""The public notice: its text frozen, its days counted in working days.

It takes itself down: it is only shown between its dates.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor, record
from people.consent.queries import list_consenting
from people.consent.rules import guardian_part
from people.persons.rules import age_on, mask_name
from people.workdays.services import add_working_days
from talentpool.admission.models.applications import Application, Batch
from talentpool.admission.models.notices import Notice, NoticeLine
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules.batches import NOTICE
from talentpool.admission.rules.conflicts import PUBLISHER
from talentpool.admission.services.chronicle import Event, tell
from talentpool.admission.services.clock import local_day
from talentpool.admission.services.parties import actor_of, require_apart
from talentpool.admission.services.review import OutOfOrderError, require_ground
from talentpool.admission.services.submit import hold

ADULT = 18  # full years; the names of younger people are masked


class NothingToPublishError(DomainError):
    """No application was chosen."""

    def __init__(self) -> None:
        super().__init__(_("Choose at least one application for the notice."))


class GuardianNeededError(DomainError):
    """A minor is on a public list only where a guardian stands with the consent."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(name)s is under eighteen. Before the notice the guardian is told: "
                "the person names the guardian with the consent to publication, on "
                "the page My data.",
                name=name,
            )
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a notice, as anybody reads it."""

    position: int
    name: str
    unit: str
    trade: str
    recommender: str


def publish(
    session: Session,
    batch: Batch,
    applications: Sequence[Application],
    *,
    contact: str,
    user: User,
    now: datetime,
) -> Notice:
    """Publish a notice of decided applications; today is its first day.

    Args:
        session: the caller's transaction.
        batch: whose applications they are.
        applications: each at the step of the notice, and on none yet.
        contact: where one can ask.
        user: who publishes; not who decided.
        now: the server's clock.

    Raises:
        NothingToPublishError: none was chosen.
        OutOfOrderError: one is at another step, or stands on a notice.
        GuardianNeededError: a minor's guardian does not stand with the consent.
        ConflictError: the user decided on one, or has another part in it.
        WorkdayTableMissingError: nobody can count the days.
    """
    actor = actor_of(user)
    if not applications:
        raise NothingToPublishError
    for application in applications:
        _require_ready(session, batch, application, user, now)
    first = local_day(now)
    last = add_working_days(session, first, batch.notice_days)
    text = json.dumps(
        [_line(application, first) for application in applications],
        ensure_ascii=False,
        sort_keys=True,
    )
    notice = Notice(
        batch=batch,
        first_day=first,
        last_day=last,
        shown_until=date.fromordinal(last.toordinal() + batch.shown_days),
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        contact=contact,
        published_at=now,
        published_by=actor.name,
        lines=[
            NoticeLine(application=application, position=position)
            for position, application in enumerate(applications)
        ],
    )
    session.add(notice)
    session.flush()
    _log(session, notice, applications, actor, now)
    return notice


def lines_shown(session: Session, notice: Notice) -> list[Line]:
    """Return the lines as frozen, without those who withdrew or took consent back."""
    texts = json.loads(notice.text)
    persons = {line.application.person_id for line in notice.lines}
    # A minor is on a public list only where a guardian stands with the consent.
    consenting = list_consenting(
        session, "publication", persons=persons, adults_on=notice.first_day
    )
    return [
        Line(line.position, **texts[line.position])
        for line in notice.lines
        if line.application.state != rules.WITHDRAWN
        and line.application.person_id in consenting
    ]


def _require_ready(
    session: Session, batch: Batch, application: Application, user: User, now: datetime
) -> None:
    hold(session, application, rules.RUNNING)
    if application.step != NOTICE or application.batch_id != batch.id:
        raise OutOfOrderError
    if is_on_notice(session, application):
        raise OutOfOrderError
    require_ground(application)
    require_apart(session, application, user, PUBLISHER)
    person = application.person
    assert person is not None  # noqa: S101 - it was submitted
    first = local_day(now)
    if guardian_part(person.birth_date, first) and not list_consenting(
        session, "publication", persons={person.id}, adults_on=first
    ):
        raise GuardianNeededError(person.name)


def is_on_notice(session: Session, application: Application) -> bool:
    """Tell whether an application stands on a notice already."""
    found = session.query(NoticeLine).filter_by(application_id=application.id)
    return session.scalar(found.exists().select()) or False


def _line(application: Application, today: date) -> dict[str, str]:
    """Return what is made public: name, unit, trade and recommender, nothing else."""
    person = application.person
    assert person is not None  # noqa: S101 - it was submitted
    grown = age_on(person.birth_date, today) >= ADULT
    return {
        "name": person.name if grown else mask_name(person.name),
        "unit": application.unit.name if application.unit else "",
        "trade": application.trade,
        "recommender": application.nominator,
    }


def _log(
    session: Session,
    notice: Notice,
    applications: Sequence[Application],
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action="notice.published",
        subject=f"notice:{notice.uid}",
        scope=f"batch:{notice.batch.uid}",
        now=now,
        body={
            "digest": notice.digest,
            "first_day": notice.first_day.isoformat(),
            "last_day": notice.last_day.isoformat(),
            "shown_until": notice.shown_until.isoformat(),
            "applications": [application.uid for application in applications],
        },
    )
    event = Event(verdict="published", role=PUBLISHER, from_step=NOTICE)
    for application in applications:
        body = {"notice": notice.uid}
        tell(session, application, event, actor=actor, now=now, body=body)
