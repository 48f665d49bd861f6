"""The experts of a round, each with a sheet of their own; nobody commits here.

Who may sit and mark follows the rules of the panels of admission (P-33): own unit, own
part, mentors. Here also the apprentices of those who took part stay away.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles.queries import list_grants
from accounts.roles.rules import may
from accounts.users.models import User
from errors import DomainError
from people.persons.models import Person
from scoring.marking.rules.values import MarkValueError, mark_points
from talentpool.admission.queries.parties import human_of, mentor_sources
from talentpool.admission.rules.conflicts import (
    EXPERT,
    NOMINATOR,
    NOMINEE,
    SUBMITTER,
    Party,
    Ties,
    find_conflicts,
)
from talentpool.admission.rules.experts import MARKED, RECUSED
from talentpool.growth.models.awards import (
    AwardExpert,
    AwardNomination,
    AwardRound,
    AwardSheet,
)
from talentpool.growth.queries import awards as queries
from talentpool.growth.rules import awards as rules
from talentpool.growth.services.awards import (
    AwardError,
    AwardStateError,
    hold,
    log,
    scheme_of,
)
from talentpool.growth.services.by import By


class StayAwayError(DomainError):
    """The expert has a part that rules the marking out; `codes` say why."""

    status = 403

    def __init__(self, codes: Sequence[str]) -> None:
        texts = map(hindrance_text, codes)
        super().__init__(" ".join([_("You may not do this here."), *texts]))
        self.codes = tuple(codes)


def hindrance_text(code: str) -> str:
    """Return in words why an expert stays away from a project."""
    texts: dict[str, str] = {
        "party:nominee": _("You took part in the project."),
        "party:submitter": _("You recorded the project."),
        "party:nominator": _("You nominated the project."),
        "unit": _("The project, or somebody who took part, is of your own unit."),
        "mentor": _("You are mentor or apprentice of somebody who took part."),
    }
    return texts[code]


def hindrances(session: Session, nomination: AwardNomination, user: User) -> list[str]:
    """Return why a user may not mark a project; [] if they may.

    Source: rule G-21 in docs/rules/growth.md.
    """
    innovation = nomination.innovation
    people = [share.craftsman.person for share in innovation.shares]
    units = [innovation.unit, *(person.unit for person in people)]
    parties = [
        *(Party(NOMINEE, "", person.uid) for person in people),
        Party(SUBMITTER, innovation.recorded_by),
        Party(NOMINATOR, nomination.nominated_by),
    ]
    ties = Ties(
        parties=tuple(parties),
        units=frozenset(unit.uid for unit in units if unit is not None),
        mentors=_tied(session, people, user),
    )
    return find_conflicts(human_of(user), EXPERT, ties)


def appoint(session: Session, award_round: AwardRound, user: User, *, by: By) -> None:
    """Appoint an expert; twice is once.

    Raises:
        AwardError: the user does not hold the role of an expert.
        AwardStateError: the marking is over.
    """
    hold(session, award_round, [rules.NOMINATING, rules.SCORING])
    if not may(list_grants(session, user.id), "pool.assess", None):
        raise AwardError(
            _("This user is no talent-pool expert. The role is given first.")
        )
    seat = queries.find_expert(session, award_round.id, user.id)
    if seat is not None and seat.ended_at is None:
        return
    if seat is None:
        seat = AwardExpert(
            round=award_round,
            user=user,
            appointed_at=by.now,
            appointed_by=by.actor.name,
        )
        session.add(seat)
    seat.ended_at = None
    log(session, award_round, "award.expert_appointed", by, {"user": user.uid})


def dismiss(session: Session, seat: AwardExpert, *, by: By) -> None:
    """Take an expert off; sheets that are signed stay.

    Raises:
        AwardStateError: the marking is over.
    """
    hold(session, seat.round, [rules.NOMINATING, rules.SCORING])
    if seat.ended_at is None:
        seat.ended_at = by.now
        body = {"user": seat.user.uid}
        log(session, seat.round, "award.expert_dismissed", by, body)


def sign_sheet(
    session: Session,
    nomination: AwardNomination,
    *,
    marks: Mapping[str, str],
    comment: str,
    by: By,
) -> AwardSheet:
    """Sign one's own sheet for a project; it is never changed afterwards.

    Args:
        session: the caller's transaction.
        nomination: of a round that is being marked.
        marks: text by code of an aspect of the round's scheme.
        comment: may be empty.
        by: an expert of the round.

    Raises:
        AwardError: no expert here, a mark cannot be, or the sheet is signed.
        StayAwayError: own part, own unit, mentor or apprentice.
        AwardStateError: the round is not being marked.
    """
    _require_seat(session, nomination, by)
    if codes := hindrances(session, nomination, by.user):
        raise StayAwayError(codes)
    aspects = {aspect.code: aspect for aspect in scheme_of(nomination.round).aspects}
    if set(marks) != set(aspects):
        raise AwardError(_("Give a mark for each criterion."))
    for code, text in marks.items():
        try:
            mark_points(aspects[code], text)
        except MarkValueError as error:
            said = _(error.template) % error.params
            raise AwardError(
                _("%(field)s: %(error)s", field=aspects[code].name, error=said)
            ) from error
    given = {code: marks[code].strip() for code in aspects}
    return _keep(session, nomination, MARKED, json.dumps(given), comment, by)


def stay_away(
    session: Session, nomination: AwardNomination, *, reason: str, by: By
) -> AwardSheet:
    """Stay away from a project, with the reason; no marks follow.

    Raises:
        AwardError, AwardStateError: as `sign_sheet`.
    """
    _require_seat(session, nomination, by)
    return _keep(session, nomination, RECUSED, "{}", reason, by)


def close_scoring(session: Session, award_round: AwardRound, *, by: By) -> None:
    """End the marking: no further sheet, and the ranking is seen from now on.

    Raises:
        AwardStateError: it is not being marked.
        AwardError: a project lacks sheets, or an expert who may mark one has neither
            signed nor stayed away.
    """
    hold(session, award_round, [rules.SCORING])
    standing = {n.uid: n for n in queries.list_standing(session, award_round)}
    sheets = queries.list_sheets(session, award_round)
    lacking = rules.lacking_sheets(
        standing, [s.nomination.uid for s in sheets if s.state == MARKED]
    )
    if lacking:
        titles = "; ".join(standing[uid].innovation.title for uid in lacking)
        raise AwardError(
            _(
                "Each project needs %(least)s sheets with marks. These lack some: "
                "%(titles)s. Appoint more experts.",
                least=rules.LEAST_EXPERTS,
                titles=titles,
            )
        )
    signed = {(sheet.nomination.uid, sheet.user_id) for sheet in sheets}
    waited_for = [
        seat.user.display_name
        for seat in queries.list_experts(session, award_round.id)
        if any(
            (uid, seat.user_id) not in signed
            and not hindrances(session, nomination, seat.user)
            for uid, nomination in standing.items()
        )
    ]
    if waited_for:
        raise AwardError(
            _(
                "Not everybody has signed a sheet, or stayed away, for each project: "
                "%(names)s.",
                names=", ".join(waited_for),
            )
        )
    award_round.state = rules.CLOSED
    log(session, award_round, "award.scoring_closed", by, {"sheets": len(sheets)})


def _require_seat(session: Session, nomination: AwardNomination, by: By) -> None:
    hold(session, nomination.round, [rules.SCORING])
    if nomination.state != rules.NOMINATED:
        raise AwardStateError
    if not queries.is_expert(session, nomination.round_id, by.user):
        raise AwardError(_("You are no expert of this round."))


def _keep(
    session: Session,
    nomination: AwardNomination,
    state: str,
    marks: str,
    comment: str,
    by: By,
) -> AwardSheet:
    if queries.find_sheet(session, nomination, by.user) is not None:
        raise AwardError(_("Your sheet is signed already."))
    sheet = AwardSheet(
        nomination=nomination,
        user=by.user,
        state=state,
        marks=marks,
        comment=comment,
        signed_at=by.now,
    )
    session.add(sheet)
    session.flush()
    body = {"sheet": sheet.uid, "sheet_state": state, "nomination": nomination.uid}
    log(session, nomination.round, "award.sheet_signed", by, body)
    return sheet


def _tied(session: Session, people: Iterable[Person], user: User) -> frozenset[str]:
    """Return the persons, by uid, who train, trained or learn from who took part."""
    own = user.person
    found = {mentor for person in people for mentor in _mentors(session, person.id)}
    tied = set(session.scalars(select(Person.uid).where(Person.id.in_(found))))
    if own is not None:
        taught_by = set(_mentors(session, own.id))
        if any(person.id in taught_by for person in people):
            tied.add(own.uid)
    return frozenset(tied)


def _mentors(session: Session, person_id: int) -> Iterable[int]:
    for source in mentor_sources.values():
        yield from source(session, person_id)
