"""The words of messages, in the language of whoever reads them.

A mail says what has happened and where to read on. Reasons, places and everything else
that is nobody else's business stand on the page alone.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from accounts.messages.models import Message
from extensions import LOCAL


@dataclass(frozen=True, slots=True)
class Words:
    """A message as it is read."""

    title: str
    text: str
    reason: str  # on the page alone


_TEXTS = {
    "entry_accepted": (
        _l("Entry accepted: %(event)s"),
        _l("Your entry is accepted. The admission ticket is on its page."),
    ),
    "entry_returned": (
        _l("Entry to be corrected: %(event)s"),
        _l("Your entry came back for correction. Its page says what is missing."),
    ),
    "entry_rejected": (
        _l("Entry rejected: %(event)s"),
        _l("Your entry is rejected. Its page says why."),
    ),
    "place_offered": (
        _l("A place is free: %(event)s"),
        _l(
            "You have moved up from the waiting list. Take the place until "
            "%(until)s, or it goes on to the next."
        ),
    ),
    "schedule_changed": (
        _l("Timetable changed: %(event)s"),
        _l("Times or rooms have changed. The timetable shows what holds now."),
    ),
    "event_cancelled": (
        _l("Event cancelled: %(event)s"),
        _l("The event is not held. Its page says why."),
    ),
    "result_published": (
        _l("Result published: %(event)s"),
        _l("The result is public. Its page says how it came about."),
    ),
    "address_code": (
        _l("Confirm your mail address"),
        _l("A code is on its way there. Type it in on the page of your messages."),
    ),
    "appeal_decided": (
        _l("Appeal decided: %(event)s"),
        _l("An appeal is decided. Its page holds the decision and the reason."),
    ),
    "pair_to_sign": (
        _l("Agreement to be signed: %(event)s"),
        _l("Read the agreement of mentor and apprentice and sign it until %(until)s."),
    ),
    "pair_filed": (
        _l("Agreement filed: %(event)s"),
        _l("The union has filed the agreement of mentor and apprentice. It holds."),
    ),
    "pair_rematch": (
        _l("Find another mentor: %(event)s"),
        _l("Your pair has ended. Say on the page whether you look for a new mentor."),
    ),
    "pair_due": (
        _l("Soon due among mentor and apprentice: %(event)s"),
        _l("The page shows what is to be done until %(until)s."),
    ),
    "pair_late": (
        _l("Overdue among mentor and apprentice: %(event)s"),
        _l("The day has passed. Nothing ends by itself: the page shows what to do."),
    ),
    "demand_asked": (
        _l("A firm asks for your help: %(event)s"),
        _l("Read what is needed and why you were chosen; accept or decline."),
    ),
    "demand_answered": (
        _l("Your demand was answered: %(event)s"),
        _l("A craftsman was asked and has answered. The page shows it."),
    ),
    "demand_to_confirm": (
        _l("Confirm what was done at your firm: %(event)s"),
        _l("It counts, and stands in the dossier, once the firm confirms it."),
    ),
    "demand_settled": (
        _l("The firm has answered: %(event)s"),
        _l("The firm has confirmed or disputed what was recorded. The page shows it."),
    ),
}


def words_of(message: Message) -> Words:
    """Return the words of a message in the language that is spoken now."""
    # Nothing is left of them once the person was erased.
    params: dict[str, str] = json.loads(message.params or "{}")
    title, text = _TEXTS[message.kind]
    filled = {
        "event": params.get("event", ""),
        "until": _moment(params.get("until", "")),
    }
    return Words(str(title) % filled, str(text) % filled, params.get("reason", ""))


def _moment(text: str) -> str:
    """Write a moment that is kept as RFC 3339 as pages do: 2026-11-21 14:05."""
    if not text:
        return ""
    return datetime.fromisoformat(text).astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
