"""What is stored of a badge's secret, code and PIN: hashes.

A PIN has a million values and would soon be found from its hash alone. So it is mixed
with the secret (or with the code), which the database does not hold either: whoever has
the database must find 128 random bits first, or the code without the look-up key, which
is not in the database.
"""

import hmac

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accounts.badges.models import Badge
from accounts.badges.rules import Named
from accounts.sessions.services import token_hash
from people.vault.services import get_vault

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _hasher.hash("no badge has this PIN")


def secret_hash(secret: str) -> str:
    """Return what is stored of 128 random bits."""
    return token_hash(f"badge\n{secret}")


def code_hash(code: str) -> str:
    """Return what is stored of a typed code, which is too short for a plain hash."""
    return get_vault().lookup(code, "badge.code")


def hash_pin(pin: str, mixed_with: str) -> str:
    """Return what is stored of a PIN."""
    return _hasher.hash(_mix(pin, mixed_with))


def is_pin_right(badge: Badge | None, named: Named, pin: str) -> bool:
    """Tell whether the PIN is the badge's; takes as long when there is no badge."""
    stored = _NOBODY
    if badge is not None:
        stored = badge.pin_hash if named.kind == "secret" else badge.typed_pin_hash
    try:
        return _hasher.verify(stored, _mix(pin, named.value)) and badge is not None
    except (VerificationError, InvalidHashError):
        return False


def _mix(pin: str, mixed_with: str) -> str:
    return hmac.digest(mixed_with.encode(), pin.encode(), "sha256").hex()
