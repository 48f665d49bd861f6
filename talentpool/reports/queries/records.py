"""What the figures about records count: pairs, honours, achievements, studios, service.

Records lie where their craftsman's dossier lies; a pair where its mentor's does.
"""

from collections.abc import Mapping

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from talentpool.dossiers.models import (
    Achievement,
    Craftsman,
    Fact,
    FirmService,
    HonourAward,
    Studio,
)
from talentpool.mentorship.models import Pair
from talentpool.reports.queries.people import pair_is_live, splits
from talentpool.reports.queries.selection import (
    Column,
    Selection,
    chosen,
    in_days,
    with_person,
)
from talentpool.reports.rules.window import Window


def pairs_begun(window: Window) -> Selection:
    """Select pairs whose term began in the period."""
    return _pairs(window, Pair.state != "draft", in_days(Pair.starts_on, window))


def pairs_live(window: Window) -> Selection:
    """Select pairs that are live on the last day."""
    return _pairs(window, pair_is_live(window))


def pairs_graduated(window: Window) -> Selection:
    """Select pairs that ended with graduation in the period."""
    return _pairs(window, Pair.state == "graduated", in_days(Pair.closed_on, window))


def pairs_terminated(window: Window) -> Selection:
    """Select pairs that were terminated in the period."""
    return _pairs(window, Pair.state == "terminated", in_days(Pair.closed_on, window))


def honours(window: Window, word: str = "") -> Selection:
    """Select honours awarded in the period whose name holds a word."""
    conditions = [HonourAward.revocation == "", in_days(HonourAward.awarded_on, window)]
    if word:
        conditions.append(HonourAward.name.contains(word, autoescape=True))
    more = {"honour_level": HonourAward.level}
    return _facts(window, HonourAward, "honour", more, *conditions)


def achievements(window: Window, *conditions: Column) -> Selection:
    """Select achievements dated in the period; a project once, with its lead."""
    alone = or_(Achievement.project_uid == "", Achievement.author_rank == 1)
    return _achievements(window, alone, *conditions)


def methods(window: Window) -> Selection:
    """Select achievements that are named after the person, lead or not."""
    return _achievements(window, Achievement.named_after_person)


def benefit(window: Window) -> Selection:
    """Select achievements with a benefit, of first authors; adds it up in yuan."""
    first = or_(Achievement.author_rank.is_(None), Achievement.author_rank == 1)
    found = achievements(window, Achievement.benefit_yuan > 0, first)
    return _adding(found, Achievement.benefit_yuan)


def studios(window: Window) -> Selection:
    """Select studios that stand on the last day."""
    founded = or_(Studio.founded_on.is_(None), Studio.founded_on <= window.last)
    standing = or_(Studio.valid_to.is_(None), Studio.valid_to > window.last)
    return _studios(window, and_(founded, standing))


def studios_founded(window: Window) -> Selection:
    """Select studios that were founded in the period."""
    return _studios(window, in_days(Studio.founded_on, window))


def service(window: Window, amount: InstrumentedAttribute[int]) -> Selection:
    """Select services to firms of the period with an amount, and add it up."""
    found = _facts(
        window,
        FirmService,
        "service",
        {},
        in_days(FirmService.served_on, window),
        amount > 0,
    )
    return _adding(found, amount)


def _achievements(window: Window, *conditions: Column) -> Selection:
    return _facts(
        window,
        Achievement,
        "achievement",
        {"achievement_kind": Achievement.kind},
        in_days(Achievement.achieved_on, window),
        *conditions,
    )


def _studios(window: Window, condition: Column) -> Selection:
    more = {"studio_kind": Studio.kind, "studio_level": Studio.level}
    return _facts(window, Studio, "studio", more, Studio.role == "leader", condition)


def _pairs(window: Window, *conditions: Column) -> Selection:
    joined = select(Pair.id).join(Craftsman, Craftsman.id == Pair.mentor_id)
    return Selection(
        subject="pair",
        id=Pair.id,
        rows=with_person(joined).where(chosen(window), *conditions),
        by={
            **splits(window),
            "trade": Pair.trade,
            "pair_state": Pair.state,
            "pair_cause": Pair.cause,
            "relation": Pair.relation,
        },
    )


def _facts(
    window: Window,
    model: type[Fact],
    subject: str,
    more: Mapping[str, Column],
    *conditions: Column,
) -> Selection:
    joined = select(model.id).join(Craftsman, Craftsman.id == model.craftsman_id)
    rows = with_person(joined).where(
        chosen(window), model.is_current, model.state != "disputed", *conditions
    )
    return Selection(
        subject=subject,
        id=model.id,
        rows=rows,
        by={**splits(window), **more},
    )


def _adding(found: Selection, amount: Column) -> Selection:
    return Selection(
        subject=found.subject,
        id=found.id,
        rows=found.rows,
        by=found.by,
        amount=amount,
    )
