"""Boards that leak while they are frozen. The property test catches each of them."""

from dataclasses import replace

from scoring.board.rules.publish import is_freeze_due, next_public
from scoring.board.rules.state import public_state


def progress_goes_on(plan, shown, jury, now):
    """Ranks are frozen, but one still sees that somebody is at work."""
    after = next_public(plan, shown, jury, now)
    if after.get("phase") == "frozen":
        after = {**after, "given": jury["given"]}
    return after


def looks_once_more(plan, shown, jury, now):
    """The freeze takes the newest numbers, not the last ones shown."""
    if is_freeze_due(plan, now):
        return public_state(jury, shows=plan.shows, phase="frozen")
    return next_public(plan, shown, jury, now)


def forgets_when_marks_are_locked(plan, shown, jury, now):
    """Whoever locks the marks opens the board with it."""
    if jury["full"] == jury["works"]:
        plan = replace(plan, final_at=now)
    return next_public(plan, shown, jury, now)


WRONG = (progress_goes_on, looks_once_more, forgets_when_marks_are_locked)
