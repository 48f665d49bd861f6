"""Reasons a committee keeps, and how one becomes what a contestant reads.

Words used here:
    kept reason: a text an organiser uses again and again, in Chinese and, where
        somebody wrote it, in English.
    about: what it is given for: a refused paper, an entry returned, an entry rejected.
"""

PAPER, RETURNED, REJECTED = ABOUT = ("paper", "returned", "rejected")
LONGEST = 160  # characters of a kept reason, in either language


def wording(text: str, text_en: str, locale: str) -> str:
    """Return a kept reason in the language of whoever reads it, else in Chinese.

    Args:
        text: in Chinese.
        text_en: in English, or "".
        locale: of the reader, such as "en"; "" is not known.
    """
    return text_en if text_en and locale.lower().startswith("en") else text


def compose(kept: str, typed: str) -> str:
    """Return the reason that is given: the kept one, what was typed, or both."""
    return " ".join(part for part in (kept.strip(), typed.strip()) if part)
