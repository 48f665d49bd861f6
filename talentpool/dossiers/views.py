"""The dossier page, its facts and its masked fields."""

from collections.abc import Iterable
from datetime import UTC, datetime

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    current_actor,
    is_allowed,
    login_required_only,
    permission_required,
    resolves,
    signed_in_user,
)
from accounts.roles.rules import Scope
from extensions import LOCAL, db, set_writing
from ledger.log.queries import list_for_subject
from people.attachments.services import send_attachment, store
from people.codes.queries import list_honours, list_levels
from people.codes.rules import OLD_SCALE
from people.persons.queries import open_id_number, open_phone
from people.persons.rules import mask_id, mask_phone
from talentpool.dossiers import queries
from talentpool.dossiers.forms import (
    FORMS,
    LABELS,
    OLD_PREFIX,
    FactForm,
    RevealForm,
)
from talentpool.dossiers.models import Craftsman, Fact, SkillCertificate
from talentpool.dossiers.rules import full_years, wan_text
from talentpool.dossiers.services import checks, craftsmen, facts
from talentpool.dossiers.services.looks import note_look
from talentpool.dossiers.services.panels import panels

bp = Blueprint("dossiers", __name__, url_prefix="/pool")

SHEET = "scoring.results.show_sheet"  # the signed sheet of one published entry


@resolves("craftsman")
def _craftsman_places(session: Session, uid: str) -> Iterable[Scope] | None:
    craftsman = queries.find_craftsman(session, uid)
    return None if craftsman is None else queries.places_of(craftsman)


def get_or_404(uid: str) -> Craftsman:
    """Return the craftsman of an address."""
    craftsman = queries.find_craftsman(db.session(), uid)
    if craftsman is None:
        abort(404)
    return craftsman


def opened_or_404(uid: str, page: str) -> Craftsman:
    """Return the craftsman of an address; that somebody else opens it is noted."""
    session, user = db.session(), signed_in_user()
    craftsman = get_or_404(uid)
    if user.person_id is None or user.person_id != craftsman.person_id:
        # A transaction of its own, so that a page which is read holds no lock.
        session.commit()
        set_writing(writing=True)
        note_look(session, craftsman, user=user, page=page, now=datetime.now(UTC))
        session.commit()
        set_writing(writing=False)
    return get_or_404(uid)


@bp.get("/craftsmen/<craftsman_uid>")
@permission_required("pool.view", within="craftsman")
def show_dossier(craftsman_uid: str) -> ResponseReturnValue:
    """Show a dossier; the address of one that was merged leads to the kept one."""
    craftsman = opened_or_404(craftsman_uid, "dossier")
    if craftsman.uid != craftsman_uid:
        return redirect(url_for(".show_dossier", craftsman_uid=craftsman.uid))
    return _dossier_page(craftsman, RevealForm())


@bp.get("/mine")
@login_required_only
def show_mine() -> ResponseReturnValue:
    """Show one's own dossier to the person it is about."""
    person_id = signed_in_user().person_id
    own = person_id and queries.find_by_person(db.session(), person_id)
    if not own:
        return render_template("talentpool/dossiers/no_dossier.html")
    return _dossier_page(own, None)


