"""One's own application, step by step; each step is saved on the server."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    current_actor,
    login_required_only,
    signed_in_user,
)
from competition.events.queries import list_districts
from errors import DomainError
from extensions import LOCAL, db
from people.codes.queries import list_occupations, search_occupations
from people.persons.rules import mask_id, mask_phone
from people.units.queries import find_unit, search_units
from talentpool.admission.forms.applications import (
    PersonForm,
    SubmitForm,
    WorkForm,
)
from talentpool.admission.models.applications import Application
from talentpool.admission.rules import applications as rules
from talentpool.admission.services import drafts
from talentpool.admission.services.assess import gaps_of, judge_application
from talentpool.admission.services.known import may_be_known
from talentpool.admission.services.submit import submit
from talentpool.admission.views.common import (
    application_or_404,
    bp,
    is_english,
    now,
)
from talentpool.admission.views.draft_frame import (
    STEPS,
    editable_or_404,
    frame,
    profile_of,
    url_of_step,
)


@bp.route(
    "/applications/<application_uid>/<any(person, work):step>", methods=["GET", "POST"]
)
@login_required_only
def edit_application(application_uid: str, step: str) -> ResponseReturnValue:
    """Fill in a step; whatever is sent is kept, right or wrong."""
    application = editable_or_404(application_uid)
    if application is None:
        return redirect(url_for(".show_application", application_uid=application_uid))
    form = _form(application, step)
    if not form.is_submitted():
        return _step_page(application, step, form)
    values = {name: str(value or "") for name, value in form.data.items()}
    is_whole = form.validate_on_submit()
    moment = now()
    drafts.save_answers(db.session(), application, values=values, now=moment)
    db.session.commit()
    if request.form.get("action") == "autosave":
        return jsonify(saved=moment.astimezone(LOCAL).strftime("%H:%M:%S"))
    return _after_saving(application, step, form, is_whole=is_whole)


def _after_saving(
    application: Application, step: str, form: FlaskForm, *, is_whole: bool
) -> ResponseReturnValue:
    action = request.form.get("action")
    if action == "search":
        return _step_page(application, step, _form(application, step))
    if action == "save":
        flash(_("The draft is saved. You can go on on any device."), "success")
        return redirect(request.path)
    if not is_whole:
        return _step_page(application, step, form), 422
    return redirect(url_of_step(application, STEPS[STEPS.index(step) + 1]))


@bp.route("/applications/<application_uid>/check", methods=["GET", "POST"])
@login_required_only
def check_application(application_uid: str) -> ResponseReturnValue:
    """Show what is still missing, clause by clause; send in."""
    application = editable_or_404(application_uid)
    if application is None:
        return redirect(url_for(".show_application", application_uid=application_uid))
    form = SubmitForm()
    if not form.validate_on_submit():
        return _check_page(application, form)
    try:
        submit(
            db.session(),
            application,
            user=signed_in_user(),
            has_consented=form.consent_pool.data and form.consent_publication.data,
            actor=current_actor(),
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _check_page(application_or_404(application_uid), form), 422
    db.session.commit()
    flash(_("The application is submitted."), "success")
    return redirect(url_for(".show_application", application_uid=application_uid))


def _form(application: Application, step: str) -> FlaskForm:
    answers = drafts.answers_of(application)
    if step == "person":
        form = PersonForm(obj=answers)
        form.today = now().astimezone(LOCAL).date()
        for name in drafts.closed_answers(application):
            delattr(form, name)
        return form
    work = WorkForm(obj=answers)
    _fill_choices(work, answers)
    if application.way not in {rules.UNIT, rules.ASSOCIATION}:
        del work.recommendation
    return work


def _fill_choices(form: WorkForm, answers: rules.Answers) -> None:
    session = db.session()
    text = request.form.get("unit_search", "")
    found = search_units(session, text, limit=12) if text else []
    chosen = find_unit(session, answers.unit_uid) if answers.unit_uid else None
    units = {unit.uid: unit for unit in ([chosen] if chosen else []) + found}
    form.unit_uid.choices = [
        *(SelectChoice(u.uid, f"{u.name} ({u.credit_code})") for u in units.values()),
        SelectChoice("", _("The unit is not listed: I enter it below")),
    ]
    form.unit_search.data = text
    form.unit_district.choices = [
        SelectChoice("", _("Choose")),
        *(SelectChoice(d.code, d.name) for d in list_districts(session)),
    ]
    trade = request.form.get("trade", answers.trade).strip()
    near = search_occupations(session, trade, limit=8) if trade else []
    names = {hit.code: hit.name for hit in near}
    names |= {o.code: o.name for o in list_occupations(session, common=True)}
    form.occupation.choices = [
        SelectChoice("", _("Choose")),
        *(SelectChoice(code, f"{code} {name}") for code, name in names.items()),
    ]


def _step_page(application: Application, step: str, form: FlaskForm) -> str:
    answers = drafts.answers_of(application)
    return render_template(
        f"talentpool/admission/edit_{step}.html",
        form=form,
        answers=answers,
        masked_id=mask_id(answers.id_number) if answers.id_number else "",
        **frame(application, step),
    )


def _check_page(application: Application, form: SubmitForm) -> str:
    session, moment = db.session(), now()
    answers, gaps = (
        drafts.answers_of(application),
        gaps_of(session, application, moment),
    )
    unit = find_unit(session, answers.unit_uid) if answers.unit_uid else None
    profile = profile_of(application)
    return render_template(
        "talentpool/admission/edit_check.html",
        form=form,
        answers=answers,
        masked_id=mask_id(answers.id_number) if answers.id_number else "",
        masked_phone=mask_phone(answers.phone) if answers.phone else "",
        unit_name=unit.name if unit else answers.unit_name,
        gaps=[gap for gap in gaps if gap.blocks],
        hints=[gap for gap in gaps if not gap.blocks],
        can_submit=not any(gap.blocks for gap in gaps),
        conditions={c.clause: c for c in profile.conditions},
        verdict=judge_application(session, application, moment),
        is_own=_is_own(application),
        may_be_known=may_be_known(
            session, application, answers, today=moment.astimezone(LOCAL).date()
        ),
        is_english=is_english(),
        **frame(application, "check"),
    )


def _is_own(application: Application) -> bool:
    return application.way in {rules.SELF, rules.RESULT}
