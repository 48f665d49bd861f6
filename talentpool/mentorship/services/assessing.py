"""Assessments: each view by itself, then all together, then a person's word."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from accounts.users.queries import is_same_person
from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from talentpool.mentorship.models import Assessment, Pair, View
from talentpool.mentorship.queries.plans import list_assessments
from talentpool.mentorship.rules import assessments as rules
from talentpool.mentorship.rules.assessments import Marks
from talentpool.mentorship.rules.pairs import LIVE_STATES
from talentpool.mentorship.services.pairs import limits_in_force


class AssessmentError(DomainError):
    """A view cannot be given, or an assessment closed, like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody says of an apprentice."""

    marks: Mapping[str, str]  # as written, by criterion
    comment: str = ""
    document: str = ""  # of a skill test: its record
    attachment: Attachment | None = None


def add_assessment(
    session: Session, pair: Pair, kind: str, day: date, *, user: User, now: datetime
) -> Assessment:
    """Plan an assessment besides those of the term: a monthly one, say.

    Raises:
        AssessmentError: a final one, outside the term, or one of that day is there.
    """
    if pair.state not in LIVE_STATES or kind == rules.FINAL:
        raise AssessmentError(_("The final assessment is planned with the term."))
    if not max(pair.starts_on, _day(now)) <= day < pair.ends_on:
        raise AssessmentError(_("The day must lie within the rest of the term."))
    if any(one.due_on == day for one in list_assessments(session, pair.id)):
        raise AssessmentError(_("There is an assessment on this day."))
    assessment = Assessment(pair=pair, kind=kind, due_on=day)
    session.add(assessment)
    session.flush()
    body = {"due_on": day.isoformat()}
    _log(session, assessment, "assessment.planned", user, now, body)
    return assessment


def give_view(
    session: Session,
    assessment: Assessment,
    role: str,
    given: Given,
    *,
    user: User,
    now: datetime,
) -> View:
    """Give one's view of an apprentice, once; nobody sees it before all are there.

    The caller has seen the password, and that the user judges as this role.

    Raises:
        AssessmentError: closed, too early, not asked for this role, given already, by
            somebody who gave another, a mark that cannot be, or a test without proof.
    """
    session.refresh(assessment, ["outcome"], with_for_update=True)
    if assessment.outcome or assessment.pair.state not in LIVE_STATES:
        raise AssessmentError(_("This assessment is closed."))
    opens = limits_in_force(session, now).deadlines.opens_days
    if (assessment.due_on - _day(now)).days > opens:
        raise AssessmentError(
            _("An assessment opens %(days)s days before its day.", days=opens)
        )
    if role not in rules.VIEWS_OF[assessment.kind]:
        raise AssessmentError(_("This assessment does not ask for this view."))
    if any(view.role == role for view in assessment.views):
        raise AssessmentError(_("This view was given already."))
    if role != rules.TEST and any(
        view.role != rules.TEST and is_same_person(session, view.signed_by, user.uid)
        for view in assessment.views
    ):
        raise AssessmentError(_("You have given another view of this assessment."))
    if role == rules.TEST and not (given.document or given.attachment):
        raise AssessmentError(_("Name the record of the skill test, or add its file."))
    marks = _read(role, given.marks)
    view = View(
        assessment_id=assessment.id,
        role=role,
        marks=json.dumps({name: str(mark) for name, mark in marks.items()}),
        comment=given.comment,
        document=given.document,
        attachment=given.attachment,
        signed_at=now,
        signed_by=user.uid,
    )
    assessment.views.append(view)
    session.flush()
    body = {"view": view.uid, "role": role}
    _log(session, assessment, "assessment.view_given", user, now, body)
    return view


def close_assessment(
    session: Session,
    assessment: Assessment,
    *,
    is_passed: bool,
    note: str,
    user: User,
    now: datetime,
) -> None:
    """Say whether an assessment is passed; the band is that of the lowest mark.

    Raises:
        AssessmentError: a view is missing, somebody judged too low for a pass, views
            disagree and nothing is noted, or by one of the pair.
    """
    session.refresh(assessment, ["outcome"], with_for_update=True)
    if assessment.outcome:
        raise AssessmentError(_("This assessment is closed."))
    views = marks_of(assessment)
    if rules.list_missing(assessment.kind, views):
        raise AssessmentError(_("A view is missing."))
    own = {assessment.pair.mentor.person_id, assessment.pair.apprentice_person_id}
    if user.person_id in own:
        raise AssessmentError(_("Neither mentor nor apprentice closes an assessment."))
    bands = limits_in_force(session, now).bands
    band = rules.weakest_of(views, bands)
    if is_passed and band == rules.FAILED:
        raise AssessmentError(
            _(
                "Who judged below %(least)s has to be heard: it is not passed.",
                least=bands.passed,
            )
        )
    if rules.find_disagreements(views, bands) and not note:
        raise AssessmentError(
            _("The views lie far apart: note what was said about it.")
        )
    assessment.outcome = "passed" if is_passed else "failed"
    assessment.band = band if is_passed else rules.FAILED
    assessment.note = note
    assessment.closed_at, assessment.closed_by = now, user.uid
    body = {"outcome": assessment.outcome, "band": assessment.band}
    _log(session, assessment, "assessment.closed", user, now, body)


def marks_of(assessment: Assessment) -> dict[str, Marks]:
    """Return the marks of every view that was given, by role."""
    return {
        view.role: {
            name: Decimal(text) for name, text in json.loads(view.marks).items()
        }
        for view in assessment.views
    }


def is_shown(assessment: Assessment) -> bool:
    """Tell whether all views are there, so that everybody in the pair sees them."""
    there: dict[str, Marks] = {view.role: {} for view in assessment.views}
    return bool(assessment.outcome) or not rules.list_missing(assessment.kind, there)


def _read(role: str, marks: Mapping[str, str]) -> dict[str, Decimal]:
    wanted = rules.CRITERIA_OF[role]
    try:
        return {name: rules.read_mark(marks.get(name, "")) for name in wanted}
    except ValueError as error:
        raise AssessmentError(_("Marks are whole or half, from 0 to 100.")) from error


def _log(
    session: Session,
    assessment: Assessment,
    action: str,
    user: User,
    now: datetime,
    body: Mapping[str, str],
) -> None:
    session.flush()
    record(
        session,
        actor=Actor("human", user.uid),
        action=action,
        subject=f"pair:{assessment.pair.uid}",
        now=now,
        body={"assessment": assessment.uid, "kind": assessment.kind, **body},
    )


def _day(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
