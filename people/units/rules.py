"""The unified social credit code (统一社会信用代码) of units.

Words used here:
    credit code: 18 characters of GB 32100: department (1), category (1), region (6),
        organisation (9), check character. The alphabet has no I O S V Z.
"""

from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, i, 31) for i in range(17))

_FULL_WIDTH = str.maketrans(
    {ord(c) - 0x20 + 0xFF00: c for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
)


class CreditCodeFault(StrEnum):
    """Why a text is no credit code."""

    LENGTH = "length"
    CHARACTER = "character"
    CHECK = "check"


def normalise_credit_code(text: str) -> str:
    """Return the text as codes are stored: narrow, upper case, nothing between."""
    upper = "".join(text.split()).upper().translate(_FULL_WIDTH)
    return upper.replace("-", "")


def find_credit_code_fault(code: str) -> CreditCodeFault | None:
    """Return why a normalised code is refused, or None.

    Codes may start with a letter: A military, N rural, Y others. The department and
    category are not looked up: new ones are given out without a new standard.

    Source: rule I-02 in docs/rules/identity.md (GB 32100-2015).
    """
    if len(code) != 18:
        return CreditCodeFault.LENGTH
    if not set(code) <= set(ALPHABET):
        return CreditCodeFault.CHARACTER
    if credit_code_check_character(code[:17]) != code[17]:
        return CreditCodeFault.CHECK
    return None


def credit_code_check_character(body: str) -> str:
    """Return the 18th character for the 17 of `body`: 31 − Σ aᵢ·3^(i−1) mod 31.

    Source: rule I-02.
    """
    values = (ALPHABET.index(c) for c in body)
    total = sum(w * v for w, v in zip(WEIGHTS, values, strict=True))
    return ALPHABET[-total % 31]
