"""The installation's own signature under a filed agreement and all its signatures."""

from collections.abc import Sequence
from datetime import UTC

from ledger.log.rules import digest
from ledger.signatures.services import is_genuine, sign
from talentpool.mentorship.models import Agreement, Confirmation

_PURPOSE = "pair-agreement"


def seal(agreement: Agreement, confirmed: Sequence[Confirmation]) -> bytes:
    """Return the Ed25519 signature over the text and who signed it when."""
    return sign(_message(agreement, confirmed), _PURPOSE)


def is_sealed(agreement: Agreement, confirmed: Sequence[Confirmation]) -> bool:
    """Tell whether a filed agreement and its signatures are what was filed."""
    if not agreement.signature:
        return False
    message = _message(agreement, confirmed)
    return is_genuine(message, bytes.fromhex(agreement.signature), _PURPOSE)


def _message(agreement: Agreement, confirmed: Sequence[Confirmation]) -> bytes:
    under = {section.code: section.digest for section in agreement.sections}
    signatures = sorted(
        [c.party, c.section, c.section_digest, c.signed_by, _moment(c)]
        for c in confirmed
        if under.get(c.section) == c.section_digest
    )
    number = agreement.pair.agreement_number
    value = {
        "digest": agreement.digest,
        "number": number,
        "signatures": signatures,
        "filed_by": agreement.filed_by,
    }
    return digest(value).encode()


def _moment(confirmation: Confirmation) -> str:
    return confirmation.signed_at.astimezone(UTC).isoformat()
