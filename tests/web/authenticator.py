"""A device that keeps passkeys, as WebAuthn describes it, for tests without a browser."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

_FLAGS = AuthenticatorData.FLAG


class Authenticator:
    """One device with one passkey for one site."""

    def __init__(self, *, origin: str, key: Any) -> None:
        self.origin = origin
        self._cose = key
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._id = b"one-credential-id"
        self._user = b""

    def create(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return what a browser answers to the question for a new passkey."""
        asked = question["publicKey"]
        self._user = websafe_decode(asked["user"]["id"])
        client = self._client("webauthn.create", asked["challenge"], self.origin)
        kept = AttestedCredentialData.create(
            b"\0" * 16, self._id, self._cose.from_cryptography_key(self._private.public_key())
        )
        flags = _FLAGS.UP | _FLAGS.UV | _FLAGS.AT
        data = AuthenticatorData.create(self._party(self.origin), flags, 0, kept)
        attested = AttestationObject.create("none", data, {})
        return self._answer(clientDataJSON=client, attestationObject=bytes(attested))

    def get(
        self, question: dict[str, Any], *, origin: str = "", verified: bool = True, broken: bool = False
    ) -> dict[str, Any]:
        """Return what a browser answers to the question for a passkey; for another site, unverified or ill signed."""
        client = self._client("webauthn.get", question["publicKey"]["challenge"], origin or self.origin)
        flags = _FLAGS.UP | _FLAGS.UV if verified else _FLAGS.UP
        data = AuthenticatorData.create(self._party(origin or self.origin), flags, 0)
        signed = bytes(data) + hashlib.sha256(client).digest()
        signature = self._private.sign(b"other" if broken else signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client, authenticatorData=bytes(data), signature=signature, userHandle=self._user
        )

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _party(self, origin: str) -> bytes:
        return hashlib.sha256((urlsplit(origin).hostname or "").encode()).digest()

    def _answer(self, **response: bytes) -> dict[str, Any]:
        name = websafe_encode(self._id)
        said = {part: websafe_encode(value) for part, value in response.items()}
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": said,
        }
