"""The main navigation: whom it leads where, and how a long one is put into groups.

Whoever has few entries sees them beside each other. From `MOST` on those that belong
together stand in one group, which opens by click, key or touch, also without a script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from accounts.access.services import (
    INSTALLATION,
    NavItem,
    is_allowed,
    permission_limit,
)

MOST = 10  # entries that fit beside each other

# The groups in their order, each with the endpoints that belong to it.
GROUPS = (
    (
        _l("Pool"),
        (
            "talentpool.search.search",
            "talentpool.admission.list_batches",
            "talentpool.admission.list_proposals",
            "talentpool.admission.list_reviews",
            "talentpool.admission.list_to_mark",
            "talentpool.growth.list_judging",
            "talentpool.life.list_reviews",
            "talentpool.imports.list_batches",
            "talentpool.identity.list_likenesses",
            "talentpool.standard.show_standard",
        ),
    ),
    (
        _l("Mentors and apprentices"),
        (
            "talentpool.mentorship.list_pairs",
            "talentpool.mentorship.list_mine",
            "talentpool.lineage.list_masters",
            "talentpool.matching.list_demands",
            "talentpool.matching.list_own",
        ),
    ),
    (
        _l("Skills and innovation"),
        (
            "talentpool.growth.list_innovations",
            "talentpool.growth.list_awards",
            "talentpool.growth.list_trainings",
            "talentpool.growth.show_paths",
        ),
    ),
    (
        _l("Figures and reports"),
        (
            "scoring.figures.show_figures",
            "talentpool.reports.list_figures",
            "talentpool.reports.list_plans",
            "talentpool.reports.list_reports",
            "talentpool.compliance.show_compliance",
        ),
    ),
    (
        _l("Administration"),
        (
            "talentpool.privacy.show_mine",
            "talentpool.privacy.list_looks",
            "talentpool.privacy.list_erasures",
            "talentpool.workdays.show_workdays",
            "accounts.messages.list_own",
            "accounts.messages.show_outbox",
            "accounts.users.list_users",
            "accounts.users.list_roles",
            "accounts.tokens.list_tokens",
            "accounts.badges.list_badges",
            "audit.show_log",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry as a page shows it."""

    label: Any  # a lazy translation
    url: str
    active: bool  # the page belongs to it
    own: bool  # not one that everybody has
    endpoint: str


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that stand in one place, under a name."""

    label: Any
    items: Sequence[Link]

    @property
    def active(self) -> bool:
        return any(item.active for item in self.items)


def list_links() -> list[Link]:
    """Return the entries this user may follow, in order."""
    items = [item for item in current_app.extensions["nav"] if _is_shown(item)]
    here = _item_of_page(items)
    return [
        Link(
            label=item.label,
            url=url_for(item.endpoint),
            active=item is here,
            own=bool(item.permission),
            endpoint=item.endpoint,
        )
        for item in items
    ]


def group_links(links: Sequence[Link]) -> list[Link | Group]:
    """Put a long navigation into groups; a group of one is that one."""
    if len(links) <= MOST:
        return list(links)
    names = {name: label for label, names in GROUPS for name in names}
    grouped: list[Link | Group] = [li for li in links if li.endpoint not in names]
    for label, endpoints in GROUPS:
        own = [link for link in links if link.endpoint in endpoints]
        grouped += [Group(label, own)] if len(own) > 1 else own
    return grouped


def _is_shown(item: NavItem) -> bool:
    if item.permission == "login":
        return bool(current_user.is_authenticated) and permission_limit() is None
    view = current_app.view_functions[item.endpoint]
    within = getattr(getattr(view, "access", None), "within", "")
    # Nobody is led to a page that then refuses them.
    places = () if within == INSTALLATION else None
    return not item.permission or is_allowed(item.permission, places)


def _item_of_page(items: list[NavItem]) -> NavItem | None:
    """Return the one item the page belongs to: itself, else one of its topic."""
    endpoint = request.endpoint or ""
    topic = endpoint.rsplit(".", 1)[0]
    of_topic = [item for item in items if item.endpoint.rsplit(".", 1)[0] == topic]
    view = current_app.view_functions.get(endpoint)
    asked = getattr(getattr(view, "access", None), "permission", None)
    same = [item for item in of_topic if item.permission == asked]
    exact = [item for item in of_topic if item.endpoint == endpoint]
    above = [
        item
        for item in of_topic
        if request.path.startswith(f"{url_for(item.endpoint)}/")
    ]
    return next(iter([*exact, *above, *same, *of_topic]), None)
