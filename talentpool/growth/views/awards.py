"""Award rounds: calling one, ending its steps, and what comes of it."""

import io
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import xlsxwriter
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    is_allowed,
    permission_required,
    resolves,
    signed_in_user,
)
from accounts.roles.rules import EVERYWHERE, Scope
from errors import DomainError
from extensions import db
from people.districts.models import District
from people.districts.queries import find_district, list_path, list_provinces
from scoring.results.rules.table import defuse
from scoring.scheme.rules.numbers import format_number
from talentpool.admission.forms.experts import AppointForm
from talentpool.growth.forms import awards as forms
from talentpool.growth.forms.awards import LABELS
from talentpool.growth.models.awards import AwardNomination, AwardRound
from talentpool.growth.queries import awards as queries
from talentpool.growth.queries.innovations import places_of as project_places
from talentpool.growth.rules import awards as rules
from talentpool.growth.services import awards as services
from talentpool.growth.services import juries, prizes
from talentpool.growth.views.common import bp, by, today

NAV = (
    NavItem(_l("Innovation awards"), "talentpool.growth.list_awards", "pool.view", 64),
)
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@resolves("award")
def _award_places(session: Session, uid: str) -> Iterable[Scope] | None:
    award_round = queries.find_round(session, uid)
    return None if award_round is None else queries.places_of(award_round)


@bp.get("/awards")
@permission_required("pool.view")
def list_awards() -> ResponseReturnValue:
    """List the rounds; a call is open to all who see the pool."""
    return render_template(
        "talentpool/growth/list_awards.html",
        page=queries.list_rounds(
            db.session(), page=max(request.args.get("page", 1, int), 1)
        ),
        page_url=lambda number: url_for(".list_awards", page=number),
        labels=LABELS,
        may_open=is_allowed("growth.verify"),
    )


@bp.route("/awards/new", methods=["GET", "POST"])
@permission_required("growth.verify")
def new_award() -> ResponseReturnValue:
    """Open a round in one of the officer's places."""
    session, form = db.session(), forms.RoundForm()
    form.scheme.choices = [
        SelectChoice(name, title) for name, title in services.list_schemes().items()
    ]
    form.district.choices = [
        SelectChoice(place.code, place.name) for place in _own_places(session)
    ]
    if form.validate_on_submit():
        made = services.open_round(
            session,
            form.values(),
            district=find_district(session, form.district.data) or abort(404),
            scheme=form.scheme.data,
            prizes=form.given_prizes(),
            least=form.least.data or 0,
            by=by(),
        )
        session.commit()
        flash(_("The round is open. Appoint its experts."), "success")
        return _back(made.uid)
    if not form.is_submitted():
        form.year.data, form.opens_on.data = today().year, today()
        names = (_("First prize"), _("Second prize"), _("Third prize"))
        for line, name in zip(form.prizes, names, strict=False):
            line.form["name"].data = name
    page = render_template("talentpool/growth/new_award.html", form=form)
    return page, 422 if form.errors else 200


@bp.get("/awards/<award_uid>")
@permission_required("pool.view")
def show_award(award_uid: str) -> ResponseReturnValue:
    """Show a round: its terms to everybody, what competes to its officers."""
    return page_of(award_or_404(award_uid))


@bp.post("/awards/<award_uid>/begin")
@permission_required("growth.verify", within="award")
def begin_award(award_uid: str) -> ResponseReturnValue:
    """End the nominations; the experts mark."""
    award_round, form = award_or_404(award_uid), forms.BeginForm()
    if not form.validate_on_submit():
        return page_of(award_round, form), 422
    reason = (form.early_reason.data or "").strip()
    try:
        services.begin_scoring(db.session(), award_round, reason=reason, by=by())
    except DomainError as error:
        return refused(award_uid, form, error)
    db.session.commit()
    flash(_("The experts mark from now on."), "success")
    return _back(award_uid)


