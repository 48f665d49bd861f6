"""The results list is signed: by the chief judge and the supervisor, each by hand.

A signature is for one computed result and its hash. Another version of the result has
other rows and needs its own.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.sessions.services import (
    count_failure,
    forget_failures,
    is_throttled,
)
from accounts.users.models import User
from accounts.users.queries import is_same_person
from accounts.users.services import check_password
from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.marking import queries as marking
from scoring.results import queries
from scoring.results.models import (
    CHIEF,
    SIGNERS,
    ResultSignature,
    ResultVersion,
    SigningTerms,
)
from scoring.results.rules.strokes import StrokesError, read_strokes, write_strokes
from scoring.results.services.carry import require_carried

_BEFORE_LOCK = (
    *(life.DRAFT, life.REGISTRATION, life.CLOSED, life.CHECKIN),
    life.MARKING,
)


class SigningError(DomainError):
    """The list cannot be signed, or published without a signature, as things are."""


def set_terms(
    session: Session, *, event: Event, asks: bool, actor: Actor, now: datetime
) -> None:
    """Say whether the result is published only when both have signed it.

    Raises:
        SigningError: taken back after the lock, when the result is there already.
    """
    session.get_one(Event, event.id, with_for_update=True)
    if not asks and not may_waive(event):
        raise SigningError(
            _("Once the marks are locked, signatures can no longer be waived.")
        )
    terms = SigningTerms(event_id=event.id, asks=asks, set_at=now, set_by=actor.name)
    session.add(terms)
    session.flush()
    record(
        session,
        actor=actor,
        action="results.signing_set",
        subject=f"terms:{terms.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"asks": asks},
    )


def may_waive(event: Event) -> bool:
    """Tell whether an event may still do without signatures: there is no result yet."""
    return event.state in _BEFORE_LOCK


def is_confirmed(
    session: Session, *, user: User, password: str, address: str, now: datetime
) -> bool:
    """Tell whether this is the user's password; failures count as at the sign-in.

    It tells rather than raises, so that the caller can commit the count.
    """
    name = user.username
    if is_throttled(session, username=name, address=address, now=now):
        return False
    if not check_password(user, password):
        count_failure(session, username=name, address=address, now=now)
        return False
    forget_failures(session, username=name, address=address)
    return True


def sign_list(
    session: Session,
    *,
    event: Event,
    digest: str,
    role: str,
    strokes: str,
    user: User,
    now: datetime,
) -> ResultSignature:
    """Sign the newest result of a decoded event; the caller has seen the password.

    Args:
        session: any.
        event: of which event.
        digest: hash of the list the signer has seen.
        role: as what.
        strokes: the hand's strokes, see `rules.strokes`; "" is signed on paper.
        user: who signs.
        now: when.

    Raises:
        SigningError: not decoded, another list by now, signed already, by the other
            signer, or no signature.
        CarriedError: points of an earlier stage are not brought in.
    """
    session.get_one(Event, event.id, with_for_update=True)
    result = _get_current(session, event)
    if result.digest != digest:
        raise SigningError(_("The result has changed. Read the new list, then sign."))
    there = queries.list_signatures(session, result.id)
    if any(found.role == role for found in there):
        raise SigningError(_("This list is signed already."))
    if any(is_same_person(session, found.signed_by, user.uid) for found in there):
        raise SigningError(
            _("Chief judge and supervisor are two persons: one has signed already.")
        )
    drawn = _read(strokes)
    signature = ResultSignature(
        event_id=event.id,
        result_id=result.id,
        role=role,
        list_digest=result.digest,
        strokes=drawn,
        strokes_digest=sha256(drawn.encode()).hexdigest() if drawn else "",
        name=user.display_name,
        signed_at=now,
        signed_by=user.uid,
    )
    session.add(signature)
    session.flush()
    _log(session, event, result, signature)
    return signature


def list_missing(session: Session, event: Event, result: ResultVersion) -> list[str]:
    """Return who has yet to sign before a result may be published; [] is nobody."""
    if not queries.asks_signatures(session, event.id):
        return []
    there = {found.role for found in queries.list_signatures(session, result.id)}
    return [role for role in SIGNERS if role not in there]


def require_signatures(session: Session, event: Event, result: ResultVersion) -> None:
    """Refuse to publish a result that lacks a signature the event asks for.

    Raises:
        SigningError: see above.
    """
    missing = list_missing(session, event, result)
    if missing:
        raise SigningError(
            _("Before it is published this version of the result is signed by: %(who)s")
            % {"who": _(", ").join(name_signers(missing))}
        )


def name_signers(roles: Sequence[str]) -> list[str]:
    """Return what the signers are called."""
    return [_("Chief judge") if role == CHIEF else _("Supervisor") for role in roles]


def _get_current(session: Session, event: Event) -> ResultVersion:
    result = queries.find_result(session, event.id)
    lock = marking.find_lock(session, event.id)
    is_current = result and lock and lock.round == result.round
    if event.state != life.DECODED or result is None or not is_current:
        raise SigningError(
            _("The list is signed after the decoding and before it is published.")
        )
    require_carried(session, result)
    return result


def _read(strokes: str) -> str:
    if not strokes:
        return ""
    try:
        return write_strokes(read_strokes(strokes))
    except StrokesError as error:
        raise SigningError(_("Write your name in the field, then sign.")) from error


def _log(
    session: Session, event: Event, result: ResultVersion, signature: ResultSignature
) -> None:
    record(
        session,
        actor=Actor("human", signature.signed_by),
        action="results.signed",
        subject=f"result:{result.uid}",
        scope=f"event:{event.uid}",
        now=signature.signed_at,
        body={
            "version": result.version,
            "role": signature.role,
            "list": signature.list_digest,
            "strokes": signature.strokes_digest,
        },
    )
