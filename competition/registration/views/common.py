"""What the pages of registration share: the blueprint, words, and what they load."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, current_app, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from accounts.access.services import allowed_scopes, is_allowed, signed_in_user
from accounts.roles.rules import Scope
from competition.events.forms import PAPER_LABELS
from competition.events.models import Event
from competition.events.queries import districts_around, scopes_of
from competition.registration import queries
from competition.registration.forms import (
    EVIDENCE_LABELS,
    FIELD_LABELS,
    PAPER_STATE_LABELS,
    RULE_LABELS,
    STANDING_LABELS,
    STATE_LABELS,
    VERDICT_LABELS,
    YES_NO,
)
from competition.registration.models import Entry, EntryVerdict
from competition.registration.rules.eligibility import RuleCheck, checks_from_data
from competition.registration.services.guests import holds_draft
from extensions import db
from people.codes.queries import list_levels
from people.districts.models import District

bp = Blueprint("registration", __name__)

TONES = {"met": "success", "not_met": "danger", "missing": "warning"}


def now() -> datetime:
    """Return the moment of this request."""
    return datetime.now(UTC)


def cookie_name() -> str:
    """Return what the cookie of drafts is called; where there is TLS, for us alone."""
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    return "__Host-draft" if is_secure else "draft"


def own_token() -> str:
    """Return the secret this browser sent, "" where there is none."""
    return request.cookies.get(cookie_name(), "")


def own_entry_or_404(uid: str) -> Entry:
    """Return the signed-in user's own entry; anybody else's is not there for them.

    One that came in bulk belongs to no account: those who may bring its people in
    complete it. A guest's draft belongs to whoever holds its cookie, and to no other.
    """
    entry = queries.find_entry(db.session(), uid)
    if entry is None:
        abort(404)
    if entry.guest is not None:
        is_own = holds_draft(entry, own_token(), now())
    elif entry.user_id is None:
        own = [Scope("unit", entry.unit.uid)] if entry.unit else []
        is_own = is_allowed("registration.bulk", [*own, *places(entry.event)])
    else:
        is_own = entry.user_id == signed_in_user().id
    return entry if is_own else abort(404)


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


def is_of_own_unit(entry: Entry) -> bool:
    """Tell whether the user speaks for the entry's unit, or for its district.

    A role held everywhere speaks for no unit: it opens nobody's papers.
    """
    if entry.unit is None:
        return False
    around = districts_around(entry.unit.district_code)
    own = {Scope("unit", entry.unit.uid), *around}
    return not own.isdisjoint(allowed_scopes("registration.unit"))


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
    standings = {code: str(label) for code, label in STANDING_LABELS.items()}
    by_rule = {
        "group": names,
        "min_level": ranks,
        "excluded": standings,
        "barred": {code: str(label) for code, label in YES_NO.items()},
    }
    places_of = {
        code
        for check in checks
        if check.rule in ("residence", "household")
        for code in (*check.limit.split(), check.value)
    }
    if places_of:
        rows = db.session().scalars(
            select(District).where(District.code.in_(places_of))
        )
        named = {place.code: place.name for place in rows}
        by_rule |= {"residence": named, "household": named}
    return [
        {
            "label": RULE_LABELS.get(check.rule, check.rule),
            "limit": _plain(check.limit, by_rule.get(check.rule, {}), check.rule),
            "value": _plain(check.value, by_rule.get(check.rule, {}), check.rule),
            "verdict": VERDICT_LABELS[check.verdict],
            "evidence": EVIDENCE_LABELS.get(check.evidence)
            or PAPER_LABELS.get(check.evidence, "")
            if check.value and not check.rule.startswith("paper_")
            else "",
            "version": check.version,
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
