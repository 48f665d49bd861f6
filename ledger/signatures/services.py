"""Ed25519 signatures of the installation: tickets, results, checkpoints.

Every signature covers its purpose, so that one made for a ticket can never be taken
for one made for a result.
"""

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import current_app


def sign(message: bytes, purpose: str) -> bytes:
    """Return the 64-byte signature of `message` for `purpose`."""
    return _key().sign(_framed(message, purpose))


def is_genuine(message: bytes, signature: bytes, purpose: str) -> bool:
    """Tell whether this installation signed `message` for `purpose`."""
    try:
        _public_key(current_app.config["SIGNING_KEY"]).verify(
            signature, _framed(message, purpose)
        )
    except InvalidSignature:
        return False
    return True


def is_genuine_by(
    public_key: str, message: bytes, signature: bytes, purpose: str
) -> bool:
    """Tell whether the holder of `public_key` (hex) signed `message` for `purpose`."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(signature, _framed(message, purpose))
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key_hex() -> str:
    """Return the public key others check our signatures with (32 bytes, hex)."""
    key = _key().public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def key_id(public_key: str) -> str:
    """Return what a public key (hex) is called: 8 hex digits of its SHA-256."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:8]


def list_public_keys() -> dict[str, str]:
    """Return the public keys (hex) of this installation by id, the present one first.

    Those it signed with before follow: what they signed holds on.
    """
    retired = current_app.config.get("RETIRED_KEYS", ())
    return {key_id(key): key for key in (public_key_hex(), *retired)}


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(current_app.config["SIGNING_KEY"])


@lru_cache(maxsize=8)
def _public_key(private: bytes) -> Ed25519PublicKey:
    # Deriving it costs as much as the check; a scanner's queue checks thousands.
    return Ed25519PrivateKey.from_private_bytes(private).public_key()


def _framed(message: bytes, purpose: str) -> bytes:
    return b"jiangcai/" + purpose.encode() + b"\x00" + message
