"""How a competition's certificates look, and whose signatures they carry."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    current_actor,
    login_required_only,
    permission_required,
    signed_in_user,
)
from accounts.users.models import User
from competition.events.models import Competition
from errors import DomainError
from extensions import LOCAL, db
from paper import send_pdf
from people.attachments.services import send_attachment
from scoring.certificates import queries
from scoring.certificates.forms import (
    SIGNER_LABELS,
    AskForm,
    DesignForm,
    GrantForm,
    uploaded,
)
from scoring.certificates.services import design
from scoring.certificates.services.printing import sample_pdf
from scoring.certificates.views.common import bp


@bp.route("/competitions/<competition_uid>/certificates", methods=["GET", "POST"])
@permission_required("events.manage", within="competition")
def edit_design(competition_uid: str) -> ResponseReturnValue:
    """Change how the certificates of a competition look."""
    competition = _competition_or_404(competition_uid)
    form = DesignForm(obj=queries.find_design(db.session(), competition.id))
    if form.validate_on_submit():
        try:
            design.save_design(
                db.session(),
                competition=competition,
                values=form.values(),
                seal=uploaded(form.seal),
                drops_seal=bool(form.drops_seal.data),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The certificates will look like this from now on."), "success")
            return redirect(url_for(".edit_design", competition_uid=competition.uid))
    return _design_page(competition, form, AskForm(formdata=None))


@bp.post("/competitions/<competition_uid>/certificates/signers")
@permission_required("events.manage", within="competition")
def ask_signer(competition_uid: str) -> ResponseReturnValue:
    """Ask somebody for their signature."""
    competition = _competition_or_404(competition_uid)
    form = AskForm()
    if form.validate_on_submit():
        try:
            design.ask_signer(
                db.session(),
                competition=competition,
                username=form.username.data or "",
                post=form.post.data or "",
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("They find the question on their first page."), "success")
            return redirect(url_for(".edit_design", competition_uid=competition.uid))
    found = queries.find_design(db.session(), competition.id)
    return _design_page(competition, DesignForm(formdata=None, obj=found), form), 422


@bp.get("/competitions/<competition_uid>/certificates/sample.pdf")
@permission_required("events.manage", within="competition")
def print_sample(competition_uid: str) -> ResponseReturnValue:
    """Send a sample of the certificates as they look now."""
    competition = _competition_or_404(competition_uid)
    today = datetime.now(UTC).astimezone(LOCAL).date()
    pdf = sample_pdf(db.session(), competition, today)
    return send_pdf(pdf, f"{_('Sample')} {competition.name}", "sample")


@bp.get("/competitions/<competition_uid>/certificates/seal")
@permission_required("events.manage", within="competition")
def show_seal(competition_uid: str) -> ResponseReturnValue:
    """Show the seal as it was uploaded."""
    competition = _competition_or_404(competition_uid)
    found = queries.find_design(db.session(), competition.id)
    if found is None or found.seal is None:
        abort(404)
    return send_attachment(found.seal)


@bp.get("/my-signature")
@login_required_only
def list_signatures() -> ResponseReturnValue:
    """Show which competitions may print one's signature."""
    return _signatures_page(GrantForm(formdata=None))


@bp.post("/my-signature/<uid>")
@login_required_only
def grant_signature(uid: str) -> ResponseReturnValue:
    """Let a competition print one's signature; asks for the password again."""
    user, form = signed_in_user(), GrantForm()
    signer = queries.find_signer(db.session(), uid, user_id=user.id) or abort(404)
    if form.validate_on_submit():
        picture = uploaded(form.picture)
        assert picture is not None  # noqa: S101 - the form asks for it
        try:
            design.grant(
                db.session(),
                signer=signer,
                user=user,
                password=form.password.data or "",
                picture=picture,
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("Your signature may be printed. You can end this here."), "success")
            return redirect(url_for(".list_signatures"))
    return _signatures_page(form, uid), 422


@bp.post("/my-signature/<uid>/<any(decline, end):step>")
@login_required_only
def end_signature(uid: str, step: str) -> ResponseReturnValue:
    """Say no, or end the use of one's signature."""
    user, session = signed_in_user(), db.session()
    signer = queries.find_signer(session, uid, user_id=user.id) or abort(404)
    take = design.decline if step == "decline" else design.end
    take(session, signer=signer, user=user, now=datetime.now(UTC))
    db.session.commit()
    flash(_("Your signature is not printed on these certificates."), "success")
    return redirect(url_for(".list_signatures"))


def desk_items(session: Session, user: User, _now: datetime) -> list[DeskItem]:
    """Tell a user that a competition asks for their signature."""
    return [
        DeskItem(
            title=signer.competition.name,
            text=_("Asks to print your signature on certificates"),
            url=url_for("scoring.certificates.list_signatures"),
            order=30,
        )
        for signer in queries.list_asked_of(session, user.id)
        if signer.state == "asked"
    ]


def _competition_or_404(uid: str) -> Competition:
    return queries.find_competition_of(db.session(), uid) or abort(404)


def _design_page(competition: Competition, form: DesignForm, asking: AskForm) -> str:
    session = db.session()
    found = queries.find_design(session, competition.id)
    return render_template(
        "scoring/certificates/edit_design.html",
        competition=competition,
        form=form,
        asking=asking,
        has_seal=found is not None and found.seal is not None,
        house={lang: design.texts(None, lang) for lang in ("zh", "en")},
        places=design.PLACES,
        signers=queries.list_signers(session, competition.id),
        labels=SIGNER_LABELS,
    )


def _signatures_page(form: GrantForm, uid: str = "") -> str:
    return render_template(
        "scoring/certificates/list_signatures.html",
        asked=queries.list_asked_of(db.session(), signed_in_user().id),
        form=form,
        tried=uid,
        labels=SIGNER_LABELS,
    )
