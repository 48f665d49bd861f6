"""The signed head of each day: kept by night, listed, printed for two to sign.

A sheet in other hands shows a log that was quietly written anew, even by somebody who
holds the server and its key.
"""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from extensions import LOCAL, db
from ledger.log import queries, services
from ledger.log.rules import Kept, missing_numbers
from ledger.signatures.services import public_key_hex
from paging import PER_PAGE, Pages
from paper import in_groups, language, make_pdf, page_words, send_pdf
from scoring.results.services.checkpoints import (
    checkpoint_code,
    checkpoint_data,
    checkpoint_words,
)

bp = Blueprint("checkpoints", __name__, url_prefix="/admin/ledger/checkpoints")

_SHEET = "ledger/log/checkpoint.typ"


@bp.get("")
@permission_required("ledger.view")
def list_checkpoints() -> ResponseReturnValue:
    """List the signed heads of all days, the newest first."""
    kept = queries.list_kept(db.session())
    today = _today(datetime.now(UTC)).isoformat()
    asked = max(request.args.get("page", 1, type=int), 1)
    page = Pages(asked, len(kept), PER_PAGE)
    return render_template(
        "ledger/log/list_checkpoints.html",
        kept=kept[::-1][(page.page - 1) * PER_PAGE : page.page * PER_PAGE],
        page=page,
        page_url=lambda number: url_for(".list_checkpoints", page=number),
        faults=_faults(kept),
        is_kept_today=any(item.day == today for item in kept),
        public_key=public_key_hex(),
    )


@bp.post("")
@permission_required("ledger.view")
def keep() -> ResponseReturnValue:
    """Keep today's head now, where no nightly run has."""
    now = datetime.now(UTC)
    kept = services.keep_checkpoint(
        db.session(), day=_today(now), actor=current_actor(), now=now
    )
    db.session.commit()
    flash(_("Checkpoint %(number)s is kept.", number=kept.number), "success")
    return redirect(url_for(".list_checkpoints"))


@bp.get("/<int:number>.pdf")
@permission_required("ledger.view")
def print_checkpoint(number: int) -> ResponseReturnValue:
    """Return the sheet of a day: head, signature, code, and lines for two to sign."""
    kept = _kept_or_404(number)
    name = f"{_('Checkpoint of the day')} {kept.day}"
    return send_pdf(_sheet(kept), name, f"checkpoint-{kept.day}")


@bp.get("/<int:number>.json")
@permission_required("ledger.view")
def download_checkpoint(number: int) -> ResponseReturnValue:
    """Hand out what `jiangcai verify --checkpoint` takes."""
    kept = _kept_or_404(number)
    text = json.dumps(asdict(kept.checkpoint), indent=1) + "\n"
    response = Response(text, content_type="application/json")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=checkpoint-{kept.day}.json"
    )
    return response


def _faults(kept: list[Kept]) -> list[str]:
    """Return what is wrong with the kept ones, in the reader's language."""
    return [
        *(
            _("Checkpoint %(number)s is missing.", number=n)
            for n in missing_numbers(kept)
        ),
        *(
            _(
                "Checkpoint %(number)s of %(day)s: its signature is wrong.",
                number=item.number,
                day=item.day,
            )
            for item in services.list_forged(kept, public_key_hex())
        ),
    ]


def _sheet(kept: Kept) -> bytes:
    made = kept.checkpoint
    day = date.fromisoformat(kept.day)
    at = datetime.fromisoformat(made.at).astimezone(LOCAL)
    data = {
        "lang": language(),
        "title": f"{_('Checkpoint of the day')} {kept.day}",
        "day": format_date(day, "full"),
        "facts": [
            [_("Number of the checkpoint"), str(kept.number)],
            [_("Entries of the ledger up to here"), str(made.seq)],
            [_("Signed on"), at.strftime("%Y-%m-%d %H:%M:%S")],
            [_("Digest of the newest entry"), in_groups(made.hash, 64)],
            [_("Public key of this installation (Ed25519)"), made.public_key],
            [_("Signature (Ed25519)"), made.signature],
        ],
        "short": in_groups(made.hash, 16),
        "checkpoint": checkpoint_data(made),
        "words": {
            **checkpoint_words(),
            "title": _("Checkpoint of the day"),
            "compare": _("To compare by eye"),
            "first": _("Signed by (1)"),
            "second": _("Signed by (2)"),
            "office": _("Office"),
            "date": _("Date and time"),
            "say": _(
                "We have compared number and characters with the page Checkpoints of "
                "the ledger, and keep this sheet where those who run the system cannot "
                "change it."
            ),
        },
        "page": page_words(),
    }
    return make_pdf(_SHEET, data, {"checkpoint.png": checkpoint_code(made)})


def _kept_or_404(number: int) -> Kept:
    return queries.find_kept(db.session(), number) or abort(404)


def _today(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
