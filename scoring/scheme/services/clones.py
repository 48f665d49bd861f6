"""The scheme of an event goes with a copy of it."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.events.signals import event_cloned
from ledger.log.services import Actor
from scoring.scheme import queries
from scoring.scheme.services.drafts import begin_draft
from scoring.scheme.services.versions import attach_scheme


def listen() -> None:
    """Copy the scheme of an event with it."""
    event_cloned.connect(_on_cloned)


def _on_cloned(
    _sender: object,
    *,
    session: Session,
    source: Event,
    copy: Event,
    actor: Actor,
    now: datetime,
) -> None:
    """Attach the frozen version, else the newest; where there is none, copy the draft.

    It is not frozen there: somebody looks at it and freezes it anew.
    """
    version = queries.find_frozen(session, source.id)
    version = version or queries.find_newest(session, source.id)
    if version is not None:
        attach_scheme(session, event=copy, text=version.text, actor=actor, now=now)
        return
    draft = queries.find_draft(session, source.id)
    if draft is not None:
        origin = _("copy of %(name)s", name=source.name)
        begin_draft(
            session, event=copy, text=draft.text, origin=origin, actor=actor, now=now
        )
