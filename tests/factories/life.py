"""Re-confirmations and findings about a craftsman's records.

make_review(session, craftsman)       an open one, for want of activity
make_finding(session, craftsman)      an open one: the birth date
"""

from datetime import date

from talentpool.life.models import RecordFinding, Review
from talentpool.standard.services import ensure_in_force
from tests.factories.talentpool import NOW


def make_review(session, craftsman, **values) -> Review:
    """Put an open re-confirmation before an officer; values: columns of Review."""
    defaults = {
        "profile_version": ensure_in_force(session, now=NOW),
        "term_ends_on": date(2026, 4, 30),
        "state": "open",
        "causes": "no_activity",
        "opened_at": NOW,
    }
    review = Review(craftsman=craftsman, **(defaults | values))
    session.add(review)
    session.flush()
    return review


def make_finding(session, craftsman, **values) -> RecordFinding:
    """Note a finding; values: columns of RecordFinding."""
    defaults = {"code": "birth_date", "found_at": NOW, "seen_at": NOW}
    finding = RecordFinding(craftsman=craftsman, **(defaults | values))
    session.add(finding)
    session.flush()
    return finding
