"""Award rounds from the call to the end of the marking; nobody commits here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib import resources
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.services import record
from people.districts.models import District
from scoring.scheme.rules.parse import parse_document, parse_scheme, read_toml
from scoring.scheme.rules.tree import Scheme
from scoring.scheme.rules.write import write_toml
from talentpool.growth.models.awards import AwardNomination, AwardRound
from talentpool.growth.models.innovations import Innovation
from talentpool.growth.queries import awards as queries
from talentpool.growth.queries.innovations import is_part
from talentpool.growth.rules import awards as rules
from talentpool.growth.rules.awards import Nominee, Prize
from talentpool.growth.rules.innovations import COUNTED_STATES
from talentpool.growth.services.by import By

_SUFFIX = ".scheme.toml"


class AwardError(DomainError):
    """This cannot be done with the round as it stands."""

    status = 422


class AwardStateError(DomainError):
    """The round has moved on meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("The round has moved on meanwhile. Open it again."))


class RefusedNominationError(DomainError):
    """The project is not admitted; `codes` say why, see `rules.awards.refusals`."""

    status = 422

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(" ".join(refusal_text(code) for code in codes))
        self.codes = tuple(codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundValues:
    """What is said of a round when it is opened."""

    name: str
    year: int
    level: str
    issuer: str
    kinds: Sequence[str]
    opens_on: date
    closes_on: date
    finished_from: date
    finished_to: date


def refusal_text(code: str) -> str:
    """Return in words why a project is not admitted."""
    texts: dict[str, str] = {
        "window": _("Today is not within the days of nomination."),
        "unconfirmed": _("The project is not verified."),
        "kind": _("The round does not admit projects of this kind."),
        "period": _("The project was not finished within the round's period."),
        "place": _("The project lies outside the round's place."),
        "twice": _("The project is nominated in this round already."),
        "taken": _("Another round of this level has awarded or judges the project."),
    }
    return texts[code]


def list_schemes() -> dict[str, str]:
    """Return the titles of the schemes that come with the program, by name."""
    folder = resources.files("talentpool.growth") / "schemes"
    names = sorted(
        item.name.removesuffix(_SUFFIX)
        for item in folder.iterdir()
        if item.name.endswith(_SUFFIX)
    )
    return {name: str(read_shipped(name)["title"]) for name in names}


def scheme_of(award_round: AwardRound) -> Scheme:
    """Return the scheme a round is marked and ranked by."""
    return parse_scheme(award_round.scheme)


def open_round(
    session: Session,
    values: RoundValues,
    *,
    district: District,
    scheme: str,
    prizes: Sequence[Prize],
    least: int,
    by: By,
) -> AwardRound:
    """Open a round; scheme, prizes and least marks are fixed from now on.

    Args:
        session: the caller's transaction.
        values: what is said of it.
        district: where projects must lie.
        scheme: the name of one that comes with the program.
        prizes: the highest first.
        least: marks below which no prize is given.
        by: who opens it; somebody else decides it.
    """
    document = rules.lay_down(read_shipped(scheme), prizes, least)
    parse_document(document)
    made = AwardRound(
        name=values.name,
        year=values.year,
        level=values.level,
        issuer=values.issuer,
        kinds=" ".join(values.kinds),
        opens_on=values.opens_on,
        closes_on=values.closes_on,
        finished_from=values.finished_from,
        finished_to=values.finished_to,
        district=district,
        scheme=write_toml(document),
        state=rules.NOMINATING,
        opened_by=by.user.uid,
        opened_at=by.now,
    )
    session.add(made)
    digest = sha256(made.scheme.encode()).hexdigest()
    body = {"kinds": made.kinds, "level": made.level, "scheme": digest}
    log(session, made, "award.opened", by, body)
    return made


def nominate(
    session: Session,
    award_round: AwardRound,
    innovation: Innovation,
    *,
    statement: str,
    by: By,
) -> AwardNomination:
    """Nominate a project into a round.

    Raises:
        AwardStateError: the round takes no nominations any more.
        RefusedNominationError: the project is not admitted; names all reasons.
    """
    hold(session, award_round, [rules.NOMINATING])
    # Held, so that two rounds of one level do not both take it.
    session.refresh(innovation, ["state"], with_for_update=True)
    known = queries.find_nominated(session, award_round, innovation)
    codes = rules.refusals(
        award_round.terms,
        Nominee(
            kind=innovation.kind,
            finished_on=innovation.finished_on,
            is_verified=innovation.state in COUNTED_STATES,
            is_here=award_round in queries.list_open_rounds(session, innovation),
            is_nominated=known is not None and known.state != rules.WITHDRAWN,
            is_taken=queries.is_taken(session, innovation, award_round),
        ),
        by.today,
    )
    if codes:
        raise RefusedNominationError(codes)
    made = known or AwardNomination(round=award_round, innovation=innovation)
    made.statement, made.state, made.reason = statement, rules.NOMINATED, ""
    made.nominated_by, made.nominated_at = by.user.uid, by.now
    session.add(made)
    body = {"innovation": innovation.uid}
    log(session, award_round, "award.nominated", by, body)
    return made


def withdraw(
    session: Session, nomination: AwardNomination, *, reason: str, by: By
) -> None:
    """Take a nomination out while nominations are taken.

    Raises:
        AwardStateError: the marking has begun, or it is withdrawn already.
    """
    hold(session, nomination.round, [rules.NOMINATING])
    if nomination.state != rules.NOMINATED:
        raise AwardStateError
    nomination.state, nomination.reason = rules.WITHDRAWN, reason
    body = {"innovation": nomination.innovation.uid, "reason": reason}
    log(session, nomination.round, "award.nomination_withdrawn", by, body)


def begin_scoring(
    session: Session, award_round: AwardRound, *, reason: str, by: By
) -> None:
    """End the nominations: the experts mark from now on.

    Raises:
        AwardStateError: it is marked already.
        AwardError: too few experts, nothing nominated, or the days of nomination are
            not over and no reason is given.
    """
    hold(session, award_round, [rules.NOMINATING])
    seats = len(queries.list_experts(session, award_round.id))
    if seats < rules.LEAST_EXPERTS:
        raise AwardError(
            _(
                "%(count)s experts are appointed and %(least)s are needed.",
                count=seats,
                least=rules.LEAST_EXPERTS,
            )
        )
    if not queries.list_standing(session, award_round):
        raise AwardError(_("No project is nominated."))
    if by.today <= award_round.closes_on and not reason:
        raise AwardError(
            _("The days of nomination are not over. Say why the marking begins now.")
        )
    award_round.state = rules.SCORING
    log(session, award_round, "award.scoring_begun", by, {"reason": reason})


def cancel(session: Session, award_round: AwardRound, *, reason: str, by: By) -> None:
    """End a round without a result, with the reason."""
    hold(session, award_round, rules.RUNNING)
    award_round.state, award_round.reason = rules.CANCELLED, reason
    log(session, award_round, "award.cancelled", by, {"reason": reason})


def require_outside(
    session: Session, nominations: Sequence[AwardNomination], by: By
) -> None:
    """Refuse who recorded, or took part in, a project that competes.

    Raises:
        AwardError: they did.
    """
    for nomination in nominations:
        innovation = nomination.innovation
        if innovation.recorded_by == by.user.uid or is_part(
            session, innovation, by.user.person_id
        ):
            raise AwardError(
                _("Whoever recorded a project or took part in it cannot decide on it.")
            )


def hold(session: Session, award_round: AwardRound, states: Collection[str]) -> None:
    """Hold the round's row, so that it moves on once.

    Raises:
        AwardStateError: it is in none of the states.
    """
    session.flush()
    session.refresh(award_round, ["state"], with_for_update=True)
    if award_round.state not in states:
        raise AwardStateError


def log(
    session: Session,
    award_round: AwardRound,
    action: str,
    by: By,
    body: Mapping[str, object],
) -> None:
    """Write what happened to a round into the ledger."""
    session.flush()
    record(
        session,
        actor=by.actor,
        action=action,
        subject=f"award:{award_round.uid}",
        now=by.now,
        body={**body, "state": award_round.state},
    )


def read_shipped(name: str) -> dict[str, Any]:
    """Return the document of a scheme that comes with the program."""
    file = resources.files("talentpool.growth") / "schemes" / f"{name}{_SUFFIX}"
    return read_toml(file.read_text(encoding="utf-8"))
