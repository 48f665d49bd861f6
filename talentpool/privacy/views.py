"""One's own data; who looked at whose; the register; erasing by two."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

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
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    INSTALLATION,
    NavItem,
    current_actor,
    login_required_only,
    permission_required,
    public,
    signed_in_user,
)
from extensions import LOCAL, db, limiter
from paging import Pages
from people.consent.queries import find_consent, list_consents
from people.consent.rules import NOTICES, PURPOSES, guardian_part
from people.consent.services import give_consent
from people.persons.models import Person
from talentpool.dossiers.queries import find_by_person
from talentpool.privacy import forms, queries
from talentpool.privacy.models import Erasure
from talentpool.privacy.rules.looks import find_anomalies, per_user
from talentpool.privacy.rules.register import load_register
from talentpool.privacy.services import erase, export, retain
from talentpool.privacy.services.withdraw import restore, withdraw

bp = Blueprint("privacy", __name__, url_prefix="/privacy")

NAV = (
    NavItem(_l("My data"), "talentpool.privacy.show_mine", "login", 80),
    NavItem(_l("Looks"), "talentpool.privacy.list_looks", "looks.view", 96),
    NavItem(_l("Erasures"), "talentpool.privacy.list_erasures", "privacy.decide", 97),
)
LABELS = forms.LABELS
DAYS = 30  # how far back looks are listed
LOOKS_A_PAGE = 50


@bp.get("/mine")
@login_required_only
def show_mine() -> ResponseReturnValue:
    """Show what one agreed to, who saw one's sensitive fields, and what one may ask."""
    session, now, person = db.session(), datetime.now(UTC), signed_in_user().person
    since = now - timedelta(days=365)
    looks = (
        queries.list_looks(session, since=since, person=person.uid) if person else []
    )
    return render_template(
        "talentpool/privacy/show_mine.html",
        person=person,
        purposes=PURPOSES,
        notices=NOTICES,
        held={
            p: find_consent(session, person_id=person.id, purpose=p) if person else None
            for p in PURPOSES
        },
        history=list_consents(session, person.id) if person else [],
        looks=looks[::-1][:50],
        openings=queries.list_openings_of(session, person.id, since=since)
        if person
        else [],
        names=queries.names_of_users(session, [look.by for look in looks]),
        waiting=queries.find_open_erasure(session, person.id) if person else None,
        labels=LABELS,
    )


