"""Digest login, the side that asks for it: one challenge, nonces that expire, and a nonce used once a registration (RFC 7616 §3.3, §3.4).

Old devices break on qop, on a missing algorithm and on several challenges; so one field is sent, MD5 without qop unless the
installation says otherwise for a device. Whichever way is asked for, an answer with qop is checked with its count.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from custodes.gb28181.sip.challenge import Credentials, parse_field
from custodes.gb28181.sip.digest import Secret, hash_of, response

Verdict = Literal["in", "none", "stale", "wrong"]
_LONGEST_COUNT = 8


@dataclass(frozen=True, slots=True)
class ChallengeTerms:
    """How login is asked for.

    Attributes:
        algorithm: ``MD5``, ``SHA-256`` or ``SM3``.
        qop: ask for ``auth``, which lets an answer be used with a growing count.
    """

    algorithm: str = "MD5"
    qop: bool = False


PLAIN = ChallengeTerms()
"""What old devices bear."""


class DigestGuard:
    """Issues challenges and checks answers.

    A nonce carries its moment under a key, so that issuing one keeps nothing: a flood of requests without login costs no memory.
    What is kept is one entry for each nonce that was answered rightly, so that it is not answered again: at most `most`, each
    for the life of a nonce.

    Args:
        realm: the domain, ten digits.
        key: secret octets of this process.
        life: seconds that a nonce is good for.
        most: nonces that are remembered as used; behind that the oldest is forgotten and its moment is the earliest that counts.
    """

    def __init__(self, realm: str, key: bytes, life: float = 60.0, most: int = 100_000) -> None:
        self.realm = realm
        self._key = key
        self._life = life
        self._most = most
        self._used: OrderedDict[str, int] = OrderedDict()
        self._floor = float("-inf")
        self._issued = 0

    @property
    def remembered(self) -> int:
        """Nonces that are remembered as used."""
        return len(self._used)

    def challenge(self, now: float, asking: ChallengeTerms = PLAIN, stale: bool = False, host: str = "") -> str:
        """The value of a WWW-Authenticate field for `host`; no two of its nonces are alike, and each is that host's alone."""
        self._issued += 1
        nonce = self._nonce(f"{max(0, int(now * 1000)):x}.{self._issued:x}", host)
        parts = [f'realm="{self.realm}"', f'nonce="{nonce}"', f"algorithm={asking.algorithm}"]
        if asking.qop:
            parts.append('qop="auth"')
        if stale:
            parts.append("stale=true")
        return "Digest " + ",".join(parts)

    def check(
        self,
        method: str,
        fields: list[str],
        secret_of: Callable[[str], Secret | None],
        now: float,
        asking: ChallengeTerms = PLAIN,
        host: str = "",
    ) -> tuple[Verdict, str]:
        """Whether an answer is right, and the name that it was given under. Never raises.

        ``wrong`` is said of an answer to a challenge that was seen at `host` alone: whoever only writes somebody else's address into
        a datagram can make nobody look like a guesser.

        Args:
            fields: the values of Authorization.
            secret_of: the secret of a name, None for one that is not known.
            asking: how this peer is asked; a weaker algorithm than that is no answer.
            host: where the answer comes from.
        """
        verdict: tuple[Verdict, str] = ("none", "")
        for value in fields[:4]:
            given = parse_field(value)
            if given is None or given.scheme != "digest":
                continue
            name = given.get("username")
            if not self._fresh(given.get("nonce"), now, host):
                verdict = ("stale", name)
            elif not self._right(method, given, secret_of(name), asking):
                verdict = ("wrong", name)
            else:
                return ("in" if self._take(given, now) else "stale"), name
        return verdict

    def _right(self, method: str, given: Credentials, secret: Secret | None, asking: ChallengeTerms) -> bool:
        algorithm = given.get("algorithm") or "MD5"
        usable = (
            given.get("realm") == self.realm
            and algorithm.lower() == asking.algorithm.lower()
            and hash_of(algorithm) is not None
            and given.get("qop").lower() in ("", "auth")
            and not (asking.qop and not given.get("qop"))
        )
        # A name that is not known costs as much time as one that is.
        expected = response(secret or Secret("?"), method, given.parameters)
        same = hmac.compare_digest(expected.encode(), given.get("response").strip().lower().encode())
        return bool(expected) and usable and same and secret is not None

    def _fresh(self, nonce: str, now: float, host: str) -> bool:
        """Whether a nonce is ours, of this host, and young enough."""
        moment = nonce.partition("-")[0]
        if not hmac.compare_digest(self._nonce(moment, host).encode(), nonce.encode()):
            return False
        issued = int(moment.partition(".")[0], 16) / 1000
        return -1 <= now - issued <= self._life and issued > self._floor

    def _take(self, given: Credentials, now: float) -> bool:
        """Whether a nonce was not used with this count; it counts as used from now on."""
        nonce = given.get("nonce")
        count = 0
        if given.get("qop"):
            text = given.get("nc")
            if len(text) != _LONGEST_COUNT or not all(letter in "0123456789abcdefABCDEF" for letter in text):
                return False
            count = int(text, 16)
        before = self._used.get(nonce)
        if before is not None and count <= before:
            return False
        self._used[nonce] = count
        self._forget(now)
        return True

    def _forget(self, now: float) -> None:
        while self._used:
            first = next(iter(self._used))
            issued = int(first.partition(".")[0], 16) / 1000
            if len(self._used) > self._most:
                self._floor = max(self._floor, issued)
            elif now - issued <= self._life:
                return
            del self._used[first]

    def _nonce(self, moment: str, host: str) -> str:
        return f"{moment}-{hmac.new(self._key, f'{moment} {host}'.encode(), 'sha256').hexdigest()[:32]}"
