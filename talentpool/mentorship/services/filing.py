"""The union files an agreement that every party has signed; from then on it holds."""

import secrets
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from accounts.users.queries import is_same_person
from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor
from talentpool.dossiers.services.craftsmen import hold, hold_person
from talentpool.mentorship.models import Agreement
from talentpool.mentorship.queries import agreements as queries
from talentpool.mentorship.rules import agreements as rules
from talentpool.mentorship.rules.pairs import OFFICER, TERM_LONG, find_breaches
from talentpool.mentorship.services.agreements import (
    AgreementError,
    is_extension,
    log_agreement,
    tell_parties,
)
from talentpool.mentorship.services.pairs import (
    NewPair,
    PairRefusedError,
    Step,
    limits_in_force,
    move_pair,
    request_of,
)
from talentpool.mentorship.services.plans import begin_plan
from talentpool.mentorship.services.sealing import seal


class RecusalError(DomainError):
    """Who is tied to a pair does not file its agreement."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            _(
                "You are in this pair, of one of its units, or have signed for a "
                "party: somebody else files the agreement."
            )
        )


def file_agreement(
    session: Session,
    agreement: Agreement,
    *,
    number: str,
    waiver: str,
    user: User,
    now: datetime,
) -> None:
    """File a signed agreement with the union: from then on it holds.

    Every limit is looked at again on this day. Those a reason may set aside are set
    aside by the waiver, which is kept with the codes of what it waived.

    Raises:
        AgreementError: a party has yet to sign, or another version is newer.
        RecusalError: the officer is tied to the pair.
        PairRefusedError: a limit is breached.
    """
    pair, actor = agreement.pair, Actor("human", user.uid)
    session.refresh(pair, ["state"], with_for_update=True)
    session.refresh(agreement, ["state"])
    if agreement.state != rules.COMPLETE:
        raise AgreementError(_("Not every party has signed every section."))
    _recuse(session, agreement, user)
    waived = _check_limits(session, agreement, waiver, now)
    before = queries.find_filed(session, pair.id)
    if before is not None:
        before.state = rules.REPLACED
    session.flush()
    agreement.state = rules.FILED
    agreement.filed_at, agreement.filed_by = now, actor.name
    if waived:
        agreement.waiver = waiver or pair.exception_reason
        agreement.waived = " ".join(waived)
    if pair.agreement_number is None:
        pair.agreement_number = number or _draw_number(_day(now).year)
    is_longer = pair.ends_on < agreement.ends_on
    pair.starts_on, pair.ends_on = agreement.starts_on, agreement.ends_on
    agreement.signature = seal(
        agreement, queries.list_confirmations(session, pair.id)
    ).hex()
    body = {
        "version": agreement.version,
        "digest": agreement.digest,
        "number": pair.agreement_number,
        "waived": waived,
        "starts_on": pair.starts_on.isoformat(),
        "ends_on": pair.ends_on.isoformat(),
    }
    log_agreement(session, agreement, "agreement.filed", actor, now, body)
    if pair.state == "signed":
        step = Step(to="filed", on=_day(now))
        move_pair(session, pair, step=step, who=OFFICER, actor=actor, now=now)
    elif is_longer and pair.state in {"active", "due"}:
        step = Step(to="extended", on=_day(now), body={"version": agreement.version})
        move_pair(session, pair, step=step, who=OFFICER, actor=actor, now=now)
    begin_plan(session, pair, language=agreement.language, actor=actor, now=now)
    tell_parties(session, agreement, "pair_filed", now)


def _recuse(session: Session, agreement: Agreement, user: User) -> None:
    pair = agreement.pair
    units = {agreement.unit_id, agreement.mentor_unit_id}
    own = {user.unit_id, user.person.unit_id if user.person else None} - {None}
    persons = {pair.mentor.person_id, pair.apprentice_person_id}
    signed = {c.signed_by for c in queries.list_confirmations(session, pair.id)}
    if (
        user.person_id in persons
        or own & units
        or any(is_same_person(session, uid, user.uid) for uid in signed)
    ):
        raise RecusalError


def _check_limits(
    session: Session, agreement: Agreement, waiver: str, now: datetime
) -> list[str]:
    """Refuse what breaches a limit; return the codes a reason sets aside."""
    pair = agreement.pair
    hold(session, pair.mentor)
    hold_person(session, pair.apprentice_person_id)
    asked = NewPair(
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        relation=pair.relation,
        trade=pair.trade,
        state="filed",
        agreement_number="filed now",
        apprentice_level=pair.apprentice_level or "",
    )
    request = request_of(session, pair.mentor, pair.apprentice, asked, own=pair)
    limits = limits_in_force(session, now)
    found = find_breaches(limits, request)
    if is_extension(limits, pair, agreement.starts_on, agreement.ends_on):
        found = [breach for breach in found if breach.code != TERM_LONG]
    reason = waiver or pair.exception_reason
    left = [b for b in found if not (reason and b.is_waivable)]
    if left:
        raise PairRefusedError(left)
    return [breach.code for breach in found]


def _draw_number(year: int) -> str:
    drawn = "".join(
        secrets.choice(rules.NUMBER_ALPHABET) for _place in range(rules.NUMBER_DRAWN)
    )
    return rules.agreement_number(year, drawn)


def _day(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
