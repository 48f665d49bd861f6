"""The pool officer's proposals, and the public check of a pool certificate."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from flask import (
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
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
    resolves,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from errors import DomainError
from extensions import LOCAL, db
from people.codes.queries import list_levels
from people.consent.queries import find_consent
from talentpool.admission.forms import proposals as forms
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.queries import proposals as queries
from talentpool.admission.queries.applications import find_of_proposal
from talentpool.admission.queries.batches import list_taking
from talentpool.admission.queries.facts import list_statements
from talentpool.admission.rules.proposals import OPEN, STATES
from talentpool.admission.services import decide, propose
from talentpool.admission.views.common import LABELS, bp
from talentpool.dossiers.queries import find_by_person
from talentpool.dossiers.rules import GONE_STATES, LEVELS
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.evaluate import suggested_class, verdict_from_json

NAV = (
    NavItem(_l("Proposals"), "talentpool.admission.list_proposals", "pool.admit", 61),
)


def desk_items(
    session: Session,
    _user: User,
    _now: datetime,
) -> Sequence[DeskItem]:
    """Tell a pool officer how many proposals wait."""
    if not is_allowed("pool.admit"):
        return []
    waiting = queries.count_open(session, allowed_scopes("pool.admit"))
    return [
        DeskItem(
            title=_("Proposals for the talent pool"),
            text=_("Published results propose these persons; you decide."),
            url=url_for("talentpool.admission.list_proposals", state=OPEN),
            count=waiting,
            order=20 if waiting else 60,
        )
    ]


@resolves("proposal")
def _proposal_places(session: Session, uid: str) -> Iterable[Scope] | None:
    proposal = queries.find_proposal(session, uid)
    return None if proposal is None else queries.places_of(proposal)


def proposal_or_404(uid: str) -> Proposal:
    """Return the proposal of an address."""
    proposal = queries.find_proposal(db.session(), uid)
    if proposal is None:
        abort(404)
    return proposal


@bp.get("/proposals")
@permission_required("pool.admit")
def list_proposals() -> ResponseReturnValue:
    """List the proposals of the officer's places."""
    session, scopes = db.session(), allowed_scopes("pool.admit")
    state = request.args.get("state", "")
    wanted = queries.Filter(
        state=state if state in STATES else "", event_uid=request.args.get("event", "")
    )
    return render_template(
        "talentpool/admission/list_proposals.html",
        page=queries.list_proposals(
            session,
            scopes,
            wanted=wanted,
            page=max(request.args.get("page", 1, int), 1),
        ),
        events=queries.list_events(session, scopes),
        states=STATES,
        wanted=wanted,
        labels=LABELS,
        page_url=lambda number: url_for(
            ".list_proposals",
            page=number,
            state=wanted.state or None,
            event=wanted.event_uid or None,
        ),
    )


@bp.get("/proposals/<proposal_uid>")
@permission_required("pool.admit", within="proposal")
def show_proposal(proposal_uid: str) -> ResponseReturnValue:
    """Show the verdict, clause by clause, and the decision."""
    return _proposal_page(proposal_or_404(proposal_uid))


@bp.post("/proposals/<proposal_uid>/statements")
@permission_required("pool.admit", within="proposal")
def state_facts(proposal_uid: str) -> ResponseReturnValue:
    """Record what a document proves, and judge again."""
    proposal, form = proposal_or_404(proposal_uid), forms.StatementForm()
    if not form.validate_on_submit():
        return _proposal_page(proposal, statement=form), 422
    decide.state_facts(
        db.session(),
        proposal,
        values=form.values(),
        document=form.document.data or "",
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("Recorded; the verdict was made again."), "success")
    return redirect(url_for(".show_proposal", proposal_uid=proposal.uid))


