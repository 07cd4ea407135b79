"""Digest and basic login, the side that logs in (RFC 2617, RFC 7616; RTSP uses them as HTTP does, RFC 2326 §16)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence

from custodes.video.rtsp.challenge import Credentials, quote

_STRENGTH = {"sha-256": 2, "sha-256-sess": 2, "md5": 1, "md5-sess": 1, "": 1}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _md5(text: str) -> str:
    # RFC 2617 knows nothing else, and most cameras speak only that.
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def hash_of(algorithm: str) -> Callable[[str], str]:
    """The hash of an `algorithm` parameter."""
    return _sha256 if algorithm.lower().startswith("sha-256") else _md5


def response(
    password: str, method: str, given: Credentials | dict[str, str], algorithm: str, secret: str | None = None
) -> str:
    """The `response` parameter (RFC 7616 §3.4.1).

    Args:
        password: of the user.
        method: RTSP method.
        given: the other parameters: username, realm, nonce, uri and, with qop, nc, cnonce, qop.
        algorithm: ``MD5``, ``MD5-sess``, ``SHA-256``, ``SHA-256-sess``; empty means MD5.
        secret: the hash over user, realm and password, when it is known instead of the password.
    """
    value = given.get
    digest = hash_of(algorithm)
    first = secret or digest(f"{value('username') or ''}:{value('realm') or ''}:{password}")
    if algorithm.lower().endswith("-sess"):
        first = digest(f"{first}:{value('nonce') or ''}:{value('cnonce') or ''}")
    second = digest(f"{method}:{value('uri') or ''}")
    if value("qop"):
        return digest(f"{first}:{value('nonce')}:{value('nc')}:{value('cnonce')}:{value('qop')}:{second}")
    return digest(f"{first}:{value('nonce') or ''}:{second}")


def choose(challenges: Sequence[Credentials]) -> Credentials | None:
    """The strongest challenge that can be answered: SHA-256, then MD5, then basic; None when there is none."""
    digests = [
        offer
        for offer in challenges
        if offer.scheme == "digest"
        and offer.get("algorithm").lower() in _STRENGTH
        and offer.get("nonce")
        and (not offer.get("qop") or "auth" in _words(offer.get("qop")))
    ]
    if digests:
        return max(digests, key=lambda offer: _STRENGTH[offer.get("algorithm").lower()])
    return next((offer for offer in challenges if offer.scheme == "basic"), None)


class Login:
    """Answers one server's challenge for all requests that follow.

    Args:
        cnonce: makes a fresh client nonce.
    """

    def __init__(self, challenge: Credentials, username: str, password: str, cnonce: Callable[[], str]) -> None:
        self.challenge = challenge
        self._username = username
        self._password = password
        self._cnonce = cnonce
        self._count = 0

    def authorization(self, method: str, uri: str) -> str:
        """The Authorization field of a request."""
        if self.challenge.scheme == "basic":
            return "Basic " + base64.b64encode(f"{self._username}:{self._password}".encode()).decode()
        offer = self.challenge
        algorithm = offer.get("algorithm")
        given = {"username": self._username, "realm": offer.get("realm"), "nonce": offer.get("nonce"), "uri": uri}
        sess = algorithm.lower().endswith("-sess")
        if offer.get("qop") or sess:
            self._count += 1
            given["cnonce"] = self._cnonce()
        if offer.get("qop"):
            given |= {"qop": "auth", "nc": f"{self._count:08x}"}
        answer = response(self._password, method, given, algorithm)
        parts = [f"{name}={quote(given[name])}" for name in ("username", "realm", "nonce", "uri")]
        parts.append(f'response="{answer}"')
        if algorithm:
            parts.append(f"algorithm={algorithm}")
        if offer.get("opaque"):
            parts.append(f"opaque={quote(offer.get('opaque'))}")
        if "qop" in given:
            parts.append(f"qop=auth, nc={given['nc']}")
        if "cnonce" in given:
            parts.append(f"cnonce={quote(given['cnonce'])}")
        return "Digest " + ", ".join(parts)


def _words(text: str) -> list[str]:
    return [word.strip().lower() for word in text.split(",")]
