"""Handing out bundles and checkpoints, and telling the public how to check a result."""

import json
from contextlib import ExitStack
from datetime import UTC, datetime
from hashlib import sha256
from tempfile import TemporaryFile

from flask import Blueprint, Response, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from accounts.access.services import (
    current_actor,
    is_allowed,
    permission_required,
    public,
)
from accounts.roles.rules import Scope
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import find_event, scopes_of
from extensions import db, reading
from ledger.signatures.services import public_key_hex
from scoring.bundle import queries
from scoring.bundle.forms import BundleForm
from scoring.bundle.queries import Row
from scoring.bundle.services.checkpoints import PUBLISHED
from scoring.bundle.services.contents import is_decoded
from scoring.bundle.services.make import Wanted, log_bundle, make_bundle, program
from scoring.results.queries import find_current
from scoring.results.services.gate import list_disagreeing

bp = Blueprint("bundle", __name__)
# A bundle holds every mark: while they are being given nobody takes them away.
READY = frozenset({life.LOCKED, life.DECODED, life.PUBLISHED})


@bp.get("/events/<event_uid>/bundle")
@permission_required("bundle.make", within="event")
def show_bundle(event_uid: str) -> ResponseReturnValue:
    """Offer the bundle and the checkpoints of an event."""
    event = _event_or_404(event_uid)
    return render_template(
        "scoring/bundle/show_bundle.html",
        event=event,
        form=BundleForm(formdata=None),
        is_ready=event.state in READY,
        may_name=_may_name(event),
        checkpoints=queries.list_checkpoints(db.session(), event)[::-1],
        is_doubted=bool(list_disagreeing(db.session(), [event])),
        public_key=public_key_hex(),
        program=sha256(program()).hexdigest(),
    )


@bp.post("/events/<event_uid>/bundle")
@permission_required("bundle.make", within="event")
def make(event_uid: str) -> ResponseReturnValue:
    """Make the bundle and hand it out; that it was is on record."""
    event, form = _event_or_404(event_uid), BundleForm()
    if event.state not in READY or not form.validate_on_submit():
        abort(409)
    if form.names.data and not _may_name(event):
        abort(403)
    wanted = Wanted(names=bool(form.names.data), whole_log=bool(form.whole_log.data))
    now, actor = datetime.now(UTC), current_actor()
    # Making it takes a while, in which others may write: only then comes our own row.
    db.session.commit()
    with ExitStack() as open_files:
        file = open_files.enter_context(TemporaryFile())
        with reading():
            event = _event_or_404(event_uid)
            digest = make_bundle(
                db.session(), event=event, out=file, now=now, wanted=wanted
            )
            db.session.commit()
        log_bundle(
            db.session(),
            event=_event_or_404(event_uid),
            digest=digest,
            wanted=wanted,
            actor=actor,
            now=now,
        )
        db.session.commit()
        file.seek(0)
        answer = send_file(
            file,
            mimetype="application/zip",
            as_attachment=True,
            download_name=f"bundle-{event_uid[:8]}-{now:%Y%m%d-%H%M%S}.zip",
        )
        answer.call_on_close(open_files.pop_all().close)
    return answer


@bp.get("/events/<event_uid>/bundle/checkpoints/<int:number>")
@permission_required("bundle.make", within="event")
def download_checkpoint(event_uid: str, number: int) -> ResponseReturnValue:
    """Hand out one checkpoint, for the supervisor's own keeping."""
    event = _event_or_404(event_uid)
    kept = queries.list_checkpoints(db.session(), event)
    found = next((row for row in kept if row["seq"] == number), None) or abort(404)
    return _checkpoint_file(found)


@bp.get("/results/<event_uid>/verify")
@public
def show_how(event_uid: str) -> ResponseReturnValue:
    """Tell how anybody can check a published result without trusting us."""
    event = _event_or_404(event_uid)
    current = find_current(db.session(), event.id) or abort(404)
    return render_template(
        "scoring/bundle/show_how.html",
        event=event,
        current=current,
        checkpoint=_published_checkpoint(event),
        public_key=public_key_hex(),
        program=sha256(program()).hexdigest(),
    )


@bp.get("/results/<event_uid>/checkpoint.json")
@public
def download_published(event_uid: str) -> ResponseReturnValue:
    """Hand out the checkpoint made when the result was published."""
    event = _event_or_404(event_uid)
    if find_current(db.session(), event.id) is None:
        abort(404)
    return _checkpoint_file(_published_checkpoint(event) or abort(404))


@bp.get("/verify.py")
@public
def download_program() -> ResponseReturnValue:
    """Hand out the verifier, apart from any bundle."""
    return _attachment(program(), "text/x-python", "verify.py")


def _published_checkpoint(event: Event) -> Row | None:
    kept = queries.list_checkpoints(db.session(), event)
    return next((row for row in kept[::-1] if row["cause"] == PUBLISHED), None)


def _checkpoint_file(row: Row) -> Response:
    names = ("seq", "hash", "at", "public_key", "signature")
    text = json.dumps({name: row[name] for name in names}, indent=1) + "\n"
    name = f"checkpoint-{row['seq']}.json"
    return _attachment(text.encode(), "application/json", name)


def _attachment(data: bytes, mimetype: str, name: str) -> Response:
    return Response(
        data,
        content_type=f"{mimetype}; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _event_or_404(uid: str) -> Event:
    return find_event(db.session(), uid) or abort(404)


def _may_name(event: Event) -> bool:
    here = [Scope("event", event.uid), *scopes_of(event.competition)]
    return is_decoded(event) and is_allowed("results.view", here)
