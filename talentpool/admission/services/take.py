"""A published place as the beginning of an application in an open batch."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from ledger.log.services import Actor
from talentpool.admission.models.applications import Application
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.queries import applications as queries
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules.proposals import OPEN
from talentpool.admission.services.batches import BatchNotOpenError, is_open
from talentpool.admission.services.chronicle import Event, tell
from talentpool.admission.services.submit import NomineeError, freeze, require_free


def take_into_batch(
    session: Session,
    proposal: Proposal,
    application: Application,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Make a published place the beginning of an application in an open batch.

    `application` carries the batch and nothing else. Where the nominee has an account
    they complete it themselves; else it waits for their word on paper.

    Raises:
        BatchNotOpenError: the batch does not take applications now.
        NomineeError: the proposal is decided, or the person is in the batch already.
    """
    if not is_open(application.batch, now):
        raise BatchNotOpenError
    session.refresh(proposal, ["state"], with_for_update=True)
    entry, person = proposal.entry, proposal.person
    if proposal.state != OPEN or queries.find_of_proposal(session, proposal.id):
        raise NomineeError(_("This proposal is not open any more."))
    require_free(session, application.batch, person)
    account = session.scalar(
        select(User)
        .where(User.person_id == person.id, User.enabled)
        .order_by(User.id)
        .limit(1)
    )
    application.way, application.state = rules.RESULT, rules.DRAFT
    application.step, application.round = "", 0
    application.verdict = application.outcome = ""
    application.level = application.pool_class = application.minute_number = ""
    application.proposal, application.person = proposal, person
    application.nominee_user = account
    application.nominator = proposal.event.competition.organiser[:120]
    application.unit = entry.unit or person.unit
    application.district_code = proposal.district_code
    application.occupation_edition = proposal.event.occupation_edition
    application.occupation_code = proposal.event.occupation_code
    application.trade = proposal.event.name
    application.started_at = now
    session.add(application)
    session.flush()
    tell(session, application, Event(verdict="proposed"), actor=actor, now=now)
    if account is None:
        freeze(session, application, Event(verdict="submitted"), actor, now)
