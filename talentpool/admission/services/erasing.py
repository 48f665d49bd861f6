"""What erasing a person means for proposals, applications and notices about them.

First what is on its way ends, then whoever erases takes what identifies; afterwards the
log says what is left, so that it still agrees with the tables.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.log.services import Actor, record
from talentpool.admission.models.applications import Application, Claim
from talentpool.admission.models.notices import Notice, NoticeLine
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules.proposals import OPEN, REFUSED, SUSPENDED
from talentpool.admission.services.chronicle import Event, log, tell
from talentpool.admission.services.propose import log_proposal

REASON = "erasure"
STARS = "***"


def end_procedures(
    session: Session, persons: Sequence[int], *, actor: Actor, now: datetime
) -> None:
    """Withdraw a person's applications and close their proposals; no commit."""
    waiting = select(Application).where(
        Application.person_id.in_(persons), Application.state.in_(rules.OPEN_STATES)
    )
    for application in session.scalars(
        waiting.order_by(Application.id).with_for_update(key_share=True)
    ):
        event = Event(verdict="withdrawn", reason=REASON, from_step=application.step)
        application.state, application.step = rules.WITHDRAWN, ""
        application.reason, application.due_on = REASON, None
        tell(session, application, event, actor=actor, now=now)
    for proposal in session.scalars(
        select(Proposal)
        .where(Proposal.person_id.in_(persons), Proposal.state.in_((OPEN, SUSPENDED)))
        .order_by(Proposal.id)
        .with_for_update(key_share=True)
    ):
        proposal.state, proposal.reason = REFUSED, REASON
        proposal.barred_until = None
        proposal.decided_at, proposal.decided_by = now, actor.name


def log_what_is_left(
    session: Session, persons: Sequence[int], *, actor: Actor, now: datetime
) -> None:
    """Log proposals, applications and notices as they are once a person is erased."""
    mine = select(Application.id).where(Application.person_id.in_(persons))
    session.execute(
        update(Claim).where(Claim.application_id.in_(mine)).values(is_current=False)
    )
    for application in session.scalars(
        select(Application)
        .where(Application.person_id.in_(persons))
        .order_by(Application.id)
    ):
        log(session, application, "erased", actor, now)
    for proposal in session.scalars(
        select(Proposal).where(Proposal.person_id.in_(persons)).order_by(Proposal.id)
    ):
        log_proposal(session, proposal, "proposal.erased", actor, now)
    for notice in session.scalars(
        select(Notice)
        .join(NoticeLine, NoticeLine.notice_id == Notice.id)
        .where(NoticeLine.application_id.in_(mine))
        .distinct()
        .order_by(Notice.id)
    ):
        _strike_out(session, notice, persons, actor, now)


def _strike_out(
    session: Session,
    notice: Notice,
    persons: Sequence[int],
    actor: Actor,
    now: datetime,
) -> None:
    """Put stars where a notice named the person; the other lines stay as frozen."""
    lines = json.loads(notice.text)
    for line in notice.lines:
        if line.application.person_id in persons:
            lines[line.position] |= {"name": STARS, "recommender": ""}
    notice.text = json.dumps(lines, ensure_ascii=False, sort_keys=True)
    notice.digest = hashlib.sha256(notice.text.encode()).hexdigest()
    session.flush()
    record(
        session,
        actor=actor,
        action="notice.erased",
        subject=f"notice:{notice.uid}",
        scope=f"batch:{notice.batch.uid}",
        now=now,
        body={
            "digest": notice.digest,
            "last_day": notice.last_day.isoformat(),
            "shown_until": notice.shown_until.isoformat(),
        },
    )