@bp.post("/awards/<award_uid>/close")
@permission_required("growth.verify", within="award")
def close_award(award_uid: str) -> ResponseReturnValue:
    """End the marking; the ranking is seen."""
    award_round, form = award_or_404(award_uid), FlaskForm()
    try:
        juries.close_scoring(db.session(), award_round, by=by())
    except DomainError as error:
        return refused(award_uid, form, error)
    db.session.commit()
    flash(_("The marking is closed. A second person decides."), "success")
    return _back(award_uid)


@bp.post("/awards/<award_uid>/tie")
@permission_required("growth.verify", within="award")
def decide_tie(award_uid: str) -> ResponseReturnValue:
    """Say who goes first among those tied over the last place of a prize."""
    award_round = award_or_404(award_uid)
    form = _tie_form(award_round, blank=False)
    if form is None:
        return page_of(award_round), 409
    if not form.validate_on_submit():
        return page_of(award_round, form), 422
    places = {
        name.removeprefix("place_"): form[name].data
        for name in form.data
        if name.startswith("place_")
    }
    reason = (form.tie_reason.data or "").strip()
    try:
        prizes.decide_tie(db.session(), award_round, places, reason=reason, by=by())
    except DomainError as error:
        return refused(award_uid, form, error)
    db.session.commit()
    flash(_("The order is on record."), "success")
    return _back(award_uid)


@bp.post("/awards/<award_uid>/publish")
@permission_required("growth.verify", within="award")
def publish_award(award_uid: str) -> ResponseReturnValue:
    """Decide the round, as a second person; the awards go into the dossiers."""
    award_round, form = award_or_404(award_uid), forms.PublishForm()
    if not form.validate_on_submit():
        return page_of(award_round, form), 422
    document = (form.document.data or "").strip()
    try:
        prizes.publish(db.session(), award_round, document=document, by=by())
    except DomainError as error:
        return refused(award_uid, form, error)
    db.session.commit()
    flash(_("Published. The awards stand in the dossiers."), "success")
    return _back(award_uid)


@bp.post("/awards/<award_uid>/cancel")
@permission_required("growth.verify", within="award")
def cancel_award(award_uid: str) -> ResponseReturnValue:
    """End the round without a result."""
    award_round, form = award_or_404(award_uid), forms.CancelForm()
    if not form.validate_on_submit():
        return page_of(award_round, form), 422
    reason = (form.cancel_reason.data or "").strip()
    try:
        services.cancel(db.session(), award_round, reason=reason, by=by())
    except DomainError as error:
        return refused(award_uid, form, error)
    db.session.commit()
    flash(_("The round is cancelled."), "success")
    return _back(award_uid)


@bp.get("/awards/<award_uid>/awards.xlsx")
@permission_required("pool.view")
def download_awards(award_uid: str) -> ResponseReturnValue:
    """Send the awards of a published round as a workbook."""
    award_round = award_or_404(award_uid)
    if award_round.state != rules.PUBLISHED:
        abort(404)
    nominations = queries.list_nominations(db.session(), award_round)
    awarded = [n for n in nominations if n.state == rules.AWARDED]
    answer = Response(_workbook(awarded), content_type=_SHEET)
    answer.headers["Content-Disposition"] = "attachment; filename=awards.xlsx"
    return answer


def award_or_404(uid: str) -> AwardRound:
    return queries.find_round(db.session(), uid) or abort(404)


def refused(uid: str, form: FlaskForm, error: DomainError) -> ResponseReturnValue:
    """Show the round again with what is wrong, nothing kept."""
    db.session.rollback()
    form.form_errors.append(error.message)
    return page_of(award_or_404(uid), form), error.status


