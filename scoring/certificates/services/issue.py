"""Issuing certificates for a published result's awards, replacing and revoking them.

The log says number, award and state of each by digest and identifiers: never a name.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor, Note, record_all
from ledger.signatures.services import is_genuine, sign
from scoring.certificates import queries
from scoring.certificates.models import AwardCertificate
from scoring.certificates.rules.numbers import ALPHABET, RANDOM, certificate_number
from scoring.certificates.rules.standing import REPLACED, REVOKED, VALID
from scoring.certificates.rules.token import (
    PURPOSE,
    Claim,
    TokenError,
    pack,
    split_token,
    token_text,
    unpack,
)
from scoring.certificates.services.design import issuer_of
from scoring.results.models import Publication
from scoring.results.queries import find_current, read_publication


class CertificateError(DomainError):
    """The certificate cannot be issued or ended as things are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    entry_id: int
    holder: str
    unit_name: str
    group_name: str
    award: str
    replaces: AwardCertificate | None = None


def issue(
    session: Session, *, event: Event, actor: Actor, now: datetime
) -> list[AwardCertificate]:
    """Issue what the standing result awards and nobody holds yet; logged, no commit.

    Raises:
        CertificateError: no result of the event stands.
    """
    publication = _standing(session, event)
    held = {c.entry_uid for c in queries.list_held(session, event.id)}
    entries = queries.list_entry_ids(session, event.id)
    lines = [
        _Line(
            entry_id=entries[row.entry_uid],
            holder=row.name,
            unit_name=row.unit_name,
            group_name=row.group_name,
            award=row.award,
        )
        for row in read_publication(session, publication).rows
        if row.award and row.entry_uid not in held
    ]
    return _make(session, event, publication, lines, actor, now)


def replace(
    session: Session,
    *,
    certificate: AwardCertificate,
    holder: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> AwardCertificate:
    """Issue a certificate anew with a corrected name; the old one ends.

    Raises:
        CertificateError: it does not hold any more, or name or reason are missing.
    """
    if not holder.strip():
        raise CertificateError(_("Write the name as it is to be printed."))
    publication = _standing(session, certificate.event)
    _end(session, [certificate], REPLACED, reason, actor, now)
    line = _Line(
        entry_id=certificate.entry_id,
        holder=holder.strip()[:60],
        unit_name=certificate.unit_name,
        group_name=certificate.group_name,
        award=certificate.award,
        replaces=certificate,
    )
    return _make(session, certificate.event, publication, [line], actor, now)[0]


def revoke(
    session: Session,
    *,
    certificates: Sequence[AwardCertificate],
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """End certificates for good; everybody who checks one reads the reason.

    Raises:
        CertificateError: one does not hold any more, or the reason is missing.
    """
    _end(session, certificates, REVOKED, reason, actor, now)


def read_token(text: str) -> Claim:
    """Return what a scanned code says once its signature is found to be ours.

    Raises:
        TokenError: it is none, or not ours.
    """
    payload, signature = split_token(text)
    if not is_genuine(payload, signature, PURPOSE):
        raise TokenError(_("The signature of this code is not ours."))
    return unpack(payload)


def _standing(session: Session, event: Event) -> Publication:
    publication = find_current(session, event.id)
    if publication is None:
        raise CertificateError(
            _("No result of this event stands now. Publish it, then issue.")
        )
    return publication


def _make(
    session: Session,
    event: Event,
    publication: Publication,
    lines: Sequence[_Line],
    actor: Actor,
    now: datetime,
) -> list[AwardCertificate]:
    day = now.astimezone(LOCAL).date()
    issuer = issuer_of(queries.find_design(session, event.competition_id), event)
    made = []
    for line in lines:
        claim = Claim(
            number=_new_number(day.year),
            holder=line.holder,
            award=line.award,
            event=event.name,
            competition=event.competition.name,
            issuer=issuer,
            issued_on=day,
        )
        payload = pack(claim)
        made.append(
            AwardCertificate(
                event=event,
                publication=publication,
                entry_id=line.entry_id,
                number=claim.number,
                holder=claim.holder,
                unit_name=line.unit_name,
                group_name=line.group_name,
                award=claim.award,
                issuer=issuer,
                issued_on=day,
                token=token_text(payload, sign(payload, PURPOSE)),
                state=VALID,
                issued_at=now,
                issued_by=actor.name,
                replaces=line.replaces,
            )
        )
    session.add_all(made)
    session.flush()
    _log(session, made, "certificates.issued", actor, now)
    return made


def _end(
    session: Session,
    certificates: Sequence[AwardCertificate],
    state: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    if not reason.strip():
        raise CertificateError(
            _("Give the reason; whoever checks the number reads it.")
        )
    if any(c.state != VALID for c in certificates):
        raise CertificateError(_("This certificate does not hold any more."))
    for certificate in certificates:
        certificate.state, certificate.reason = state, reason.strip()[:400]
        certificate.ended_at, certificate.ended_by = now, actor.name
    session.flush()
    _log(session, certificates, f"certificates.{state}", actor, now)


def _log(
    session: Session,
    certificates: Sequence[AwardCertificate],
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    notes = [
        Note(
            actor=actor,
            action=action,
            subject=f"certificate:{certificate.uid}",
            scope=f"event:{certificate.event.uid}",
            body=logged_fields(certificate),
        )
        for certificate in certificates
    ]
    record_all(session, notes, now)


def logged_fields(certificate: AwardCertificate) -> dict[str, str]:
    """Return what the log says of a certificate: enough to find that it was changed."""
    return {
        "number": sha256(certificate.number.encode()).hexdigest(),
        "publication": certificate.publication.uid,
        "token": sha256(certificate.token.encode()).hexdigest(),
        "state": certificate.state,
        "reason": certificate.reason,
        "replaces": certificate.replaces.uid if certificate.replaces else "",
    }


def _new_number(year: int) -> str:
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(RANDOM))
    return certificate_number(year, drawn)
