"""The log for supervisors and the audit administrator: read, filter, check, sign.

These pages stand here and not in the ledger's own room, because that room lies below
the one that knows who may open a page.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.access.services import NavItem, allowed_scopes, permission_required
from accounts.roles.rules import EVERYWHERE
from accounts.users.models import User
from competition.events.queries import list_event_uids
from extensions import db, set_writing
from ledger.log import queries, services
from ledger.log.queries import LogFilter
from ledger.log.rules import Fault, FaultKind, Link, canonical
from web.changes import list_changes

bp = Blueprint("audit", __name__)

NAV = (NavItem(_l("Ledger"), "audit.show_log", "ledger.view", 95),)


@bp.get("/admin/ledger")
@permission_required("ledger.view")
def show_log() -> ResponseReturnValue:
    """Show what happened, newest first, where the user may see it."""
    session = db.session()
    chosen = LogFilter(
        action=request.args.get("action", "").strip(),
        about=request.args.get("about", "").strip(),
        scopes=_visible_scopes(),
    )
    page = queries.list_page(
        session, chosen, page=request.args.get("page", default=1, type=int)
    )
    return render_template(
        "ledger/log/show_log.html",
        page=page,
        chosen=chosen,
        names=_names(session, page.links),
        changes=list_changes(session, page.links),
        actions=queries.list_actions(session, chosen.scopes),
        head=queries.head(session),
    )


@bp.post("/admin/ledger/verify")
@permission_required("ledger.view")
def verify_log() -> ResponseReturnValue:
    """Check the whole chain now, and each room's rows against it."""
    session = db.session()
    session.rollback()  # this request changes nothing and must not hold writers up
    set_writing(writing=False)
    verdict = services.verify(session, release=True)
    if verdict.fault is not None:
        flash(_fault_text(verdict.fault), "danger")
    else:
        count = verdict.count
        flash(
            _("Checked: %(count)s entries, none was changed.", count=count), "success"
        )
    for problem in services.list_disagreements(session):
        flash(_("Does not agree with the ledger: %(what)s", what=problem), "danger")
    return redirect(url_for(".show_log"))


@bp.get("/admin/ledger/checkpoint.json")
@permission_required("ledger.view")
def download_checkpoint() -> ResponseReturnValue:
    """Hand out the signed head, to be kept where the log is not."""
    made = services.make_checkpoint(db.session(), now=datetime.now(UTC))
    response = Response(canonical(asdict(made)), content_type="application/json")
    name = f"jiangcai-checkpoint-{made.seq}.json"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _visible_scopes() -> tuple[str, ...] | None:
    """Return the scopes the user may read; None is everywhere."""
    held = allowed_scopes("ledger.view")
    if EVERYWHERE in held:
        return None
    # Who watches over a competition watches over its events.
    events = list_event_uids(db.session(), held)
    return (
        *(f"{scope.kind}:{scope.key}" for scope in held),
        *(f"event:{uid}" for uid in events),
    )


def _names(session: Session, links: Sequence[Link]) -> dict[str, str]:
    """Return the names shown of the users who acted, by their uid."""
    uids = {link.actor for link in links if link.actor_kind == "human"}
    rows = session.execute(
        select(User.uid, User.display_name).where(User.uid.in_(uids))
    )
    return dict(rows.all())


def _fault_text(fault: Fault) -> str:
    texts = {
        FaultKind.MISSING: _("Entry %(seq)s is missing.", seq=fault.seq),
        FaultKind.UNLINKED: _(
            "Entry %(seq)s does not follow from the one before it.", seq=fault.seq
        ),
    }
    texts |= {
        FaultKind.CUT_OFF: _(
            "Entry %(seq)s is in a checkpoint, and the ledger ends before it.",
            seq=fault.seq,
        ),
        FaultKind.REPLACED: _(
            "Entry %(seq)s is another one than its checkpoint was signed for: the "
            "ledger was written anew.",
            seq=fault.seq,
        ),
    }
    changed = _("Entry %(seq)s was changed after it was written.", seq=fault.seq)
    return str(texts.get(fault.kind, changed))