@bp.post("/craftsmen/<craftsman_uid>/reveal")
@permission_required("pool.reveal", within="craftsman")
def reveal(craftsman_uid: str) -> ResponseReturnValue:
    """Show one masked field in clear, once; the purpose goes into the log."""
    craftsman, form = get_or_404(craftsman_uid), RevealForm()
    if not form.validate_on_submit():
        return _dossier_page(craftsman, form), 422
    value = craftsmen.reveal(
        db.session(),
        craftsman,
        field=form.field.data,
        purpose=form.purpose.data or "",
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    return render_template(
        "talentpool/dossiers/reveal.html",
        craftsman=craftsman,
        field=form.field.data,
        value=value,
        purpose=form.purpose.data,
    )


@bp.route("/craftsmen/<craftsman_uid>/facts/<kind>/new", methods=["GET", "POST"])
@permission_required("pool.edit", within="craftsman")
def add_fact(craftsman_uid: str, kind: str) -> ResponseReturnValue:
    """Add a certificate, honour, competition, achievement or studio."""
    craftsman, form = get_or_404(craftsman_uid), make_form(kind)
    if form.validate_on_submit():
        now, actor = datetime.now(UTC), current_actor()
        fact = facts.add_fact(
            db.session(),
            queries.KINDS[kind],
            craftsman=craftsman,
            values=form.values(),
            actor=actor,
            now=now,
            verified=form.verified.data,
        )
        store_document(form, fact, now)
        db.session.commit()
        flash(_("Recorded."), "success")
        _warn(fact)
        return redirect(url_for(".show_dossier", craftsman_uid=craftsman.uid))
    return _fact_page(craftsman, kind, form, None)


@bp.route("/craftsmen/<craftsman_uid>/facts/<kind>/<fact_uid>", methods=["GET", "POST"])
@permission_required("pool.edit", within="craftsman")
def correct_fact(craftsman_uid: str, kind: str, fact_uid: str) -> ResponseReturnValue:
    """Correct a fact: a new one takes its place, the old one stays in the history."""
    craftsman = get_or_404(craftsman_uid)
    fact = queries.find_fact(db.session(), craftsman, kind, fact_uid)
    if fact is None:
        abort(404)
    form = make_form(kind, fact)
    if form.validate_on_submit():
        now = datetime.now(UTC)
        if not form.correction.data:
            form.correction.errors = [_("Say why the record is corrected.")]
            return _fact_page(craftsman, kind, form, fact)
        corrected = facts.correct_fact(
            db.session(),
            fact,
            values=form.values(),
            reason=form.correction.data,
            actor=current_actor(),
            now=now,
            verified=form.verified.data,
        )
        store_document(form, corrected, now)
        db.session.commit()
        flash(_("Corrected. The earlier record stays in the history."), "success")
        _warn(corrected)
        return redirect(url_for(".show_dossier", craftsman_uid=craftsman.uid))
    return _fact_page(craftsman, kind, form, fact)


@bp.post("/craftsmen/<craftsman_uid>/facts/<kind>/<fact_uid>/verify")
@permission_required("pool.edit", within="craftsman")
def verify_fact(craftsman_uid: str, kind: str, fact_uid: str) -> ResponseReturnValue:
    """Say that a fact was checked against its document."""
    craftsman = get_or_404(craftsman_uid)
    fact = queries.find_fact(db.session(), craftsman, kind, fact_uid)
    if fact is None:
        abort(404)
    actor, now = current_actor(), datetime.now(UTC)
    facts.verify_fact(db.session(), fact, actor=actor, now=now)
    db.session.commit()
    flash(_("Verified."), "success")
    return redirect(url_for(".show_dossier", craftsman_uid=craftsman.uid))


@bp.get("/craftsmen/<craftsman_uid>/evidence/<evidence_uid>")
@permission_required("pool.view", within="craftsman")
def show_evidence(craftsman_uid: str, evidence_uid: str) -> ResponseReturnValue:
    """Show the scan of a document."""
    piece = queries.find_evidence(db.session(), evidence_uid)
    if piece is None or piece.attachment is None:
        abort(404)
    if piece.craftsman.uid != craftsman_uid:
        abort(404)
    opened_or_404(craftsman_uid, "evidence")
    return send_attachment(piece.attachment)


def make_form(kind: str, fact: Fact | None = None) -> FactForm:
    """Return the form of a kind of fact, with its choices; 404 where there is none."""
    if kind not in FORMS:
        abort(404)
    form = FORMS[kind](obj=fact)
    if kind == "certificate":
        levels = list_levels(db.session())
        form["level_code"].choices = [
            *(SelectChoice(level.code, level.name) for level in levels),
            *(
                SelectChoice(f"{OLD_PREFIX}{grade}", LABELS["old_level"][grade])
                for grade in OLD_SCALE
            ),
        ]
        printed = getattr(fact, "printed_level", "")
        if printed and not form.is_submitted():
            form["level_code"].data = f"{OLD_PREFIX}{printed}"
    if kind == "honour":
        catalogue = [
            SelectChoice(str(h.id), h.name) for h in list_honours(db.session())
        ]
        form["honour_id"].choices = [
            SelectChoice("0", _("Not in the catalogue")),
            *catalogue,
        ]
    benefit = getattr(fact, "benefit_yuan", None)
    if benefit is not None and not form.is_submitted():
        form["benefit"].raw_data = [wan_text(benefit)]
    return form


def store_document(form: FactForm, fact: Fact, now: datetime) -> None:
    """Keep the file of a form beside the fact; it is verified with the fact."""
    upload = form.document_file.data
    if not upload:
        return
    attachment = store(
        db.session(),
        data=upload.read(),
        file_name=upload.filename or "document",
        kind="pool_evidence",
        uploaded_by=signed_in_user().uid,
        now=now,
    )
    facts.add_evidence(
        db.session(),
        fact,
        title=attachment.file_name[:120],
        attachment=attachment,
        actor=current_actor(),
        now=now,
        verified=fact.state == "verified",
    )


def _warn(fact: Fact) -> None:
    """Say what is odd about a certificate that was just recorded all the same."""
    if isinstance(fact, SkillCertificate):
        today = datetime.now(LOCAL).date()
        odd = checks.check_certificates(db.session(), [fact], today)
        for code in odd.get(fact.uid, []):
            flash(LABELS["certificate_warning"][code], "warning")


def _dossier_page(craftsman: Craftsman, form: RevealForm | None) -> str:
    session, now = db.session(), datetime.now(UTC)
    places = queries.places_of(craftsman)
    phone = open_phone(craftsman.person)
    since = craftsman.trade_since
    dossier = queries.load_dossier(session, craftsman)
    today = now.astimezone(LOCAL).date()
    return render_template(
        "talentpool/dossiers/show_dossier.html",
        craftsman=craftsman,
        person=craftsman.person,
        dossier=dossier,
        warnings=checks.check_certificates(session, dossier.certificates, today),
        id_number=mask_id(open_id_number(craftsman.person)),
        phone=mask_phone(phone) if phone else "",
        years=full_years(since, today) if since else None,
        history=list_for_subject(session, f"craftsman:{craftsman.uid}")[::-1][:50],
        panels=[panel(session, craftsman, now) for panel in panels.values()],
        labels=LABELS,
        kinds=list(FORMS),
        wan=wan_text,
        endpoints=current_app.view_functions,
        has_sheets=SHEET in current_app.view_functions,
        may_edit=is_allowed("pool.edit", places),
        may_reveal=form is not None and is_allowed("pool.reveal", places),
        form=form,
    )


def _fact_page(
    craftsman: Craftsman, kind: str, form: FactForm, fact: Fact | None
) -> str:
    return render_template(
        "talentpool/dossiers/edit_fact.html",
        craftsman=craftsman,
        kind=kind,
        kind_label=LABELS["kind"][kind],
        form=form,
        fact=fact,
    )
