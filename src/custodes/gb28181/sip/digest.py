"""Digest login (RFC 2617, RFC 7616, RFC 8760): the computation, and the side that logs in.

MD5 is what devices speak; SHA-256 where it is asked for, SM3 for peers that follow the recommendation of 2022 §8.3 (one source).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from custodes.gb28181.sip.challenge import Credentials, quote

_STRENGTH = {"sm3": 3, "sha-256": 2, "md5": 1, "": 1}


@dataclass(frozen=True, slots=True)
class Secret:
    """What a peer proves to know. Its text is in no `repr` and no log.

    Attributes:
        password: as it was agreed on.
    """

    password: str = field(repr=False)


def hash_of(algorithm: str) -> Callable[[str], str] | None:
    """The hash that an `algorithm` parameter names (``-sess`` left out of account); None for one that is not known."""
    return {"": _md5, "md5": _md5, "sha-256": _sha256, "sm3": _sm3}.get(algorithm.lower().removesuffix("-sess"))


def _md5(text: str) -> str:
    # RFC 2617 knows nothing else, and most devices speak only that.
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sm3(text: str) -> str:
    return hashlib.new("sm3", text.encode()).hexdigest()


def response(secret: Secret, method: str, given: Mapping[str, str]) -> str:
    """The `response` parameter (RFC 7616 §3.4.1); empty for an algorithm that is not known.

    Args:
        given: the other parameters as they are on the wire: username, realm, nonce, uri, algorithm and, with qop, nc, cnonce, qop.
            The digest is over the `uri` text, not over the Request-URI that was parsed.
    """
    value = given.get
    algorithm = value("algorithm", "")
    digest = hash_of(algorithm)
    if digest is None:
        return ""
    first = digest(f"{value('username', '')}:{value('realm', '')}:{secret.password}")
    if algorithm.lower().endswith("-sess"):
        first = digest(f"{first}:{value('nonce', '')}:{value('cnonce', '')}")
    second = digest(f"{method}:{value('uri', '')}")
    if value("qop"):
        return digest(f"{first}:{value('nonce', '')}:{value('nc', '')}:{value('cnonce', '')}:{value('qop')}:{second}")
    return digest(f"{first}:{value('nonce', '')}:{second}")


def choose(challenges: Sequence[Credentials]) -> Credentials | None:
    """The strongest challenge that can be answered; None when there is none."""
    able = [
        offer
        for offer in challenges
        if offer.scheme == "digest"
        and offer.get("nonce")
        and hash_of(offer.get("algorithm")) is not None
        and (not offer.get("qop") or "auth" in _words(offer.get("qop")))
    ]
    return max(able, key=lambda offer: _STRENGTH[offer.get("algorithm").lower().removesuffix("-sess")], default=None)


class Login:
    """Answers one server's challenge for all requests that follow.

    Args:
        cnonce: makes a fresh client nonce.
    """

    def __init__(self, challenge: Credentials, username: str, secret: Secret, cnonce: Callable[[], str]) -> None:
        self.challenge = challenge
        self._username = username
        self._secret = secret
        self._cnonce = cnonce
        self._count = 0

    def authorization(self, method: str, uri: str) -> str:
        """The value of the Authorization field of a request."""
        offer = self.challenge
        given = {"username": self._username, "realm": offer.get("realm"), "nonce": offer.get("nonce"), "uri": uri}
        if offer.get("algorithm"):
            given["algorithm"] = offer.get("algorithm")
        if offer.get("qop") or offer.get("algorithm").lower().endswith("-sess"):
            given["cnonce"] = self._cnonce()
        if offer.get("qop"):
            self._count += 1
            given |= {"qop": "auth", "nc": f"{self._count:08x}"}
        answer = response(self._secret, method, given)
        parts = [f"{name}={quote(given[name])}" for name in ("username", "realm", "nonce", "uri")]
        parts.append(f'response="{answer}"')
        parts += [f"{name}={given[name]}" for name in ("algorithm", "qop", "nc") if name in given]
        if "cnonce" in given:
            parts.append(f"cnonce={quote(given['cnonce'])}")
        if offer.get("opaque"):
            parts.append(f"opaque={quote(offer.get('opaque'))}")
        return "Digest " + ",".join(parts)


def _words(text: str) -> list[str]:
    return [word.strip().lower() for word in text.split(",")]
