"""The pool's answer to what the marks room announces."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.log.services import Actor
from scoring.results.queries import get_publication
from scoring.results.signals import results_published, results_withdrawn
from talentpool.admission.services import propose


def listen() -> None:
    """Follow publications; connecting twice is connecting once."""
    results_published.connect(_on_published)
    results_withdrawn.connect(_on_withdrawn)


def _on_published(
    _sender: object,
    *,
    session: Session,
    publication_uid: str,
    actor: Actor,
    now: datetime,
    **_more: Any,  # noqa: ANN401 - a signal may say more than we ask
) -> None:
    published = get_publication(session, publication_uid)
    propose.propose(session, published, actor=actor, now=now)


def _on_withdrawn(
    _sender: object,
    *,
    session: Session,
    publication_uid: str,
    actor: Actor,
    now: datetime,
    **_more: Any,  # noqa: ANN401
) -> None:
    propose.withdraw(session, publication_uid=publication_uid, actor=actor, now=now)
