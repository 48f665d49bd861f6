"""Editing a dossier's head, its history, what it said on a day, and its paper."""

from datetime import UTC, date, datetime
from functools import partial

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from accounts.access.services import current_actor, permission_required
from errors import DomainError
from extensions import LOCAL, db
from paper import send_pdf
from people.codes.queries import find_occupation, list_items, list_levels
from people.districts.queries import find_district, list_within
from people.units.services import register_unit
from talentpool.dossiers import queries as dossiers
from talentpool.dossiers.models import Craftsman, HonourAward
from talentpool.dossiers.services import facts
from talentpool.dossiers.views import opened_or_404
from talentpool.life.forms.head import HeadForm
from talentpool.life.forms.labels import LABELS, causes_text
from talentpool.life.forms.lines import describe
from talentpool.life.forms.shown import HEAD_SHOWN, field_label, show_value
from talentpool.life.forms.state import AcceptForm, RevokeForm
from talentpool.life.services import heads
from talentpool.life.services.dossier_pdf import Words, dossier_pdf
from talentpool.life.services.history import list_changes
from talentpool.life.services.then import show_then
from talentpool.life.views.common import bp, get_or_404


@bp.route("/craftsmen/<craftsman_uid>/head", methods=["GET", "POST"])
@permission_required("pool.edit", within="craftsman")
def edit_head(craftsman_uid: str) -> ResponseReturnValue:
    """Change unit, post, trade, contact and the like, from a day, with a reason."""
    craftsman, form = get_or_404(craftsman_uid), HeadForm()
    session, now = db.session(), datetime.now(UTC)
    form.today = now.astimezone(LOCAL).date()
    form.prepare(
        craftsman,
        districts=_districts(craftsman),
        education=list_items(session, "education"),
        politics=list_items(session, "politics"),
        today=form.today,
    )
    if form.validate_on_submit() and _is_occupation(form):
        try:
            changed = _edit(craftsman, form, now)
        except DomainError as error:
            session.rollback()
            form.form_errors.append(error.message)
        else:
            session.commit()
            flash(
                _("Changed; the history keeps what it was.")
                if changed
                else _("Nothing was different."),
                "success" if changed else "info",
            )
            return redirect(_dossier(craftsman))
    status = 422 if form.errors or form.form_errors else 200
    return (
        render_template(
            "talentpool/life/edit_head.html", craftsman=craftsman, form=form
        ),
        status,
    )


@bp.get("/craftsmen/<craftsman_uid>/history")
@permission_required("pool.view", within="craftsman")
def show_history(craftsman_uid: str) -> ResponseReturnValue:
    """Show every change: field, old, new, who, when, reason and document."""
    craftsman = opened_or_404(craftsman_uid, "history")
    return render_template(
        "talentpool/life/show_history.html",
        craftsman=craftsman,
        changes=list_changes(db.session(), craftsman),
        labels=LABELS,
        describe=describe,
        field_label=field_label,
        causes_text=causes_text,
        show_value=partial(_in_words, craftsman),
    )


@bp.get("/craftsmen/<craftsman_uid>/as-of")
@permission_required("pool.view", within="craftsman")
def show_as_of(craftsman_uid: str) -> ResponseReturnValue:
    """Show the dossier as it was known on a day."""
    craftsman = opened_or_404(craftsman_uid, "as_of")
    today = datetime.now(LOCAL).date()
    asked, faults = _days(today)
    known_on = asked.get("as_of", today)
    then = show_then(
        db.session(),
        craftsman,
        known_on=known_on,
        valid_on=asked.get("valid_on", known_on),
    )
    return (
        render_template(
            "talentpool/life/show_as_of.html",
            craftsman=craftsman,
            then=then,
            faults=faults,
            today=today,
            labels=LABELS,
            describe=describe,
            field_label=field_label,
            head=[
                (field_label(name), _in_words(craftsman, name, then.head[name]))
                for name in HEAD_SHOWN
            ],
        ),
        422 if faults else 200,
    )


@bp.get("/craftsmen/<craftsman_uid>/dossier.pdf")
@permission_required("pool.view", within="craftsman")
def print_dossier(craftsman_uid: str) -> ResponseReturnValue:
    """Send the dossier on A4, with masks."""
    craftsman = opened_or_404(craftsman_uid, "pdf")
    words = Words(describe, LABELS)
    pdf = dossier_pdf(db.session(), craftsman, now=datetime.now(UTC), words=words)
    return send_pdf(pdf, craftsman.certificate_number, craftsman.certificate_number)


