"""The agreement of a pair: drawn up, signed section by section, filed, printed."""

from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    current_actor,
    login_required_only,
    permission_required,
    signed_in_user,
)
from accounts.users.queries import names_of
from errors import DomainError
from extensions import db
from paper import send_pdf
from people.consent.rules import guardian_part
from talentpool.mentorship.forms import agreements as forms
from talentpool.mentorship.models import Agreement, Confirmation, Pair
from talentpool.mentorship.queries import agreements as queries
from talentpool.mentorship.rules.agreements import (
    COMPLETE,
    OPEN,
    SECTIONS,
)
from talentpool.mentorship.services import agreements as services
from talentpool.mentorship.services import filing as union
from talentpool.mentorship.services.agreement_pdf import Words, agreement_pdf
from talentpool.mentorship.services.pairs import PairRefusedError, limits_in_force
from talentpool.mentorship.services.sealing import is_sealed
from talentpool.mentorship.services.texts import begin_texts
from talentpool.mentorship.views.common import (
    LABELS,
    Standing,
    bp,
    is_password,
    language,
    moment,
    pair_or_404,
    standing_or_404,
    today,
)


@bp.get("/pairs/<pair_uid>/agreement")
@login_required_only
def show_agreement(pair_uid: str) -> ResponseReturnValue:
    """Show the agreement to its parties and to the union, with who signed what."""
    return _page(pair_or_404(pair_uid))


@bp.route("/pairs/<pair_uid>/agreement/edit", methods=["GET", "POST"])
@login_required_only
def edit_agreement(pair_uid: str) -> ResponseReturnValue:
    """Draw the agreement up, or change it: what stays the same stays signed."""
    pair, session = pair_or_404(pair_uid), db.session()
    newest = queries.find_newest(session, pair.id)
    if not standing_or_404(pair, newest).may_draw:
        abort(404)
    form = forms.AgreementForm(data=None if request.form else _begin(pair, newest))
    if form.validate_on_submit():
        draft = services.Draft(
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            confirm_by=form.confirm_by.data,
            texts=form.texts(),
            guardian=(form.guardian.data or "").strip(),
            reason=(form.reason.data or "").strip(),
            language=language(),
        )
        try:
            services.draw_up(session, pair, draft, actor=current_actor(), now=moment())
        except PairRefusedError as error:
            db.session.rollback()
            form.form_errors = [*form.form_errors, *error.messages]
        except DomainError as error:
            db.session.rollback()
            form.form_errors = [*form.form_errors, error.message]
        else:
            db.session.commit()
            flash(_("The parties are asked to sign."), "success")
            return redirect(url_for(".show_agreement", pair_uid=pair_uid))
    pair = pair_or_404(pair_uid)
    return (
        render_template(
            "talentpool/mentorship/edit_agreement.html",
            pair=pair,
            form=form,
            newest=queries.find_newest(session, pair.id),
            sections=SECTIONS,
            is_minor=bool(guardian_part(pair.apprentice.birth_date, today())),
        ),
        422 if form.errors else 200,
    )


@bp.post("/pairs/<pair_uid>/agreement/sign")
@login_required_only
def sign_agreement(pair_uid: str) -> ResponseReturnValue:
    """Sign the sections one has read, with one's password."""
    pair, session, form = pair_or_404(pair_uid), db.session(), forms.ConfirmForm()
    newest = queries.find_newest(session, pair.id)
    standing = standing_or_404(pair, newest)
    if newest is None or form.party.data not in standing.parties:
        abort(404)
    if not form.validate():
        return _page(pair, form), 422
    now = moment()
    if not is_password(form, now):
        session.commit()  # the count of failures stays
        form.password.errors = [_("The password is not right. Nothing was signed.")]
        return _page(pair_or_404(pair_uid), form), 422
    try:
        made = services.confirm(
            session,
            newest,
            party=form.party.data or "",
            codes=form.codes.data or [],
            digest=form.digest.data or "",
            user=signed_in_user(),
            now=now,
        )
    except DomainError as error:
        session.rollback()
        form.form_errors = [*form.form_errors, error.message]
        return _page(pair_or_404(pair_uid), form), error.status
    session.commit()
    flash(_("You have signed %(count)s sections.", count=len(made)), "success")
    return redirect(url_for(".show_agreement", pair_uid=pair_uid))


@bp.post("/pairs/<pair_uid>/agreement/deadline")
@login_required_only
def set_deadline(pair_uid: str) -> ResponseReturnValue:
    """Give the parties another day to sign by."""
    pair, session, form = pair_or_404(pair_uid), db.session(), forms.DeadlineForm()
    newest = queries.find_newest(session, pair.id)
    if newest is None or not standing_or_404(pair, newest).may_draw:
        abort(404)
    if form.validate_on_submit():
        services.set_deadline(
            session,
            newest,
            day=form.day.data or today(),
            actor=current_actor(),
            now=moment(),
        )
        session.commit()
        flash(_("The parties are told of the new day."), "success")
    return redirect(url_for(".show_agreement", pair_uid=pair_uid))


