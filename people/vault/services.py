"""Personal fields: encrypted at rest, found by keyed hash, shown masked.

Words used here:
    context: what a ciphertext is bound to, e.g. "person.id_number"; moved to another
        column it does not decrypt.
    look-up hash: HMAC-SHA256 under a key of its own. Without the key the number cannot
        be guessed from it, as a plain hash of an ID number could be in a minute.
"""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

_NONCE_BYTES = 12


class Vault:
    """Encrypts and finds personal fields with the installation's keys."""

    def __init__(self, *, field_key: bytes, lookup_key: bytes) -> None:
        self._cipher = AESGCM(field_key)
        self._lookup_key = lookup_key

    def seal(self, value: str, context: str) -> bytes:
        """Return nonce ‖ AES-GCM ciphertext of `value`, bound to `context`."""
        return self.seal_bytes(value.encode(), context)

    def seal_bytes(self, value: bytes, context: str) -> bytes:
        """Do as `seal` does, for what is no text."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value, context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Return what `seal` was given.

        Raises:
            cryptography.exceptions.InvalidTag: wrong key, context or altered bytes.
        """
        return self.open_bytes(sealed, context).decode()

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        """Do as `open` does, for what `seal_bytes` was given."""
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return self._cipher.decrypt(nonce, body, context.encode())

    def lookup(self, value: str, context: str) -> str:
        """Return the 64 hex digits by which `value` is found in a column."""
        message = f"{context}\n{value}".encode()
        return hmac.new(self._lookup_key, message, hashlib.sha256).hexdigest()


def get_vault() -> Vault:
    """Return the installation's vault (made once per application)."""
    vault = current_app.extensions.get("vault")
    if vault is None:
        vault = Vault(
            field_key=current_app.config["FIELD_KEY"],
            lookup_key=current_app.config["LOOKUP_KEY"],
        )
        current_app.extensions["vault"] = vault
    assert isinstance(vault, Vault)  # noqa: S101 - tells the type checker
    return vault