@bp.route(
    "/craftsmen/<craftsman_uid>/honours/<fact_uid>/revoke", methods=["GET", "POST"]
)
@permission_required("pool.edit", within="craftsman")
def revoke_honour(craftsman_uid: str, fact_uid: str) -> ResponseReturnValue:
    """Take an honour away, from a day, by a document, with the reason."""
    craftsman, form = get_or_404(craftsman_uid), RevokeForm()
    session, today = db.session(), datetime.now(LOCAL).date()
    honour = dossiers.find_fact(session, craftsman, "honour", fact_uid)
    if not isinstance(honour, HonourAward) or honour.revocation:
        abort(404)
    if form.validate_on_submit() and form.on.data is not None:
        awarded = honour.awarded_on or date.min
        if awarded <= form.on.data <= today:
            why = heads.Why(
                on=form.on.data,
                reason=form.reason.data or "",
                document=form.document.data or "",
            )
            heads.revoke_honour(
                session, honour, why=why, actor=current_actor(), now=datetime.now(UTC)
            )
            session.commit()
            flash(_("Revoked. The award stays in the history."), "success")
            return redirect(_dossier(craftsman))
        form.on.errors = [_("Not before the award and not after today.")]
    return (
        render_template(
            "talentpool/life/revoke_honour.html",
            craftsman=craftsman,
            honour=honour,
            form=form,
        ),
        422 if form.errors else 200,
    )


@bp.post("/craftsmen/<craftsman_uid>/facts/<kind>/<fact_uid>/dispute")
@permission_required("pool.edit", within="craftsman")
def dispute_fact(craftsman_uid: str, kind: str, fact_uid: str) -> ResponseReturnValue:
    """Flag a record that its evidence does not bear out, with the reason."""
    craftsman, form = get_or_404(craftsman_uid), AcceptForm()
    fact = dossiers.find_fact(db.session(), craftsman, kind, fact_uid)
    if fact is None:
        abort(404)
    if not form.validate_on_submit():
        flash(_("Give the reason."), "danger")
        return redirect(_dossier(craftsman))
    facts.dispute_fact(
        db.session(),
        fact,
        reason=form.reason.data or "",
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("Marked as disputed; it counts for nothing until it is verified."), "info")
    return redirect(_dossier(craftsman))


def _edit(craftsman: Craftsman, form: HeadForm, now: datetime) -> bool:
    session, actor = db.session(), current_actor()
    person = form.person_values()
    if form.unit_code.data:
        person["unit"] = register_unit(
            session,
            name=form.unit_name.data or "",
            credit_code=form.unit_code.data,
            district_code=form.district_code.data,
            now=now,
            actor=actor,
        )
    why = heads.Why(
        on=form.on.data or form.today,
        reason=form.reason.data or "",
        document=form.document.data or "",
    )
    return heads.edit_head(
        session,
        craftsman,
        head=form.head_values(),
        person=person,
        why=why,
        actor=actor,
        now=now,
    )


def _districts(craftsman: Craftsman) -> list[SelectChoice]:
    """Offer the places of the same city: a move beyond it is an exit."""
    city = f"{craftsman.district_code[:4]}00"
    places = list_within(db.session(), city) or [craftsman.district]
    return [SelectChoice(place.code, place.name) for place in places]


def _is_occupation(form: HeadForm) -> bool:
    code = form.occupation.data or ""
    if find_occupation(db.session(), code) is not None:
        return True
    form.occupation.errors = [_("The 2022 edition has no occupation with this code.")]
    return False


def _days(today: date) -> tuple[dict[str, date], list[str]]:
    found, faults = {}, []
    for name in ("as_of", "valid_on"):
        text = request.args.get(name, "").strip()
        if not text:
            continue
        try:
            day = date.fromisoformat(text)
        except ValueError:
            faults.append(_("%(text)s is no day; write 2025-06-30.", text=text[:20]))
            continue
        if name == "as_of" and day > today:
            faults.append(_("What will be known later is not known today."))
        elif day.year < 1900:
            faults.append(_("%(text)s is no day; write 2025-06-30.", text=text[:20]))
        else:
            found[name] = day
    return found, faults


def _dossier(craftsman: Craftsman) -> str:
    return url_for("talentpool.dossiers.show_dossier", craftsman_uid=craftsman.uid)


def _in_words(craftsman: Craftsman, name: str, value: str) -> str:
    """Return a kept value in words; codes of places, trades and levels by name."""
    session = db.session()
    if name == "district_code" and (district := find_district(session, value)):
        return district.name
    if name == "occupation_code":
        edition = craftsman.occupation_edition
        if occupation := find_occupation(session, value, edition):
            return f"{occupation.name} ({value})"
    if name == "level_code":
        levels = {level.code: level.name for level in list_levels(session)}
        return levels.get(value, value)
    return show_value(name, value)
