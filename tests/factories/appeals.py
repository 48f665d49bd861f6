"""Appeals: filed by a contestant, at any of their steps.

make_appeal(session, marked)             of the first entry, while a window is open
make_arbiter(session)                    of a competition's arbitration group
"""

from datetime import timedelta

from scoring.appeals.models import Appeal
from scoring.appeals.services.steps import file_appeal
from tests.factories.accounts import make_user

PAPER = b"%PDF-1.4\n%%EOF\n"


def make_appeal(session, marked, *, at: int = -1, now=None, papers=()) -> Appeal:
    """File an appeal for an entry of an event; `at`: which one, the last as a rule."""
    entry = marked.entries[at]
    return file_appeal(
        session,
        entry=entry,
        user=entry.user,
        grounds="第三道题的得分有误，请求复核。",
        papers=papers,
        now=now or marked.later(),
    )


def make_arbiter(session, **values):
    """Make a member of the arbitration group who is tied to nothing."""
    return make_user(session, "supervisor", **values)


def soon(marked, **ahead):
    """Return a moment after what was done last."""
    return marked.later() + timedelta(**ahead)
