"""Photos of levels, whatever the state of the event.

make_exemplar(session, event)       of level 2 of P1.3
"""

from scoring.exemplars.models import Exemplar
from tests.factories.accounts import NOW
from tests.factories.people import make_attachment, picture


def make_exemplar(session, event, **values) -> Exemplar:
    """Make an exemplar; values: aspect, level, caption."""
    defaults = {"aspect": "P1.3", "level": 2, "caption": "焊缝均匀"}
    made = Exemplar(
        event=event,
        attachment=make_attachment(session, data=picture(300, 200), kind="exemplar"),
        added_at=NOW,
        added_by="tests",
        **{**defaults, **values},
    )
    session.add(made)
    session.flush()
    return made
