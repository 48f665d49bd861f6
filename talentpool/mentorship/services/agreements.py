"""An agreement is drawn up, changed, and confirmed section by section."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.messages.services.tell import tell
from accounts.users.models import User
from accounts.users.queries import is_same_person
from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor, record
from people.consent.rules import guardian_part
from people.units.models import Unit
from talentpool.mentorship.models import Agreement, Confirmation, Pair, Section
from talentpool.mentorship.queries import agreements as queries
from talentpool.mentorship.rules import agreements as rules
from talentpool.mentorship.rules.pairs import (
    EXTENDABLE,
    LIVE_STATES,
    OFFICER,
    PARTIES_SIGN,
    TERM_LONG,
    term_breaches,
)
from talentpool.mentorship.rules.templates import find_template
from talentpool.mentorship.services.pairs import (
    PairRefusedError,
    PairStepError,
    Step,
    limits_in_force,
    move_pair,
)
from talentpool.standard.rules.mentorship import MentorshipLimits
from talentpool.standard.rules.months import months_after

_LIVE_DOCUMENT = (rules.OPEN, rules.COMPLETE)


class AgreementError(DomainError):
    """The agreement cannot be drawn up, signed or filed like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an agreement says, before it is a version."""

    starts_on: date
    ends_on: date
    confirm_by: date
    texts: Mapping[str, str]  # by section
    guardian: str = ""
    reason: str = ""  # of a change
    language: str = "zh"  # of its texts, and of the task sheet that begins with it


def draw_up(
    session: Session, pair: Pair, draft: Draft, *, actor: Actor, now: datetime
) -> Agreement:
    """Make the next version of a pair's agreement and ask for its signatures.

    What a version says never changes; the one before keeps the signatures under the
    sections that stay as they were.

    Raises:
        AgreementError: a section is empty, nothing changed, a change has no reason,
            nobody has a unit, or a minor no guardian.
        PairRefusedError: the term breaches the limits of the standard.
    """
    session.refresh(pair, ["state"], with_for_update=True)
    before = queries.find_newest(session, pair.id)
    texts = {code: draft.texts.get(code, "").strip() for code in rules.SECTIONS}
    _refuse_draft(session, pair, before, draft, texts, now)
    units = _units_of(pair)
    digests = {
        code: rules.section_digest(pair.uid, code, text) for code, text in texts.items()
    }
    version = before.version + 1 if before else 1
    term = (draft.starts_on, draft.ends_on)
    agreement = Agreement(
        pair=pair,
        version=version,
        state=rules.OPEN,
        template=find_template(pair.occupation_code).code,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        confirm_by=draft.confirm_by,
        unit=units[0],
        mentor_unit=units[1] if len(units) > 1 else None,
        guardian=draft.guardian,
        language=draft.language,
        digest=rules.agreement_digest(pair.uid, version, term, digests),
        reason=draft.reason,
        made_at=now,
        made_by=actor.name,
        sections=[
            Section(code=code, position=at, text=texts[code], digest=digests[code])
            for at, code in enumerate(rules.SECTIONS)
        ],
    )
    touched = list(rules.SECTIONS)
    if before is not None:
        touched = rules.list_touched(digests_of(before), digests)
        if before.state in _LIVE_DOCUMENT:
            before.state = rules.REPLACED
    session.add(agreement)
    body = {"version": version, "touched": touched, "digest": agreement.digest}
    log_agreement(session, agreement, "agreement.drawn_up", actor, now, body)
    if pair.state == "signed":
        step = Step(to="draft", on=_day(now), body={"version": version})
        move_pair(session, pair, step=step, who=OFFICER, actor=actor, now=now)
    _complete(session, agreement, actor, now)
    _ask(session, agreement, now)
    return agreement


def set_deadline(
    session: Session, agreement: Agreement, *, day: date, actor: Actor, now: datetime
) -> None:
    """Give the parties of an open agreement another day to sign by; tell them.

    Raises:
        AgreementError: it is not open, or the day has passed.
    """
    _hold_open(session, agreement)
    if day < _day(now):
        raise AgreementError(_("The deadline must not have passed."))
    agreement.confirm_by = day
    body = {"version": agreement.version, "confirm_by": day.isoformat()}
    log_agreement(session, agreement, "agreement.deadline_set", actor, now, body)
    _ask(session, agreement, now)


def confirm(
    session: Session,
    agreement: Agreement,
    *,
    party: str,
    codes: Sequence[str],
    digest: str,
    user: User,
    now: datetime,
) -> list[Confirmation]:
    """Sign sections for a party; the caller has seen the password and who may.

    Args:
        session: the caller's transaction.
        agreement: the newest version.
        party: as which party; the caller has checked that the user is it.
        codes: sections that were read; those signed already are passed over.
        digest: of the version the page showed.
        user: who signs.
        now: the server's clock.

    Raises:
        AgreementError: not open, another version by now, the deadline has passed, no
            section, or the same human has signed for another party.
    """
    _hold_open(session, agreement)
    if agreement.digest != digest:
        raise AgreementError(
            _("The agreement has changed. Read the new version, then sign.")
        )
    if agreement.confirm_by < _day(now):
        raise AgreementError(
            _("The deadline has passed. The unit or the union sets a new one.")
        )
    there = queries.list_confirmations(session, agreement.pair_id)
    if any(
        found.party != party and is_same_person(session, found.signed_by, user.uid)
        for found in there
    ):
        raise AgreementError(_("You have signed for another party of this pair."))
    missing = missing_of(agreement, there).get(party, ())
    wanted = [code for code in missing if code in set(codes)]
    if not wanted:
        raise AgreementError(_("Tick the sections you have read and agree to."))
    digests = digests_of(agreement)
    made = [
        Confirmation(
            pair_id=agreement.pair_id,
            agreement_id=agreement.id,
            party=party,
            section=code,
            section_digest=digests[code],
            agreement_digest=agreement.digest,
            signed_at=now,
            signed_by=user.uid,
        )
        for code in wanted
    ]
    session.add_all(made)
    actor = Actor("human", user.uid)
    body = {
        "version": agreement.version,
        "party": party,
        "sections": {code: digests[code] for code in wanted},
        "digest": agreement.digest,
    }
    log_agreement(session, agreement, "agreement.confirmed", actor, now, body)
    _complete(session, agreement, actor, now)
    return made


def digests_of(agreement: Agreement) -> dict[str, str]:
    """Return the digest of each section's text."""
    return {section.code: section.digest for section in agreement.sections}


