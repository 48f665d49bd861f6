"""What the pages of saved searches, shortlists and exports share."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    signed_in_user,
)
from accounts.users.models import User
from talentpool.search.rules.request import PAGE_SIZE, SearchRequest, parse
from talentpool.shortlists.queries.lists import count_waiting, list_saved
from talentpool.shortlists.services.keeping import Asker, digest_of

bp = Blueprint("shortlists", __name__, url_prefix="/pool")


def asker() -> Asker:
    """Return who asks, within what they may search."""
    return Asker(
        user=signed_in_user(),
        scopes=allowed_scopes("pool.search"),
        actor=current_actor(),
        now=datetime.now(UTC),
    )


def query_or_404() -> tuple[SearchRequest, str]:
    """Return the search an address carries, and as it is kept."""
    asked, faults = parse(request.args.to_dict(flat=False))
    if faults:
        abort(404)
    return asked, urlencode(asked.parameters(page=1, size=PAGE_SIZE), doseq=True)


def desk_items(session: Session, user: User, _now: datetime) -> Sequence[DeskItem]:
    """Tell who newly meets one's saved searches, and which lists wait for approval."""
    items: list[DeskItem] = []
    if not is_allowed("pool.search"):
        return items
    new = 0
    for saved in list_saved(session, user):
        new += len(digest_of(session, asker(), saved).new)
    if new:
        items.append(
            DeskItem(
                title=_("Saved searches"),
                text=_("So many people newly meet them since you last looked."),
                url=url_for("talentpool.shortlists.list_own"),
                count=new,
                order=40,
            )
        )
    waiting = count_waiting(session, but=user) if is_allowed("pool.release") else 0
    if waiting:
        items.append(
            DeskItem(
                title=_("Lists to be approved"),
                text=_("Somebody asks to take a long list out of the pool."),
                url=url_for("talentpool.shortlists.list_exports"),
                count=waiting,
                order=25,
            )
        )
    return items
