"""A fact in words: a title and what else it says, for lists, papers and histories."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext as _

from talentpool.dossiers.models import (
    Achievement,
    CompetitionRecord,
    Evidence,
    Fact,
    FirmService,
    HonourAward,
    Membership,
    PoolStep,
    PostHeld,
    SkillCertificate,
    Studio,
)
from talentpool.dossiers.rules import wan_text
from talentpool.life.forms.labels import LABELS


def _certificate(fact: SkillCertificate) -> tuple[str, list[str]]:
    printed = fact.printed_level and str(LABELS["old_level"][fact.printed_level])
    until = fact.valid_to and _("valid until %(date)s", date=fact.valid_to.isoformat())
    return (
        f"{fact.skill_level.name} · {fact.trade}",
        [fact.number, fact.issuer, _day(fact.issued_on), until or "", printed or ""],
    )


def _honour(fact: HonourAward) -> tuple[str, list[str]]:
    gone = ""
    if fact.revocation:
        gone = _(
            "Revoked on %(date)s by document %(number)s.",
            date=_day(fact.valid_to),
            number=fact.revocation,
        )
    level = str(LABELS["level"][fact.level])
    return fact.name, [level, _day(fact.awarded_on), fact.issuer, fact.document, gone]


def _competition(fact: CompetitionRecord) -> tuple[str, list[str]]:
    place = ""
    if fact.place:
        place = _("Place %(place)s of %(count)s", place=fact.place, count=fact.of_count)
    return (
        f"{fact.competition_name} · {fact.event_name}",
        [
            str(LABELS["level"][fact.tier]),
            place,
            fact.award,
            _day(fact.held_on),
            fact.document,
        ],
    )


def _achievement(fact: Achievement) -> tuple[str, list[str]]:
    benefit = ""
    if fact.benefit_yuan is not None:
        amount = wan_text(fact.benefit_yuan)
        benefit = _("benefit %(amount)s × 10,000 yuan", amount=amount)
    kind = str(LABELS["achievement"][fact.kind])
    level = str(LABELS["level"][fact.level]) if fact.level else ""
    rank = _("author %(rank)s", rank=fact.author_rank) if fact.author_rank else ""
    told = [kind, level, rank, fact.role, benefit, fact.number]
    return fact.title, [*told, _day(fact.achieved_on)]


def _studio(fact: Studio) -> tuple[str, list[str]]:
    return (
        fact.name,
        [
            str(LABELS["studio"][fact.kind]),
            str(LABELS["level"][fact.level]),
            str(LABELS["studio_role"][fact.role]),
            fact.alliance,
            _day(fact.founded_on),
        ],
    )


def _post(fact: PostHeld) -> tuple[str, list[str]]:
    span = f"{_day(fact.valid_from)} – {_day(fact.valid_to) or _('today')}"
    title = " · ".join(text for text in (fact.unit_name, fact.post) if text)
    kind = str(LABELS["post_kind"][fact.post_kind]) if fact.post_kind else ""
    return title or _("Post"), [span, kind, fact.document]


def _service(fact: FirmService) -> tuple[str, list[str]]:
    figures = _(
        "%(visits)s visits, %(problems)s problems solved, %(trained)s people trained",
        visits=fact.visits,
        problems=fact.problems,
        trained=fact.trained,
    )
    return fact.title, [_day(fact.served_on), fact.firm, figures]


def _membership(fact: Membership) -> tuple[str, list[str]]:
    span = f"{_day(fact.valid_from)} – {_day(fact.valid_to) or _('today')}"
    cause = str(LABELS["step_cause"].get(fact.cause, fact.cause))
    return (
        f"{LABELS['level'][fact.level]} · {LABELS['pool_class'][fact.pool_class]}",
        [span, fact.decision, cause],
    )


def _step(fact: PoolStep) -> tuple[str, list[str]]:
    cause = str(LABELS["step_cause"].get(fact.cause, fact.cause))
    ground = fact.ground if fact.cause not in ("term", "renewed") else ""
    return (
        str(LABELS["state"][fact.to_state]),
        [
            _day(fact.valid_from),
            cause,
            fact.clause,
            ground,
            fact.document,
            fact.decided_by,
        ],
    )


def _evidence(fact: Evidence) -> tuple[str, list[str]]:
    return fact.title, [fact.sha256[:12]]


_LINES: dict[str, Callable[[Any], tuple[str, list[str]]]] = {
    "certificate": _certificate,
    "honour": _honour,
    "competition": _competition,
    "achievement": _achievement,
    "studio": _studio,
    "post": _post,
    "service": _service,
    "membership": _membership,
    "step": _step,
    "evidence": _evidence,
}


def describe(kind: str, fact: Fact) -> tuple[str, str]:
    """Return the title of a fact and what else it says, in the reader's language."""
    title, details = _LINES[kind](fact)
    return title, " · ".join(text for text in details if text)


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
