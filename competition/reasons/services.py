"""Keeping reasons, and giving one."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.reasons import queries
from competition.reasons.models import KeptReason
from competition.reasons.rules import compose, wording
from errors import DomainError
from ledger.log.services import Actor, record


class ReasonError(DomainError):
    """There is no such reason, it is there already, or it grows too long."""

    status = 422


def keep_reason(
    session: Session,
    *,
    event: Event,
    about: str,
    text: str,
    text_en: str,
    actor: Actor,
    now: datetime,
) -> KeptReason:
    """Keep a reason for the organiser of an event.

    Raises:
        ReasonError: the organiser keeps it already.
    """
    known = {kept.text for kept in queries.list_reasons(session, event, about)}
    if text in known:
        raise ReasonError(_("This reason is kept already."))
    kept = KeptReason(
        organiser=queries.organiser_of(event),
        about=about,
        text=text,
        text_en=text_en,
        used=0,
        made_at=now,
        made_by=actor.name,
    )
    session.add(kept)
    session.flush()
    _log(session, kept, event, "kept", actor, now)
    return kept


def retire_reason(
    session: Session, *, kept: KeptReason, event: Event, actor: Actor, now: datetime
) -> None:
    """Offer a reason no more; what was given with it stays as it is."""
    kept.retired_at = now
    _log(session, kept, event, "retired", actor, now)


def give_reason(
    session: Session,
    *,
    event: Event,
    about: str,
    uid: str,
    typed: str,
    locale: str,
    longest: int,
) -> str:
    """Return the reason a contestant reads, and count the use of a kept one.

    It is part of the verdict that is recorded in the same transaction.

    Args:
        session: the transaction.
        event: of the entry.
        about: what it is given for.
        uid: of the kept reason; "" is none.
        typed: what the reviewer wrote besides, or instead.
        locale: of the contestant; "" is not known.
        longest: how many characters the verdict takes.

    Raises:
        ReasonError: the kept reason is gone, or both together are too long.
    """
    text = ""
    if uid:
        kept = queries.find_reason(session, event, uid)
        if kept is None or kept.about != about:
            raise ReasonError(_("This reason is no longer kept. Choose another one."))
        text = wording(kept.text, kept.text_en, locale)
        session.execute(
            update(KeptReason)
            .where(KeptReason.id == kept.id)
            .values(used=KeptReason.used + 1)
        )
    reason = compose(text, typed)
    if len(reason) > longest:
        raise ReasonError(
            _("The reason has %(count)s characters; at most %(most)s are kept.")
            % {"count": len(reason), "most": longest}
        )
    return reason


def _log(
    session: Session,
    kept: KeptReason,
    event: Event,
    verb: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=f"reasons.{verb}",
        subject=f"reason:{kept.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"about": kept.about, "text": kept.text, "text_en": kept.text_en},
    )
