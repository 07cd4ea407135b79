"""How web and node know each other: each request carries a short JWS over its method, path and body.

Both directions use it: the web calls a worker's ``/internal/…``, the node calls the web's ``/internal/…``. The same
bytes can't be replayed against another path, body or peer, nor after 30 seconds.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass, field
from threading import Lock

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

REQUEST_SECONDS = 30
ADMITTED = "custodes.admitted"
"""Key in a request's ASGI scope of whose signature it has, where that was admitted before the body was read."""
_TYPE = "custodes-control+jwt"


class InvalidRequest(Exception):
    """A control request that its peer did not sign, or not for this."""


def _digest(method: str, path_and_query: str, body: bytes) -> str:
    return hashlib.sha256(
        b"\n".join((method.upper().encode(), path_and_query.encode(), hashlib.sha256(body).digest()))
    ).hexdigest()


def sign_request(
    key: Ed25519PrivateKey,
    issuer: str,
    audience: str,
    method: str,
    path_and_query: str,
    body: bytes,
    now: float,
) -> str:
    """Value of the ``Authorization`` header for one request.

    Args:
        issuer, audience: ``web`` or the node's name.
        path_and_query: exactly as sent, starting with ``/``.
        now: seconds since the Unix epoch.
    """
    claims = {
        "iss": issuer,
        "aud": audience,
        "iat": int(now),
        "exp": int(now) + REQUEST_SECONDS,
        "jti": uuid.uuid4().hex,
        "htd": _digest(method, path_and_query, body),
    }
    return "Bearer " + jwt.encode(claims, key, algorithm="EdDSA", headers={"typ": _TYPE})


def signed_headers(
    key: Ed25519PrivateKey, issuer: str, audience: str, method: str, path: str, body: bytes, now: float
) -> dict[str, str]:
    """The headers of a request: signed for its reader, its body JSON where there is any.

    Args:
        path: with its query, as it is sent.
        now: seconds since the Unix epoch.
    """
    headers = {"Authorization": sign_request(key, issuer, audience, method, path, body, now)}
    return headers | {"Content-Type": "application/json"} if body else headers


@dataclass(frozen=True, slots=True)
class UsedSignature:
    """One of the peer's signatures that is used up; `digest` says which request it is for."""

    digest: str

    def hold(self, method: str, path_and_query: str, body: bytes) -> None:
        """Hold a request against it.

        Raises:
            InvalidRequest: it is for another path or body.
        """
        if self.digest != _digest(method, path_and_query, body):
            raise InvalidRequest("the signature is for another request")


@dataclass
class RequestChecker:
    """Checks control requests of one peer and remembers what it has seen for as long as it could be replayed. Any thread may ask it."""

    key: Ed25519PublicKey
    issuer: str
    audience: str
    _seen: dict[str, float] = field(default_factory=dict)
    _looking: Lock = field(default_factory=Lock)

    def check(self, authorization: str, method: str, path_and_query: str, body: bytes, now: float) -> None:
        """Accept the request or raise.

        Raises:
            InvalidRequest: unsigned, for another peer, path or body, too old, or seen before.
        """
        self.admit(authorization, now).hold(method, path_and_query, body)

    def admit(self, authorization: str, now: float) -> UsedSignature:
        """The header alone, before a byte of the body is read. It is used up by that: one signature has one body read.

        Raises:
            InvalidRequest: unsigned, for another peer, too old, or seen before.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer" or not token:
            raise InvalidRequest("no signature")
        try:
            if jwt.get_unverified_header(token).get("typ") != _TYPE:
                raise InvalidRequest("the signature is of another type")
            claims = jwt.decode(
                token,
                self.key,
                algorithms=["EdDSA"],
                audience=self.audience,
                issuer=self.issuer,
                options={"verify_exp": False, "verify_iat": False, "require": ["exp", "iat", "jti", "htd"]},
            )
        except jwt.PyJWTError as error:
            raise InvalidRequest(f"the signature was refused: {type(error).__name__}") from error
        if not claims["iat"] - 5 <= now < claims["exp"] or claims["exp"] - claims["iat"] > REQUEST_SECONDS:
            raise InvalidRequest("the request is too old, or the clocks of web and node differ")
        with self._looking:
            self._seen = {jti: until for jti, until in self._seen.items() if until > now}
            if claims["jti"] in self._seen:
                raise InvalidRequest("the request was seen before")
            self._seen[claims["jti"]] = float(claims["exp"])
        return UsedSignature(str(claims["htd"]))


def public_key_from_base64(text: str) -> Ed25519PublicKey:
    """A raw 32-byte Ed25519 public key in base64.

    Raises:
        ValueError: not 32 bytes of base64.
    """
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
