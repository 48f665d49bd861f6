"""Certificates follow what is published: an award taken away ends its certificate."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ledger.log.services import Actor
from scoring.certificates import queries
from scoring.certificates.rules.standing import list_lost
from scoring.certificates.services.issue import revoke
from scoring.results.queries import find_publication, read_publication
from scoring.results.signals import results_published


def listen() -> None:
    """Follow publications; connecting twice is connecting once."""
    results_published.connect(on_published)


def on_published(
    _sender: object,
    *,
    session: Session,
    publication_uid: str,
    actor: Actor,
    now: datetime,
    **_more: Any,  # noqa: ANN401 - a signal may say more than we ask
) -> None:
    """Revoke certificates of awards that a new version of the result takes away."""
    publication = find_publication(session, publication_uid)
    assert publication is not None  # noqa: S101 - it has just been made
    if publication.version == 1:
        return
    published = read_publication(session, publication)
    awards = {row.entry_uid: row.award for row in published.rows}
    lost = list_lost(queries.list_held(session, publication.event_id), awards)
    found = [queries.find_certificate(session, held.uid) for held in lost]
    certificates = [certificate for certificate in found if certificate is not None]
    if certificates:
        reason = _(
            "Version %(number)s of the result no longer gives this award.",
            number=publication.version,
        )
        revoke(session, certificates=certificates, reason=reason, actor=actor, now=now)
