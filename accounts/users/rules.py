"""What a user name and a password must look like.

Words used here:
    fault: a code for what is wrong; the form turns it into a sentence.

Source: A-01 and A-02 in docs/rules/accounts.md (ASVS 5.0, 6.2).
"""

import re

MIN_PASSWORD = 12  # characters
MAX_PASSWORD = 256  # so that hashing cannot be made to run for minutes

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,63}")
_COMMON = (
    "password",
    "qwertyuiop",
    "1234567890",
    "abcdefgh",
    "iloveyou",
    "admin",
    "jiangcai",
    "woaini",
    "5201314",
    "1qaz2wsx",
)


def normal_username(text: str) -> str:
    """Return the one way a user name is stored and compared."""
    return text.strip().lower()


def username_fault(username: str) -> str | None:
    """Return "shape" for a name that cannot be one, else None."""
    return None if _USERNAME.fullmatch(username) else "shape"


def password_fault(password: str, username: str) -> str | None:
    """Return what is wrong with a password, or None.

    Returns:
        "short", "long", "contains_username", "repeats" (four or fewer different
        characters) or "common" (little is left beside a well-known word).
    """
    lowered = password.lower()
    if len(password) < MIN_PASSWORD:
        return "short"
    if len(password) > MAX_PASSWORD:
        return "long"
    if username and username in lowered:
        return "contains_username"
    if len(set(lowered)) <= 4:
        return "repeats"
    if any(word in lowered and len(lowered) - len(word) < 6 for word in _COMMON):
        return "common"
    return None
