"""One's own dossier: what is missing, proposing a record, the yearly update, paper."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import DeskItem, current_actor, login_required_only
from accounts.users.models import User
from errors import DomainError
from extensions import db
from paper import send_pdf
from people.codes.queries import list_levels
from people.persons.services import update_person
from talentpool.dossiers.forms import FORMS, FactForm
from talentpool.dossiers.models import Craftsman, Fact
from talentpool.dossiers.queries import (
    KINDS,
    Dossier,
    find_by_person,
    load_dossier,
)
from talentpool.dossiers.rules import LEVELS
from talentpool.dossiers.services import facts
from talentpool.dossiers.services.craftsmen import log_change
from talentpool.dossiers.views import make_form, store_document
from talentpool.life.forms.labels import LABELS
from talentpool.life.forms.lines import describe
from talentpool.life.forms.own import OwnUpdateForm
from talentpool.life.services import reviews
from talentpool.life.services.dossier_pdf import Words, dossier_pdf
from talentpool.life.views.common import bp, own_or_404
from talentpool.standard.rules.evaluate import MET


def desk_items(session: Session, user: User, _now: datetime) -> Sequence[DeskItem]:
    """Lead whoever is in the pool to their own dossier."""
    own = find_by_person(session, user.person_id) if user.person_id else None
    if own is None:
        return []
    ends = own.term_ends_on
    return [
        DeskItem(
            title=_("My dossier in the talent pool"),
            text=_("Your term ends on %(day)s.", day=format_date(ends, "yyyy-MM-dd"))
            if ends
            else _("See it, propose records, take the certificate."),
            url=url_for("talentpool.dossiers.show_mine"),
            order=20,
        )
    ]


@bp.get("/mine/next")
@login_required_only
def show_next() -> ResponseReturnValue:
    """Show what the standard finds in one's dossier, and what the next level asks."""
    craftsman, session = own_or_404(), db.session()
    looked = reviews.look(session, craftsman, now=datetime.now(UTC))
    dossier = load_dossier(session, craftsman)
    levels = list_levels(session)
    held = max(
        (f.skill_level.rank for f in dossier.certificates if f.state == "verified"),
        default=0,
    )
    place = LEVELS.index(craftsman.level)
    conditions = {c.id: c for c in looked.profile.conditions}
    rows = [(f, conditions[f.id]) for f in looked.verdict.findings]
    return render_template(
        "talentpool/life/show_next.html",
        craftsman=craftsman,
        looked=looked,
        met=[row for row in rows if row[0].status == MET or row[0].waived_by],
        missing=[row for row in rows if row[0].status != MET and not row[0].waived_by],
        next_skill=next((v for v in levels if v.rank > held), None),
        next_tier=LEVELS[place - 1] if place else "",
        tiers={c.code: c for c in looked.profile.levels},
        claims=[
            (kind, fact)
            for kind, rows in _facts(dossier)
            for fact in rows
            if fact.state != "verified"
        ],
        kinds=list(FORMS),
        labels=LABELS,
        describe=describe,
        locale=str(get_locale()),
        form=OwnUpdateForm(formdata=None),
    )


@bp.route("/mine/facts/<kind>/new", methods=["GET", "POST"])
@login_required_only
def propose_fact(kind: str) -> ResponseReturnValue:
    """Propose a record with its evidence; it counts when an officer has verified it."""
    craftsman = own_or_404()
    form = make_form(kind)
    if form.validate_on_submit():
        if form.document_file.data:
            _propose(craftsman, kind, form)
            flash(_("Proposed. It counts when an officer has verified it."), "success")
            return redirect(url_for(".show_next"))
        form.document_file.errors = [_("Add a picture or a scan of the document.")]
    return (
        render_template(
            "talentpool/life/propose_fact.html",
            kind=kind,
            kind_label=LABELS["kind"][kind],
            form=form,
        ),
        422 if form.errors else 200,
    )


@bp.post("/mine/update")
@login_required_only
def update_own() -> ResponseReturnValue:
    """Say that one's dossier is right as it stands, or give a new phone."""
    craftsman, form, session = own_or_404(), OwnUpdateForm(), db.session()
    if not form.validate_on_submit():
        for errors in form.errors.values():
            flash(str(errors[0]), "danger")
        return redirect(url_for(".show_next"))
    now, actor = datetime.now(UTC), current_actor()
    try:
        if form.phone.data:
            phone = {"phone": form.phone.data}
            update_person(
                session, person=craftsman.person, changes=phone, now=now, actor=actor
            )
            body = {"fields": ["phone"], "reason": "yearly update"}
            log_change(session, craftsman, "craftsman.person_updated", actor, now, body)
        reviews.record_update(
            session,
            craftsman,
            role="self",
            note=form.note.data or "",
            actor=actor,
            now=now,
        )
    except DomainError as error:
        session.rollback()
        flash(error.message, "danger")
    else:
        session.commit()
        flash(_("Thank you: your dossier is up to date."), "success")
    return redirect(url_for(".show_next"))


@bp.get("/mine/dossier.pdf")
@login_required_only
def print_own() -> ResponseReturnValue:
    """Send one's own dossier on A4, with masks."""
    craftsman, words = own_or_404(), Words(describe, LABELS)
    pdf = dossier_pdf(db.session(), craftsman, now=datetime.now(UTC), words=words)
    return send_pdf(pdf, craftsman.certificate_number, craftsman.certificate_number)


def _propose(craftsman: Craftsman, kind: str, form: FactForm) -> None:
    session, now = db.session(), datetime.now(UTC)
    fact = facts.add_fact(
        session,
        KINDS[kind],
        craftsman=craftsman,
        values={**form.values(), "source": "self"},
        actor=current_actor(),
        now=now,
    )
    store_document(form, fact, now)
    session.commit()


def _facts(dossier: Dossier) -> list[tuple[str, Sequence[Fact]]]:
    return [
        ("certificate", dossier.certificates),
        ("honour", dossier.honours),
        ("competition", dossier.competitions),
        ("achievement", dossier.achievements),
        ("studio", dossier.studios),
        ("post", dossier.posts),
        ("service", dossier.services),
    ]
