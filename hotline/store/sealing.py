"""Encryption at rest for what identifies a person, and the keyed hash that finds it again (handbook §12).

One secret gives independent keys (HKDF): AES-GCM seals names, phones and identity numbers; HMAC-SHA256 makes the
look-up hash of a phone or identity number, so that a stolen table answers no question without the secret; and another
signs what must not be rewritten by who has the database but not the secret.
"""

from __future__ import annotations

import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Sealer:
    """Seals and opens short texts with the secret of this deployment."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(_derive(secret, b"hotline sealed columns"))
        self._hash_key = _derive(secret, b"hotline look-up hash")
        self._sign_key = _derive(secret, b"hotline chains")

    def seal(self, text: str) -> bytes:
        """The encrypted text; an empty text stays empty."""
        if not text:
            return b""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """The text again; a column sealed with another secret opens as an empty text rather than as an error page."""
        if not sealed:
            return ""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
        except InvalidTag:
            return ""

    def look_up(self, text: str) -> bytes:
        """The keyed hash under which ``text`` can be found; equal texts give equal hashes."""
        return hmac.new(self._hash_key, text.encode(), sha256).digest()

    def sign(self, purpose: str, text: str) -> str:
        """What only this deployment can write under ``text``: a keyed hash in hex, another one for every purpose."""
        return hmac.new(self._sign_key, f"{purpose}\n{text}".encode(), sha256).hexdigest()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
