"""The committee's page of rules: change them, and see whom they would have refused."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from competition.events.forms import options
from competition.events.models import Event
from competition.events.queries import get_event
from competition.events.rules import DRAFT
from competition.registration.forms import RULE_LABELS, RulesForm, rules_data
from competition.registration.rules.document import Document, write_document
from competition.registration.services.history import effect_of
from competition.registration.services.rulebook import (
    change_rules,
    find_latest,
    list_versions,
    rulebook_of,
)
from competition.registration.views.common import bp, now
from errors import DomainError
from extensions import LOCAL, db
from people.codes.queries import list_honours, list_levels
from people.districts.queries import find_district, list_within


@bp.route("/events/<event_uid>/rules", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def edit_rules(event_uid: str) -> ResponseReturnValue:
    """Change who may enter; "preview" shows the effect and changes nothing."""
    event = get_event(db.session(), event_uid)
    form = RulesForm(data=rules_data(rulebook_of(db.session(), event).document))
    _fill_choices(form, event)
    starts_on = event.starts_at.astimezone(LOCAL).date()
    if not form.is_submitted():
        return _page(event, form, rulebook_of(db.session(), event).document)
    if not form.validate_on_submit():
        return _page(event, form, Document()), 422
    document = form.document(starts_on)
    if request.form.get("action") == "preview":
        return _page(event, form, document)
    try:
        number = change_rules(
            db.session(),
            event=event,
            document=document,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        event = get_event(db.session(), event_uid)
        return _page(event, form, document), error.status
    db.session.commit()
    flash(_("Version %(number)s of the rules is in force.", number=number), "success")
    return redirect(url_for(".edit_rules", event_uid=event_uid))


@bp.get("/events/<event_uid>/rules.toml")
@permission_required("events.manage", within="event")
def download_rules(event_uid: str) -> ResponseReturnValue:
    """Hand out the rules in force as a document."""
    event = get_event(db.session(), event_uid)
    text = write_document(rulebook_of(db.session(), event).document)
    name = f"rules-{event.uid[:8]}.toml"
    return Response(
        text,
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(event: Event, form: RulesForm, document: Document) -> str:
    session = db.session()
    effect = effect_of(session, event, document)
    latest = find_latest(session, event.id)
    rows: list[dict[str, Any]] = [
        {"label": RULE_LABELS.get(one.rule, one.rule), "row": one}
        for one in effect.rules
    ]
    return render_template(
        "competition/registration/edit_rules.html",
        event=event,
        form=form,
        effect=effect,
        effects=rows,
        latest=latest,
        needs_reason=event.state != DRAFT,
        versions=list_versions(session, event.id),
        honours=[honour.name for honour in list_honours(session)],
        text=write_document(document),
    )


def _fill_choices(form: RulesForm, event: Event) -> None:
    session = db.session()
    levels = [(level.code, level.name) for level in list_levels(session)]
    form.level.choices = options(levels, _("Any"))
    around = event.competition.district_code
    province = find_district(session, f"{around[:2]}0000")
    city = around if around.endswith("0000") else f"{around[:4]}00"
    places = [*([province] if province else []), *list_within(session, city)]
    chosen = {*(form.residence_within.data or ()), *(form.household_within.data or ())}
    shown = {place.code: place.name for place in places}
    for code in sorted(chosen - shown.keys()):
        place = find_district(session, code)
        if place is not None:
            shown[code] = place.name
    form.residence_within.choices = options(shown.items())
    form.household_within.choices = options(shown.items())
    for field in (form.residence_within, form.household_within):
        field.data = [code for code in field.data or () if code in shown]