@bp.post("/proposals/<proposal_uid>/admit")
@permission_required("pool.admit", within="proposal")
def admit(proposal_uid: str) -> ResponseReturnValue:
    """Take the person into the pool."""
    proposal, form = proposal_or_404(proposal_uid), forms.AdmitForm()
    if not form.validate_on_submit():
        return _proposal_page(proposal, admit_form=form), 422
    decision = decide.Decision(
        level=form.level.data,
        pool_class=form.pool_class.data,
        minute_number=form.minute_number.data or "",
        reason=form.admit_reason.data or "",
        consent_document=form.consent_document.data or "",
    )
    actor, now = current_actor(), datetime.now(UTC)
    try:
        craftsman = decide.admit(
            db.session(), proposal, decision=decision, actor=actor, now=now
        )
    except DomainError as error:
        return _refused(proposal_uid, form, error)
    db.session.commit()
    flash(_("Admitted. The certificate number is on the dossier."), "success")
    return redirect(
        url_for("talentpool.dossiers.show_dossier", craftsman_uid=craftsman.uid)
    )


@bp.post("/proposals/<proposal_uid>/refuse")
@permission_required("pool.admit", within="proposal")
def refuse(proposal_uid: str) -> ResponseReturnValue:
    """Refuse the proposal with a reason."""
    proposal, form = proposal_or_404(proposal_uid), forms.RefuseForm()
    if not form.validate_on_submit():
        return _proposal_page(proposal, refuse_form=form), 422
    decide.refuse(
        db.session(),
        proposal,
        reason=form.reason.data or "",
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("Refused; the reason is on record."), "success")
    return redirect(url_for(".show_proposal", proposal_uid=proposal.uid))


@bp.post("/proposals/<proposal_uid>/open")
@permission_required("pool.admit", within="proposal")
def open_again(proposal_uid: str) -> ResponseReturnValue:
    """Propose somebody's return whose bar has run out."""
    proposal, now = proposal_or_404(proposal_uid), datetime.now(UTC)
    propose.open_again(db.session(), proposal, actor=current_actor(), now=now)
    db.session.commit()
    flash(_("Proposed; the verdict was made again."), "success")
    return redirect(url_for(".show_proposal", proposal_uid=proposal.uid))


def _refused(
    proposal_uid: str, form: forms.AdmitForm, error: DomainError
) -> ResponseReturnValue:
    db.session.rollback()
    form.form_errors.append(error.message)
    return _proposal_page(proposal_or_404(proposal_uid), admit_form=form), 422


def _proposal_page(
    proposal: Proposal,
    *,
    statement: forms.StatementForm | None = None,
    admit_form: forms.AdmitForm | None = None,
    refuse_form: forms.RefuseForm | None = None,
) -> str:
    session = db.session()
    profile = read_profile(proposal.profile_version.toml)
    # An erased person's verdict is gone with the values it was made by.
    verdict = verdict_from_json(proposal.verdict) if proposal.verdict else None
    tier = proposal.event.competition.tier
    suggestion = {
        "level": tier if tier in LEVELS else "city",
        "pool_class": (verdict and suggested_class(profile, verdict)) or "competition",
    }
    consent = find_consent(session, person_id=proposal.person_id, purpose="pool")
    today = datetime.now(UTC).astimezone(LOCAL).date()
    known, barred = find_by_person(session, proposal.person_id), proposal.barred_until
    return render_template(
        "talentpool/admission/show_proposal.html",
        proposal=proposal,
        profile=profile,
        conditions={condition.id: condition for condition in profile.conditions},
        waivers={waiver.clause: waiver for waiver in profile.waivers},
        verdict=verdict,
        statements=list_statements(session, proposal.entry_id),
        consent=consent,
        level_names={str(level.rank): level.name for level in list_levels(session)},
        statement=statement or forms.StatementForm(formdata=None),
        admit_form=admit_form or forms.AdmitForm(formdata=None, data=suggestion),
        refuse_form=refuse_form or forms.RefuseForm(formdata=None),
        labels=LABELS,
        is_english=str(get_locale()) == "en",
        is_open=proposal.state == OPEN,
        former=known if known and known.state in GONE_STATES else None,
        may_open_again=barred is not None and barred <= today,
        application=find_of_proposal(session, proposal.id),
        batches=list_taking(session, proposal.district_code, today),
    )