def page_of(award_round: AwardRound, wrong: FlaskForm | None = None) -> str:
    """Return the page of a round; `wrong` is the form that was not taken."""
    session = db.session()
    is_officer = is_allowed("growth.verify", queries.places_of(award_round))
    scheme = services.scheme_of(award_round)
    is_seen = is_officer and award_round.state == rules.CLOSED

    def form_of(kind: type[FlaskForm]) -> FlaskForm:
        if wrong is not None and type(wrong) is kind:
            return wrong
        return kind(formdata=None)

    tie_form = wrong if isinstance(wrong, forms.TieForm) else None
    if tie_form is None and is_officer:
        tie_form = _tie_form(award_round, blank=True)
    return render_template(
        "talentpool/growth/show_award.html",
        award=award_round,
        scheme=scheme,
        least=format_number(scheme.components[0].pass_mark or Fraction(0)),
        kinds=[LABELS["innovation"][kind] for kind in award_round.terms.kinds],
        prizes=[f"{prize.name} × {prize.count}" for prize in scheme.awards],
        number=format_number,
        nominations=(nominations := _seen(award_round, is_officer=is_officer)),
        open={n.uid for n in nominations if is_officer or _is_near(n)},
        ranking=prizes.rank(session, award_round) if is_seen else None,
        seats=_seats(award_round) if is_officer else [],
        least_experts=rules.LEAST_EXPERTS,
        labels=LABELS,
        wrong=wrong if wrong is not None and wrong.errors else None,
        is_officer=is_officer,
        is_opener=award_round.opened_by == signed_in_user().uid,
        today=today(),
        appoint_form=form_of(AppointForm),
        begin_form=form_of(forms.BeginForm),
        publish_form=form_of(forms.PublishForm),
        cancel_form=form_of(forms.CancelForm),
        tie_form=tie_form,
    )


def _seen(award_round: AwardRound, *, is_officer: bool) -> list[AwardNomination]:
    """Return what the reader may see: officers all, others their own and awards."""
    return [
        nomination
        for nomination in queries.list_nominations(db.session(), award_round)
        if is_officer or nomination.state == rules.AWARDED or _is_near(nomination)
    ]


def _is_near(nomination: AwardNomination) -> bool:
    return is_allowed("pool.view", project_places(nomination.innovation))


def _seats(award_round: AwardRound) -> list[dict[str, Any]]:
    """Return the experts with how many sheets each has signed; never the marks."""
    sheets = queries.list_sheets(db.session(), award_round)
    return [
        {
            "seat": seat,
            "signed": sum(sheet.user_id == seat.user_id for sheet in sheets),
        }
        for seat in queries.list_experts(db.session(), award_round.id)
    ]


def _tie_form(award_round: AwardRound, *, blank: bool) -> forms.TieForm | None:
    if award_round.state != rules.CLOSED:
        return None
    ranking = prizes.rank(db.session(), award_round)
    if ranking.cut is None:
        return None
    named = [
        (uid, ranking.nominations[uid].innovation.title) for uid in ranking.cut.tied
    ]
    return forms.tie_form(named, blank=blank)


def _own_places(session: Session) -> Sequence[District]:
    """Return the places whose rounds the officer may open."""
    scopes = allowed_scopes("growth.verify")
    if EVERYWHERE in scopes:
        unit = signed_in_user().unit
        path = list_path(session, unit.district_code) if unit else []
        return path or list_provinces(session)
    found = [find_district(session, s.key) for s in scopes if s.kind == "district"]
    return [place for place in found if place is not None]


def _back(uid: str) -> ResponseReturnValue:
    return redirect(url_for(".show_award", award_uid=uid))


def _workbook(awarded: Sequence[AwardNomination]) -> bytes:
    heads = (
        *(_("Prize"), _("Rank"), _("Project"), _("Kind"), _("Unit")),
        *(_("People"), _("Total")),
    )
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(_("Award winners"))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 20, text)
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        for at, nomination in enumerate(awarded, start=1):
            project = nomination.innovation
            people = ", ".join(
                f"{share.craftsman.person.name} ({role})"
                for share in project.shares
                if (role := LABELS["innovation_role"][share.role])
            )
            line = (
                nomination.prize,
                str(nomination.rank),
                project.title,
                str(LABELS["innovation"][project.kind]),
                project.unit.name if project.unit else "",
                people,
                nomination.total,
            )
            for column, value in enumerate(line):
                sheet.write_string(at, column, defuse(value))
    return out.getvalue()
