"""Numbers of certificates: long enough that nobody finds one by guessing."""

# Without 0 O 1 I L U: nothing that is misread or misheard.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM = 25  # characters drawn by chance: 122 bits
_GROUP = 5
LONGEST = 64


def certificate_number(year: int, drawn: str) -> str:
    """Return the number of a certificate: JCA-2026- and five groups of five.

    Args:
        year: of the issue.
        drawn: `RANDOM` characters of the alphabet, drawn by chance.

    Source: rule C-01 in docs/rules/certificates.md.
    """
    groups = [drawn[at : at + _GROUP] for at in range(0, len(drawn), _GROUP)]
    return f"JCA-{year}-{'-'.join(groups)}"


def normal(text: str) -> str:
    """Return a typed number as it is stored; whatever it is, it is looked for."""
    return text.strip().upper()[:LONGEST]
