"""The key pair of an event for carried marks: derived, never stored.

Whoever holds the public key can seal a file to us; only this installation, which has
`keys.json`, opens it. The private key is in no database and no backup of one.
"""

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import current_app

from scoring.carry.rules.file import FORMAT

# Order of P-256 (FIPS 186-5). 48 bytes modulo it are as good as even.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BYTES = 48


def private_key(event_uid: str) -> ec.EllipticCurvePrivateKey:
    """Return the key that opens what tablets sealed for the event."""
    info = f"{FORMAT} key\n{event_uid}".encode()
    master = current_app.config["FIELD_KEY"]
    drawn = HKDF(SHA256(), _BYTES, salt=None, info=info).derive(master)
    scalar = int.from_bytes(drawn, "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


def public_key(event_uid: str) -> bytes:
    """Return the key that tablets seal to: 65 bytes, an uncompressed point."""
    key = private_key(event_uid).public_key()
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def public_key_text(event_uid: str) -> str:
    """Return the same as the tablet takes it: base64url without padding."""
    return urlsafe_b64encode(public_key(event_uid)).decode().rstrip("=")