@bp.post("/pairs/<pair_uid>/agreement/file")
@permission_required("mentorship.manage", within="pair")
def file_agreement(pair_uid: str) -> ResponseReturnValue:
    """File a signed agreement with the union."""
    pair, session, form = pair_or_404(pair_uid), db.session(), forms.FilingForm()
    newest = queries.find_newest(session, pair.id)
    if newest is None:
        abort(404)
    if form.validate_on_submit():
        try:
            union.file_agreement(
                session,
                newest,
                number=(form.number.data or "").strip(),
                waiver=(form.waiver.data or "").strip(),
                user=signed_in_user(),
                now=moment(),
            )
        except PairRefusedError as error:
            session.rollback()
            form.form_errors = [*form.form_errors, *error.messages]
        except DomainError as error:
            session.rollback()
            form.form_errors = [*form.form_errors, error.message]
        else:
            session.commit()
            flash(_("The agreement is filed."), "success")
            return redirect(url_for(".show_agreement", pair_uid=pair_uid))
    return _page(pair_or_404(pair_uid), filing=form), 409


@bp.get("/pairs/<pair_uid>/agreement.pdf")
@login_required_only
def print_agreement(pair_uid: str) -> ResponseReturnValue:
    """Send the agreement with every signature as a PDF."""
    pair, session = pair_or_404(pair_uid), db.session()
    versions = queries.list_versions(session, pair.id)
    if not versions:
        abort(404)
    standing_or_404(pair, versions[0])
    filed = next((v for v in versions if v.state == "filed"), versions[0])
    confirmed = queries.list_confirmations(session, pair.id)
    pdf = agreement_pdf(
        filed,
        confirmed,
        names=names_of(session, [c.signed_by for c in confirmed] + [filed.filed_by]),
        words=Words(LABELS),
    )
    number = pair.agreement_number or pair.uid
    return send_pdf(pdf, f"{number}-{filed.version}", f"agreement-{pair.uid}")


def _usual_deadline() -> date:
    days = limits_in_force(db.session(), moment()).deadlines.confirm_days
    return today() + timedelta(days=days)


def _begin(pair: Pair, newest: Agreement | None) -> dict[str, object]:
    """Return what the form holds at first: the newest version, or the template."""
    day = _usual_deadline()
    if newest is None:
        texts: dict[str, object] = dict(begin_texts(pair, language()))
        term = {"starts_on": pair.starts_on, "ends_on": pair.ends_on}
        return {**texts, **term, "confirm_by": day}
    return {
        **{section.code: section.text for section in newest.sections},
        "starts_on": newest.starts_on,
        "ends_on": newest.ends_on,
        "guardian": newest.guardian,
        "confirm_by": day,
    }


def _page(
    pair: Pair,
    form: forms.ConfirmForm | None = None,
    filing: forms.FilingForm | None = None,
) -> str:
    session = db.session()
    versions = queries.list_versions(session, pair.id)
    newest = versions[0] if versions else None
    standing = standing_or_404(pair, newest)
    confirmed = queries.list_confirmations(session, pair.id)
    missing = services.missing_of(newest, confirmed) if newest else {}
    deadline = forms.DeadlineForm(formdata=None)
    deadline.day.data = _usual_deadline()
    uids = [c.signed_by for c in confirmed] + [v.filed_by for v in versions]
    return render_template(
        "talentpool/mentorship/show_agreement.html",
        pair=pair,
        newest=newest,
        versions=versions,
        standing=standing,
        parties=services.parties_of(newest) if newest else (),
        signed=_signed(newest, confirmed),
        missing=missing,
        to_sign=_form_to_sign(newest, standing, missing, form),
        deadline=deadline if newest and newest.state == OPEN else None,
        is_late=bool(newest and newest.state == OPEN and newest.confirm_by < today()),
        filing=_filing(newest, standing, filing),
        genuine={v.uid: is_sealed(v, confirmed) for v in versions if v.signature},
        names=names_of(session, uids),
        labels=LABELS,
    )


def _signed(
    newest: Agreement | None, confirmed: list[Confirmation]
) -> dict[tuple[str, str], Confirmation]:
    """Return the signature of each (section, party) of the newest version."""
    under = services.digests_of(newest) if newest else {}
    return {
        (c.section, c.party): c
        for c in confirmed
        if under.get(c.section) == c.section_digest
    }


def _form_to_sign(
    newest: Agreement | None,
    standing: Standing,
    missing: dict[str, tuple[str, ...]],
    form: forms.ConfirmForm | None,
) -> forms.ConfirmForm | None:
    """Return the form of the first party the user has yet to sign for."""
    wanted = [party for party in standing.parties if party in missing]
    if newest is None or newest.state != OPEN or not wanted:
        return None
    if newest.confirm_by < today():
        return None
    shown = form or forms.ConfirmForm(formdata=None)
    if shown.party.data not in wanted:
        shown.party.data = wanted[0]
    shown.digest.data = newest.digest
    return shown


def _filing(
    newest: Agreement | None, standing: Standing, form: forms.FilingForm | None
) -> forms.FilingForm | None:
    if newest is None or newest.state != COMPLETE or not standing.is_officer:
        return None
    return form or forms.FilingForm(formdata=None)