def missing_of(
    agreement: Agreement, confirmed: Sequence[Confirmation]
) -> dict[str, tuple[str, ...]]:
    """Return which sections each party has yet to sign."""
    return rules.list_missing(
        parties_of(agreement),
        digests_of(agreement),
        ((c.party, c.section, c.section_digest) for c in confirmed),
    )


def parties_of(agreement: Agreement) -> tuple[str, ...]:
    """Return who signs an agreement."""
    return rules.parties_of(across_firms=agreement.mentor_unit_id is not None)


def _refuse_draft(
    session: Session,
    pair: Pair,
    before: Agreement | None,
    draft: Draft,
    texts: Mapping[str, str],
    now: datetime,
) -> None:
    if pair.state not in LIVE_STATES:
        raise PairStepError
    if empty := [code for code in rules.SECTIONS if not texts[code]]:
        raise AgreementError(
            _("Every section has a text; %(count)s are empty.", count=len(empty))
        )
    if draft.confirm_by < _day(now):
        raise AgreementError(_("The deadline must not have passed."))
    if before is not None:
        _refuse_change(before, draft, texts)
    limits = limits_in_force(session, now)
    breaches = term_breaches(limits, draft.starts_on, draft.ends_on)
    if is_extension(limits, pair, draft.starts_on, draft.ends_on):
        breaches = [breach for breach in breaches if breach.code != TERM_LONG]
    if breaches:
        raise PairRefusedError(breaches)
    minor = guardian_part(pair.apprentice.birth_date, _day(now))
    if minor and not draft.guardian:
        raise AgreementError(
            _(
                "The apprentice is under eighteen: name the guardian and the document "
                "by which the guardian consented or was told."
            )
        )


