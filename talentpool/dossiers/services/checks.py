"""Looking certificates over: what is odd about them is said, and nothing is refused."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session

from people.codes.queries import list_levels
from people.codes.rules import (
    issuer_code_of_certificate,
    level_digit_of_certificate,
)
from talentpool.dossiers.models import SkillCertificate
from talentpool.dossiers.rules import CertificateFacts, certificate_warnings


def check_certificates(
    session: Session, certificates: Sequence[SkillCertificate], today: date
) -> dict[str, list[str]]:
    """Return the warnings about each certificate, by its uid; those without are out.

    Costs three statements, however many certificates there are.
    """
    if not certificates:
        return {}
    ranks = {v.cert_digit: v.rank for v in list_levels(session) if v.cert_digit}
    holders = _other_holders(session, certificates)
    issuers = _issuers(session, certificates)
    found = {}
    for certificate in certificates:
        code = issuer_code_of_certificate(certificate.number)
        named = issuers[code] if certificate.issuer else set()
        facts = CertificateFacts(
            number=certificate.number,
            rank=certificate.skill_level.rank,
            number_rank=ranks.get(level_digit_of_certificate(certificate.number)),
            issued_on=certificate.issued_on,
            expires_on=certificate.valid_to,
            other_holders=holders[certificate.number, certificate.craftsman_id],
            other_issuers=tuple(sorted(named - {certificate.issuer})),
        )
        warnings = certificate_warnings(facts, today)
        if warnings:
            found[certificate.uid] = warnings
    return found


def _other_holders(
    session: Session, certificates: Iterable[SkillCertificate]
) -> dict[tuple[str, int], int]:
    """Count the other dossiers with the same number, by (number, own dossier)."""
    held: dict[str, set[int]] = defaultdict(set)
    numbers = {c.number for c in certificates if c.number}
    rows = session.execute(
        select(SkillCertificate.number, SkillCertificate.craftsman_id)
        .where(SkillCertificate.number.in_(numbers), SkillCertificate.is_current)
        .distinct()
    )
    for number, craftsman_id in rows:
        held[number].add(craftsman_id)
    return {
        (c.number, c.craftsman_id): len(held[c.number] - {c.craftsman_id})
        for c in certificates
    }


def _issuers(
    session: Session, certificates: Iterable[SkillCertificate]
) -> dict[str, set[str]]:
    """Return the names verified certificates give for an issuer's code, by the code.

    They are the register: nobody publishes one of all issuers.
    """
    found: dict[str, set[str]] = defaultdict(set)
    number = SkillCertificate.number
    codes = {issuer_code_of_certificate(c.number) for c in certificates} - {""}
    rows = session.execute(
        select(func.substr(number, 1, 13), SkillCertificate.issuer)
        .where(
            # Ranges, which the index answers; nine digits follow the code.
            or_(false(), *(number.between(code, f"{code}999999999") for code in codes)),
            SkillCertificate.is_current,
            SkillCertificate.state == "verified",
            SkillCertificate.issuer != "",
        )
        .distinct()
    )
    for code, issuer in rows:
        found[code].add(issuer)
    return found
