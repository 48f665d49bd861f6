"""From sheets to prizes, and from prizes into dossiers; nobody commits here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.ranking.rules.awards import Cut
from scoring.results.rules.result import Result
from scoring.results.rules.score import Scoring
from scoring.results.rules.trace.make import Tracer
from scoring.results.services.lay_out import Tree, Voice, lay_out
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Scheme
from talentpool.growth.models.awards import AwardNomination, AwardRound
from talentpool.growth.queries import awards as queries
from talentpool.growth.rules import awards as rules
from talentpool.growth.services.awards import (
    AwardError,
    AwardStateError,
    hold,
    log,
    require_outside,
    scheme_of,
)
from talentpool.growth.services.by import By
from talentpool.growth.services.posting import post_award, take_back_award


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What the sheets of a closed round come to."""

    scheme: Scheme
    nominations: Mapping[str, AwardNomination]  # by uid, which is the engine's code
    facts: Sequence[EntryFacts]
    marks: Sequence[Mark]
    scoring: Scoring

    @property
    def lines(self) -> list[tuple[AwardNomination, Result]]:
        """The projects with their results, best first."""
        return [(self.nominations[r.entry], r) for r in self.scoring.results]

    @property
    def cut(self) -> Cut | None:
        """The highest tie over the last place of a prize, if there is one."""
        return next(iter(rules.find_cuts(self.scheme, self.scoring)), None)


def rank(session: Session, award_round: AwardRound) -> Ranking:
    """Score a round that is closed: always anew, from its sheets.

    Raises:
        AwardStateError: it is being marked still; nobody sees anything before.
    """
    if award_round.state not in {rules.CLOSED, rules.PUBLISHED}:
        raise AwardStateError
    if award_round.state == rules.CLOSED:
        found = queries.list_standing(session, award_round)
    else:
        listed = queries.list_nominations(session, award_round)
        found = [nomination for nomination in listed if nomination.rank is not None]
    scheme, nominations = scheme_of(award_round), {n.uid: n for n in found}
    marks = [
        mark
        for mark in queries.marks_of(queries.list_sheets(session, award_round))
        if mark.entry in nominations
    ]
    facts = [EntryFacts(entry=n.uid, playoff=_playoff(n)) for n in found]
    return Ranking(
        scheme=scheme,
        nominations=nominations,
        facts=facts,
        marks=marks,
        scoring=rules.score_round(scheme, marks, facts),
    )


def explain(ranking: Ranking, nomination: AwardNomination) -> Tree:
    """Return how a project's result came about; experts are seats without a name."""
    own = {mark.judge for mark in ranking.marks if mark.entry == nomination.uid}
    seats = sorted({mark.judge for mark in ranking.marks})
    scheme = rules.with_judges(ranking.scheme, len(own))
    tracer = Tracer(scheme, ranking.facts, ranking.marks, ranking.scoring)
    voice = Voice(
        judge=lambda seat: _("Seat %(number)s", number=seats.index(seat) + 1),
        entry=lambda uid: ranking.nominations[uid].innovation.title,
    )
    return lay_out(scheme, tracer.trace(nomination.uid), voice)


def decide_tie(
    session: Session,
    award_round: AwardRound,
    places: Mapping[str, int],
    *,
    reason: str,
    by: By,
) -> None:
    """Say who goes first among those tied over the last place of a prize.

    Args:
        session: the caller's transaction.
        award_round: it is closed.
        places: 1, 2 … by uid of the nomination, for each that is tied.
        reason: why in this order.
        by: an officer outside of the projects.

    Raises:
        AwardError: no such tie, or not each has a place of its own.
        AwardStateError: the round is not closed, or published already.
    """
    hold(session, award_round, [rules.CLOSED])
    ranking = rank(session, award_round)
    cut = ranking.cut
    if cut is None or set(places) != set(cut.tied):
        raise AwardStateError
    if sorted(places.values()) != list(range(1, len(places) + 1)):
        raise AwardError(_("Give each of them a place of its own: 1, 2 and so on."))
    tied = [ranking.nominations[uid] for uid in cut.tied]
    require_outside(session, tied, by)
    for nomination in tied:
        nomination.tie_place, nomination.tie_reason = places[nomination.uid], reason
    body = {"prize": cut.award, "places": dict(places), "reason": reason}
    log(session, award_round, "award.tie_decided", by, body)


def publish(
    session: Session, award_round: AwardRound, *, document: str, by: By
) -> list[AwardNomination]:
    """Decide a round as ranked; its awards go into the dossiers of all people.

    Raises:
        AwardStateError: it is not closed.
        AwardError: whoever opened it, marked or took part decides; or a tie is open.

    Source: rules G-23 and G-24 in docs/rules/growth.md.
    """
    hold(session, award_round, [rules.CLOSED])
    ranking = rank(session, award_round)
    _require_second(session, award_round, list(ranking.nominations.values()), by)
    if ranking.cut is not None:
        raise AwardError(_("A tie over the last place of a prize is not decided."))
    award_round.state, award_round.document = rules.PUBLISHED, document
    award_round.decided_by, award_round.decided_at = by.user.uid, by.now
    awarded = []
    for nomination, result in ranking.lines:
        nomination.rank, nomination.prize = result.rank, result.award
        nomination.total = format_number(result.total or Fraction(0))
        nomination.state = rules.AWARDED if result.award else rules.UNAWARDED
        if result.award:
            awarded.append(nomination)
    body = {n.innovation.uid: n.prize for n in awarded}
    log(session, award_round, "award.published", by, {"prizes": body})
    for nomination in awarded:
        post_award(session, nomination, actor=by.actor, now=by.now)
    return awarded


def take_back(
    session: Session, nomination: AwardNomination, *, reason: str, by: By
) -> None:
    """Take a published award back; it stands in the dossiers as disputed.

    Raises:
        AwardStateError: there is no such award.
        AwardError: whoever recorded the project or took part decides.
    """
    hold(session, nomination.round, [rules.PUBLISHED])
    if nomination.state != rules.AWARDED:
        raise AwardStateError
    require_outside(session, [nomination], by)
    take_back_award(session, nomination, reason=reason, actor=by.actor, now=by.now)


def _require_second(
    session: Session,
    award_round: AwardRound,
    nominations: Sequence[AwardNomination],
    by: By,
) -> None:
    if award_round.opened_by == by.user.uid:
        raise AwardError(_("A second person decides: whoever opened the round cannot."))
    if queries.find_expert(session, award_round.id, by.user.id) is not None:
        raise AwardError(_("An expert of the round does not decide on it."))
    require_outside(session, nominations, by)


def _playoff(nomination: AwardNomination) -> Fraction | None:
    place = nomination.tie_place
    return None if place is None else Fraction(-place)
