"""Digest login, the side that asks for it (RFC 7616 §3.3, §3.4): the RTSP server's door."""

from __future__ import annotations

import hmac
from typing import Literal

from custodes.video.clock import Clock
from custodes.video.rtsp.challenge import parse_fields
from custodes.video.rtsp.digest import response

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
        self, users: dict[str, str], clock: Clock, key: bytes, realm: str = "custodes", life: float = 120.0
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
