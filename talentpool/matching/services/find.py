"""Looking for who fits a demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from extensions import LOCAL
from people.codes.rules import EDITION
from talentpool.dossiers.models import Craftsman
from talentpool.matching.models import Demand
from talentpool.matching.queries.offers import Limits, list_heads, list_offers
from talentpool.matching.rules.match import Match, Need, match, terms_in_force
from talentpool.matching.services.desk import Shown
from talentpool.mentorship.services.pairs import limits_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who fits, in order, and how many were looked at."""

    matches: Sequence[Match]
    looked: int
    total: int  # in the trade's field, within the liaison's places
    version: str  # of the rules

    def shown(self, craftsman_id: int) -> Shown | None:
        """Return a craftsman's line in the list, None if not there."""
        for position, one in enumerate(self.matches, 1):
            if one.offer == craftsman_id:
                return Shown(match=one, position=position, looked=self.looked)
        return None


def find_matches(
    session: Session, demand: Demand, scopes: Sequence[Scope], *, now: datetime
) -> Found:
    """Return who of the pool fits a demand, with every reason."""
    terms = terms_in_force()
    mentoring = limits_in_force(session, now)
    need = need_of(demand, mentoring.mentor_rank)
    looked = list_offers(
        session,
        need,
        scopes,
        edition=EDITION,
        today=now.astimezone(LOCAL).date(),
        limits=Limits(
            demands=terms.capacity,
            apprentices=mentoring.capacities,
            most=terms.most_looked,
        ),
    )
    return Found(
        matches=match(need, looked.offers, terms),
        looked=len(looked.offers),
        total=looked.total,
        version=terms.version,
    )


def need_of(demand: Demand, mentor_rank: int) -> Need:
    """Return a demand as the rules read it."""
    rank = demand.level.rank if demand.level else 0
    is_mentor = demand.kind == "mentor"
    apprentice = demand.apprentice_level
    return Need(
        kind=demand.kind,
        trade=demand.trade,
        occupation=demand.occupation_code,
        text=f"{demand.title}\n{demand.problem}",
        district=demand.district_code,
        rank=max(rank, mentor_rank) if is_mentor else rank,
        above=apprentice.rank if is_mentor and apprentice else 0,
    )


def heads_of(session: Session, matches: Sequence[Match]) -> Mapping[int, Craftsman]:
    """Return the craftsmen of some matches by id."""
    return list_heads(session, [one.offer for one in matches])
