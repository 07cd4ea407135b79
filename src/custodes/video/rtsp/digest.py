"""Digest and basic login, of the side that logs in and of the server that asks for it (RFC 2617, RFC 7616 §3.3, §3.4; RTSP uses them as HTTP does, RFC 2326 §16)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from custodes.video.clock import HostClock

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER = re.compile(rf'\s*({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)')
_SCHEME = re.compile(rf"\s*({_WORD})(?:\s+|$|(?=,))")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A scheme with its parameters (names in lower case), or with its one token (``Basic``)."""

    scheme: str
    parameters: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, name: str) -> str:
        """The parameter `name`, empty when absent."""
        return self.parameters.get(name, "")


def parse_fields(values: list[str]) -> list[Credentials]:
    """All schemes of all `values` of a field; what can't be read is left out. Never raises."""
    return [found for value in values for found in _parse(value)]


def _parse(value: str) -> list[Credentials]:
    found: list[Credentials] = []
    at = 0
    while at < len(value) and (scheme := _SCHEME.match(value, at)):
        at = scheme.end()
        parameters: dict[str, str] = {}
        token = ""
        while parameter := _PARAMETER.match(value, at):
            text = parameter[2] if parameter[2] is not None else parameter[3]
            parameters.setdefault(parameter[1].lower(), re.sub(r"\\(.)", r"\1", text))
            at = parameter.end()
        if not parameters:
            rest, _comma, _ = value[at:].partition(",")
            token = rest.strip()
            at += len(rest) + 1
        found.append(Credentials(scheme[1].lower(), parameters, token))
    return found


def quote(text: str) -> str:
    """`text` as a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


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


Verdict = Literal["in", "out", "stale"]

_ALGORITHMS = ("SHA-256", "MD5")


class Guard:
    """Checks Authorization fields. Nonces carry their own time under a key, so nothing is kept per client.

    Args:
        users: password by user name; empty lets everybody in.
        key: secret octets of this process.
        life: seconds that a nonce is good for.
    """

    def __init__(
        self, users: dict[str, str], clock: HostClock, key: bytes, realm: str = "custodes", life: float = 120.0
    ) -> None:
        self._users = users
        self._clock = clock
        self._key = key
        self._realm = realm
        self._life = life

    @property
    def open(self) -> bool:
        """No login is asked for."""
        return not self._users

    def challenges(self, stale: bool = False) -> list[str]:
        """WWW-Authenticate fields, the strongest first."""
        nonce = self._nonce(f"{int(self._clock.monotonic() * 1000):x}")
        return [
            f'Digest realm="{self._realm}", nonce="{nonce}", algorithm={algorithm}, qop="auth"'
            + (", stale=true" if stale else "")
            for algorithm in _ALGORITHMS
        ]

    def check(self, method: str, authorization: list[str]) -> Verdict:
        """Whether a request with these Authorization fields comes in. Never raises."""
        if self.open:
            return "in"
        for given in parse_fields(authorization):
            if given.scheme != "digest":
                continue
            password = self._users.get(given.get("username"))
            algorithm = given.get("algorithm") or "MD5"
            if password is None or given.get("realm") != self._realm or algorithm.upper() not in _ALGORITHMS:
                continue
            expected = response(password, method, given, algorithm)
            if not hmac.compare_digest(expected.encode(), given.get("response").lower().encode()):
                continue
            return "in" if self._fresh(given.get("nonce")) else "stale"
        return "out"

    def _nonce(self, moment: str) -> str:
        return f"{moment}-{hmac.new(self._key, moment.encode(), 'sha256').hexdigest()[:32]}"

    def _fresh(self, nonce: str) -> bool:
        moment = nonce.partition("-")[0]
        if not hmac.compare_digest(self._nonce(moment).encode(), nonce.encode()):
            return False
        age = self._clock.monotonic() - int(moment, 16) / 1000
        return -1 <= age <= self._life