def is_extension(limits: MentorshipLimits, pair: Pair, first: date, last: date) -> bool:
    """Tell whether days are a term under way that goes on as long as it may at once.

    It may then be longer than a first agreement may.

    Source: rule M-18 in docs/rules/mentorship.md.
    """
    return (
        pair.state in EXTENDABLE
        and first == pair.starts_on
        and pair.ends_on
        <= last
        <= months_after(pair.ends_on, limits.deadlines.extension_months)
    )


def _refuse_change(before: Agreement, draft: Draft, texts: Mapping[str, str]) -> None:
    old = {section.code: section.text for section in before.sections}
    is_moved = (before.starts_on, before.ends_on) != (draft.starts_on, draft.ends_on)
    if old == dict(texts) and not is_moved:
        raise AgreementError(_("Nothing was changed."))
    if not draft.reason:
        raise AgreementError(_("Say why the agreement is changed."))
    if is_moved and old["term"] == texts["term"]:
        raise AgreementError(
            _("The dates were changed: write the section on the term to match them.")
        )


def _units_of(pair: Pair) -> list[Unit]:
    """Return the apprentice's unit, and the mentor's where it is another."""
    own, mentors = pair.apprentice.unit, pair.mentor.person.unit
    first = own or mentors
    if first is None:
        raise AgreementError(_("Neither of the two has a unit on record."))
    return [first] if mentors is None or mentors == first else [first, mentors]


def _hold_open(session: Session, agreement: Agreement) -> None:
    session.refresh(agreement.pair, ["state"], with_for_update=True)
    session.refresh(agreement, ["state", "confirm_by"])
    if agreement.state != rules.OPEN:
        raise AgreementError(
            _("This version is signed by all, or was replaced by another.")
        )


def _complete(
    session: Session, agreement: Agreement, actor: Actor, now: datetime
) -> None:
    """Note that every party has signed every section, when it is so."""
    there = queries.list_confirmations(session, agreement.pair_id)
    if missing_of(agreement, there):
        return
    agreement.state = rules.COMPLETE
    body = {"version": agreement.version, "digest": agreement.digest}
    log_agreement(session, agreement, "agreement.completed", actor, now, body)
    if agreement.pair.state == "draft":
        step = Step(to="signed", on=_day(now))
        move_pair(
            session, agreement.pair, step=step, who=PARTIES_SIGN, actor=actor, now=now
        )


def _ask(session: Session, agreement: Agreement, now: datetime) -> None:
    """Tell every party that has yet to sign."""
    if agreement.state == rules.OPEN:
        tell_parties(session, agreement, "pair_to_sign", now)


def tell_parties(
    session: Session, agreement: Agreement, kind: str, now: datetime
) -> None:
    """Tell mentor, apprentice and units of an agreement, once for each deadline."""
    pair = agreement.pair
    units = [u for u in (agreement.unit, agreement.mentor_unit) if u is not None]
    whom = [
        *queries.list_users_of(
            session, [pair.mentor.person_id, pair.apprentice_person_id]
        ),
        *queries.list_unit_officers(session, units),
    ]
    until = datetime.combine(
        agreement.confirm_by + timedelta(days=1), datetime.min.time(), LOCAL
    )
    tell(
        session,
        whom,
        kind=kind,
        params={"event": pair.trade, "until": until.isoformat()},
        link=f"/pool/pairs/{pair.uid}/agreement",
        key=f"{kind}:{agreement.uid}:{agreement.confirm_by.isoformat()}",
        now=now,
    )


def log_agreement(
    session: Session,
    agreement: Agreement,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, Any],
) -> None:
    """Write what happened to an agreement into the log of its pair."""
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"pair:{agreement.pair.uid}",
        now=now,
        body={"agreement": agreement.uid, **body},
    )


def _day(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