@bp.route("/mine/<purpose>", methods=["GET", "POST"])
@login_required_only
def show_consent(purpose: str) -> ResponseReturnValue:
    """Show the text of one purpose, and give or withdraw one's consent to it."""
    session, now, person = db.session(), datetime.now(UTC), _own_or_404()
    if purpose not in PURPOSES:
        abort(404)
    held = find_consent(session, person_id=person.id, purpose=purpose)
    part = guardian_part(person.birth_date, now.astimezone(LOCAL).date())
    form = forms.MinorConsentForm() if part else forms.ConsentForm()
    guardian = (form["guardian"].data or "") if part else ""
    if form.validate_on_submit():
        actor = current_actor()
        if held is not None and not (guardian and not held.guardian):
            withdraw(session, person=person, purpose=purpose, actor=actor, now=now)
            flash(_("Withdrawn. What was done before stays lawful."), "success")
        else:
            give_consent(
                session,
                person=person,
                purpose=purpose,
                version=NOTICES[purpose],
                guardian=guardian,
                now=now,
                actor=actor,
            )
            restore(session, person=person)
            flash(_("Your consent is on record."), "success")
        db.session.commit()
        return redirect(url_for(".show_mine"))
    page = render_template(
        "talentpool/privacy/show_consent.html",
        purpose=purpose,
        version=NOTICES[purpose],
        held=held,
        craftsman=find_by_person(session, person.id),
        guardian=part,
        form=form,
        labels=LABELS,
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/mine/export.zip")
@login_required_only
@limiter.limit("10 per hour", methods=["POST"])
def download_own() -> ResponseReturnValue:
    """Hand out everything that is kept about oneself."""
    session, now, person = db.session(), datetime.now(UTC), _own_or_404()
    data = export.make_export(session, person, now=now)
    export.log_export(session, person, size=len(data), actor=current_actor(), now=now)
    db.session.commit()
    response = Response(data, content_type="application/zip")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=jiangcai-{now:%Y%m%d}.zip"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.route("/mine/erase", methods=["GET", "POST"])
@login_required_only
def ask_erasure() -> ResponseReturnValue:
    """Ask to be erased; two officers decide."""
    person, form = _own_or_404(), forms.AskForm()
    if form.validate_on_submit():
        erase.ask(
            db.session(),
            person,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
        db.session.commit()
        flash(_("Your wish is on record. Two officers decide about it."), "success")
        return redirect(url_for(".show_mine"))
    page = render_template("talentpool/privacy/ask_erasure.html", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.get("/register")
@public
def show_register() -> ResponseReturnValue:
    """Show what is kept of persons: what for, on what ground, how long."""
    return render_template(
        "talentpool/privacy/show_register.html",
        register=load_register(),
        language=_language(),
        labels=LABELS,
    )


@bp.get("/looks")
@permission_required("looks.view", within=INSTALLATION)
def list_looks() -> ResponseReturnValue:
    """List who saw masked fields in clear, and which looks stand out."""
    session = db.session()
    looks = queries.list_looks(session, since=datetime.now(UTC) - timedelta(days=DAYS))
    anomalies = find_anomalies(looks)
    since = datetime.now(UTC) - timedelta(days=DAYS)
    openings = queries.list_openings(session, since=since)
    only = request.args.get("only", "1") == "1"
    by = request.args.get("by", "")
    found = [
        look
        for look in looks[::-1]
        if (not only or look.seq in anomalies) and by in ("", look.by)
    ]
    number = max(request.args.get("page", 1, int), 1)
    page = Pages(number, len(found), LOOKS_A_PAGE)
    shown = found[page.part]
    return render_template(
        "talentpool/privacy/list_looks.html",
        looks=shown,
        page=page,
        page_url=lambda number: url_for(
            ".list_looks", page=number, only=int(only), by=by or None
        ),
        by=by,
        count=len(looks),
        anomalies=anomalies,
        per_user=per_user(looks),
        openings=openings,
        only=only,
        days=DAYS,
        users=queries.names_of_users(
            session, [*(look.by for look in looks), *(o.user for o in openings)]
        ),
        persons=queries.names_of_persons(session, [look.at_whom for look in shown]),
        labels=LABELS,
    )


@bp.get("/erasures")
@permission_required("privacy.decide", within=INSTALLATION)
def list_erasures() -> ResponseReturnValue:
    """List the wishes to be erased, and what retention removed."""
    session = db.session()
    wishes = queries.list_erasures(session)
    uids = [u for w in wishes for u in (w.asked_by, w.confirmed_by, w.done_by)]
    return render_template(
        "talentpool/privacy/list_erasures.html",
        wishes=wishes,
        proofs={w.id: list(_told(json.loads(w.proof))) for w in wishes if w.proof},
        language=_language(),
        names=queries.names_of_users(session, uids),
        due=retain.list_due(session, datetime.now(UTC)),
        purges=queries.list_purges(session),
        form=forms.DecideForm(),
        labels=LABELS,
    )


@bp.post("/erasures/<erasure_uid>/<step>")
@permission_required("privacy.decide", within=INSTALLATION)
def decide_erasure(erasure_uid: str, step: str) -> ResponseReturnValue:
    """Confirm, carry out or decline a wish to be erased."""
    wish, form = _wish_or_404(erasure_uid), forms.DecideForm()
    session, actor, now = db.session(), current_actor(), datetime.now(UTC)
    if step == "confirm":
        erase.confirm(session, wish, actor=actor, now=now)
    elif step == "carry-out":
        erase.carry_out(session, wish, actor=actor, now=now)
    elif step == "decline":
        answer = (form.answer.data or "").strip()
        if not answer:
            flash(_("Name the duty that stands against it."), "danger")
            return redirect(url_for(".list_erasures"))
        erase.decline(session, wish, answer=answer[:200], actor=actor, now=now)
    else:
        abort(404)
    db.session.commit()
    flash(_("Done, and on record."), "success")
    return redirect(url_for(".list_erasures"))


def _told(proof: Mapping[str, Mapping[str, int]]) -> Iterator[dict[str, Any]]:
    """Yield what a proof says of each table, with its name in words."""
    entries = load_register().entries
    for table, columns in proof.items():
        entry = entries.get(table)
        yield {
            "title": entry.title if entry else {"en": table, "zh": table},
            "rows": max(columns.values()),
            "table": table,
            "columns": sorted(columns),
        }


def _language() -> str:
    return "zh" if str(get_locale()).startswith("zh") else "en"


def _own_or_404() -> Person:
    person = signed_in_user().person
    if person is None:
        abort(404)
    return person


def _wish_or_404(uid: str) -> Erasure:
    wish = queries.find_erasure(db.session(), uid)
    if wish is None:
        abort(404)
    return wish
