"""What the pages of registration share: the blueprint, words, and what they load."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from accounts.access.services import is_allowed, signed_in_user
from accounts.roles.rules import Scope
from competition.events.forms import PAPER_LABELS
from competition.events.models import Event
from competition.events.queries import scopes_of
from competition.registration import queries
from competition.registration.forms import (
    FIELD_LABELS,
    PAPER_STATE_LABELS,
    RULE_LABELS,
    STATE_LABELS,
    VERDICT_LABELS,
)
from competition.registration.models import Entry, EntryVerdict
from competition.registration.rules.eligibility import RuleCheck, checks_from_data
from extensions import db
from people.codes.queries import list_levels

bp = Blueprint("registration", __name__)

TONES = {"met": "success", "not_met": "danger", "missing": "warning"}


def now() -> datetime:
    """Return the moment of this request."""
    return datetime.now(UTC)


def own_entry_or_404(uid: str) -> Entry:
    """Return the signed-in user's own entry; anybody else's is not there for them."""
    entry = queries.find_entry(db.session(), uid)
    if entry is None or entry.user_id != signed_in_user().id:
        abort(404)
    return entry


def entry_or_404(uid: str) -> Entry:
    """Return an entry; the view's guard has asked for the right to it."""
    return queries.find_entry(db.session(), uid) or abort(404)


def places(event: Event) -> list[Scope]:
    """Return every scope an event lies in."""
    return [Scope("event", event.uid), *scopes_of(event.competition)]


def may_see(entry: Entry, permission: str) -> bool:
    """Tell whether the entry is the user's own, or `permission` is held over it."""
    own = entry.user_id == signed_in_user().id
    return own or is_allowed(permission, places(entry.event))


def words() -> dict[str, Any]:
    """Return the words the templates of this topic show codes by."""
    return {
        "state_labels": STATE_LABELS,
        "field_labels": FIELD_LABELS,
        "paper_labels": PAPER_LABELS,
        "paper_state_labels": PAPER_STATE_LABELS,
        "verdict_labels": VERDICT_LABELS,
        "page_url": page_url,
    }


def page_url(number: int) -> str:
    """Return the address of another page of the list that is shown."""
    arguments = {**request.args.to_dict(), **(request.view_args or {})}
    return url_for(request.endpoint or "", **{**arguments, "page": number})


def described(checks: Sequence[RuleCheck], event: Event) -> list[dict[str, Any]]:
    """Return checks as the pages show them, with names in place of codes."""
    names = {group.code: group.name for group in event.groups}
    ranks = {str(level.rank): level.name for level in list_levels(db.session())}
    by_rule = {"group": names, "min_level": ranks}
    return [
        {
            "label": RULE_LABELS.get(check.rule, check.rule),
            "limit": _plain(check.limit, by_rule.get(check.rule, {}), check.rule),
            "value": _plain(check.value, by_rule.get(check.rule, {}), check.rule),
            "verdict": VERDICT_LABELS[check.verdict],
            "tone": TONES[check.verdict],
        }
        for check in checks
    ]


def checks_of(verdict: EntryVerdict) -> list[RuleCheck]:
    """Return the rules as they stood when a verdict was given."""
    return checks_from_data(json.loads(verdict.checks))


def _plain(text: str, names: dict[str, str], rule: str) -> str:
    if rule in ("open", "one_entry") or rule.startswith("paper_"):
        return ""
    comma: str = _(", ")
    return comma.join(names.get(part, part) for part in text.split())
