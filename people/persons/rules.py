"""Identity numbers, names and phones: what is right, and how they are shown.

Words used here:
    ID number: the citizen's number of GB 11643, 18 characters: region (6), birth date
        (8), running number (3, odd for men), check character. Residents from Hong
        Kong, Macao and Taiwan carry the same form with regions 81, 82 and 83, and
        foreign permanent residents one that starts with 9.
    fault: why a text is refused, as a code; the services turn it into a sentence.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
EARLIEST_BIRTH_YEAR = 1900
NAME_LENGTH = 80  # characters

# GB/T 2260 provinces, and the residence permits of 81, 82 and 83.
_PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in codes
)
# Only these: general normalisation would also turn ² and ① into digits.
_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ＋－", "0123456789XX+-")
_DIGITS = frozenset("0123456789")
_MIDDLE_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅．", "·"))
_NAME_SIGNS = frozenset("·-'’. ")


class IdFault(StrEnum):
    """Why a text is no ID number."""

    LENGTH = "length"
    OLD_FORM = "old_form"  # the 15 digits of the first generation
    CHARACTER = "character"
    REGION = "region"
    DATE = "date"
    FUTURE = "future"
    CHECK = "check"


class NameFault(StrEnum):
    """Why a text is no person's name."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTER = "character"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdFacts:
    """What a right ID number says."""

    number: str  # as it is stored: 18 characters, upper case, no spaces
    birth_date: date
    sex: str  # GB/T 2261.1: "1" male, "2" female
    region: str  # six digits; where the number was first given, not where one lives


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody to register in bulk; everything has been checked by these rules."""

    facts: IdFacts
    name: str
    phone: str = ""
    unit_id: int | None = None
    nation: str = ""
    education: str = ""
    politics: str = ""


def normalise_id_number(text: str) -> str:
    """Return the text as ID numbers are stored: narrow, upper case, without spaces."""
    return "".join(text.split()).translate(_FULL_WIDTH).upper()


def check_id_number(text: str, *, today: date) -> IdFacts | IdFault:
    """Read an ID number, or say what is wrong with it.

    Full-width digits, a lower-case x and spaces are put right; nothing else is.
    The county is not looked up: numbers keep the county of their time, so that no
    list of today decides about them.

    Args:
        text: as typed.
        today: births after this day are refused.

    Source: rule I-01 in docs/rules/identity.md (GB 11643-1999).
    """
    number = normalise_id_number(text)
    fault = _form_fault(number)
    if fault is not None:
        return fault
    birth = _birth_date(number)
    if birth is None:
        return IdFault.DATE
    if birth > today:
        return IdFault.FUTURE
    if id_check_character(number[:17]) != number[17]:
        return IdFault.CHECK
    return _facts(number, birth)


def facts_of(number: str) -> IdFacts:
    """Return what a number says that `check_id_number` found right before.

    Raises:
        ValueError: it holds no birth date.
    """
    birth = _birth_date(number)
    if birth is None:
        raise ValueError("not a number that was checked")
    return _facts(number, birth)


def _facts(number: str, birth: date) -> IdFacts:
    sex = "1" if int(number[16]) % 2 else "2"
    return IdFacts(number=number, birth_date=birth, sex=sex, region=number[:6])


def id_check_character(body: str) -> str:
    """Return the 18th character for the 17 digits of `body`.

    Source: rule I-01; ISO 7064 MOD 11-2, weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2.
    """
    total = sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True))
    return CHECK_CHARACTERS[total % 11]


def age_on(birth_date: date, day: date) -> int:
    """Return full years (周岁) reached on `day`; those of 29 February turn on 1 March.

    Source: rule I-04 in docs/rules/identity.md.
    """
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday


def normalise_name(text: str) -> str:
    """Return a name as it is stored: single spaces, one kind of middle dot.

    Rare characters and their variants stay as they are: 㐀 and 𠮷 are names.
    """
    return " ".join(text.split()).translate(_MIDDLE_DOTS)


def find_name_fault(name: str) -> NameFault | None:
    """Return why a normalised name is refused, or None.

    Source: rule I-03 in docs/rules/identity.md.
    """
    if not name:
        return NameFault.EMPTY
    if len(name) > NAME_LENGTH:
        return NameFault.LENGTH
    if not all(_may_stand_in_name(c) for c in name) or not _has_letter(name):
        return NameFault.CHARACTER
    return None


def normalise_phone(text: str) -> str:
    """Return a phone number without spaces, hyphens and the Chinese country code."""
    narrow = "".join(text.split()).translate(_FULL_WIDTH).replace("-", "")
    if narrow.startswith("+86"):
        return narrow[3:]
    if narrow.startswith("0086"):
        return narrow[4:]
    return narrow


def is_phone(number: str) -> bool:
    """Tell whether a normalised number can be called.

    Mobile: 11 digits from 13 to 19; landline: 0 and 9 to 11 more digits; abroad: +
    and 7 to 15 digits. Source: rule I-05 in docs/rules/identity.md.
    """
    digits = number.removeprefix("+")
    if not digits or not set(digits) <= _DIGITS:
        return False
    if number.startswith("+"):
        return 7 <= len(digits) <= 15
    if number.startswith("0"):
        return 10 <= len(digits) <= 12
    return len(digits) == 11 and digits[0] == "1" and digits[1] >= "3"


def mask_id(number: str) -> str:
    """Return 330602********1234, for those who may see a person's file.

    Never for a public page: with the check digit this leaves few candidates.
    """
    return _mask(number, 6, 4)


def mask_phone(number: str) -> str:
    """Return 138****1234."""
    return _mask(number, 3, 4)


def mask_name(name: str) -> str:
    """Return 张*三, and 张* for two characters: for open statistics."""
    if len(name) < 2:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def _mask(text: str, first: int, last: int) -> str:
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[-last:]


def _form_fault(number: str) -> IdFault | None:
    if len(number) == 15 and set(number) <= _DIGITS:
        return IdFault.OLD_FORM
    if len(number) != 18:
        return IdFault.LENGTH
    if not (set(number[:17]) <= _DIGITS and number[17] in CHECK_CHARACTERS):
        return IdFault.CHARACTER
    if number[:2] not in _PROVINCES and number[0] != "9":
        return IdFault.REGION
    return None


def _birth_date(number: str) -> date | None:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return birth if birth.year >= EARLIEST_BIRTH_YEAR else None


def _may_stand_in_name(character: str) -> bool:
    category = unicodedata.category(character)
    # Nl holds 〇; Co the characters an older font of the register put there itself.
    return category[0] in "LM" or category in {"Nl", "Co"} or character in _NAME_SIGNS


def _has_letter(name: str) -> bool:
    return any(unicodedata.category(c)[0] in "LNC" for c in name)
