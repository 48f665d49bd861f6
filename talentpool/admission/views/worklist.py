"""What waits for a reviewing office."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    is_allowed,
    permission_required,
)
from accounts.users.models import User
from extensions import LOCAL, db
from talentpool.admission.queries import batches as batch_queries
from talentpool.admission.queries import reviews as lists
from talentpool.admission.rules.batches import PLACES
from talentpool.admission.views.common import (
    LABELS,
    bp,
    now,
)

NAV = (NavItem(_l("Reviews"), "talentpool.admission.list_reviews", "pool.review", 61),)


def desk_items(session: Session, _user: User, _now: datetime) -> Sequence[DeskItem]:
    """Tell a reviewer how many applications wait."""
    if not is_allowed("pool.review"):
        return []
    waiting = lists.count_waiting(session, _duties())
    return [
        DeskItem(
            title=_("Applications for the talent pool"),
            text=_("They wait for your office; the first due comes first."),
            url=url_for("talentpool.admission.list_reviews"),
            count=waiting,
            order=19 if waiting else 60,
        )
    ]


@bp.get("/reviews")
@permission_required("pool.review")
def list_reviews() -> ResponseReturnValue:
    """List what waits for the signed-in office, or all of its places."""
    show = "all" if request.args.get("show") == "all" else "mine"
    at = request.args.get("at", "")
    wanted = lists.Filter(
        show,
        request.args.get("batch", ""),
        text=request.args.get("q", "").strip()[:80],
        at=at if at in PLACES else "",
    )
    return render_template(
        "talentpool/admission/list_reviews.html",
        page=lists.list_reviews(
            db.session(),
            _duties(),
            wanted=wanted,
            page=max(request.args.get("page", 1, int), 1),
        ),
        batches=batch_queries.list_batches(db.session()),
        wanted=wanted,
        places=PLACES,
        today=_today(),
        labels=LABELS,
        page_url=lambda number: url_for(
            ".list_reviews",
            page=number,
            show=show,
            batch=wanted.batch_uid or None,
            q=wanted.text or None,
            at=wanted.at or None,
        ),
    )


def _duties() -> lists.Duties:
    return lists.Duties(
        review=tuple(allowed_scopes("pool.review")),
        admit=tuple(allowed_scopes("pool.admit")),
    )


def _today() -> Any:  # noqa: ANN401 - a date
    return now().astimezone(LOCAL).date()
