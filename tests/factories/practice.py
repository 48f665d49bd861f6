"""Practice rounds."""

from scoring.practice.models import PracticeRound
from tests.factories.accounts import NOW


def make_practice(session, marked):
    """Make an open practice on one sample at a marked event."""
    made = PracticeRound(
        event_id=marked.event.id,
        number=1,
        scheme_version=1,
        works="S1.1\t样件",
        tolerance=10,
        required=0,
        opened_at=NOW,
        opened_by="tests",
    )
    session.add(made)
    session.flush()
    return made
