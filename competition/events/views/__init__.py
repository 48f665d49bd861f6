"""The pages of this topic; importing them registers them with the blueprint."""

from flask_babel import lazy_gettext as _l

from accounts.access.services import NavItem
from competition.events.views import committee, desk, public
from competition.events.views.common import bp
from competition.events.views.desk import desk_items

NAV = (
    NavItem(_l("Competitions"), "competition.events.list_events", order=10),
    NavItem(
        _l("Organise"), "competition.events.list_competitions", "events.manage", 20
    ),
)

__all__ = ["NAV", "bp", "committee", "desk", "desk_items", "public"]
