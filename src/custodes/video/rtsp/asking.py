"""Requests on their way to a camera: numbered, logged in, and matched with the answers to them (RFC 2326 §12.17); or why the session can't go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from custodes.video.rtsp.digest import Login, choose, parse_fields
from custodes.video.rtsp.message import Headers, Request, Response

FailureKind = Literal["password", "path", "refused", "codec", "protocol", "ended"]


@dataclass(frozen=True, slots=True)
class ClientFailure:
    """`detail` is one plain sentence without secrets."""

    kind: FailureKind
    detail: str


AGENT = "Custodes"
_MOST_WAITING = 16


@dataclass(slots=True)
class WaitingRequest:
    """A request that waits for its response."""

    method: str
    uri: str
    headers: list[tuple[str, str]]
    then: Callable[[Response], None]
    otherwise: Callable[[Response], None] | None = None
    authorized: bool = False
    tries: int = 1


@dataclass
class RtspExchange:
    """One client's side of the conversation.

    Attributes:
        cnonce: makes a client nonce for digest login.
        basic: answer a challenge for basic login, which shows the password.
        session: the id that the camera gave; empty before SETUP.
    """

    username: str
    password: str
    cnonce: Callable[[], str]
    basic: bool
    session: str = ""

    def __post_init__(self) -> None:
        self._login: Login | None = None
        self._proven = False  # the login has been accepted at least once
        self._sequence = 0
        self._waiting: dict[int, WaitingRequest] = {}

    def write(self, asked: WaitingRequest) -> bytes:
        """The request as octets; its answer is waited for from now on.

        Raises:
            ProtocolError: the camera's answer holds an address with a line break.
        """
        self._sequence += 1
        headers = Headers([("CSeq", str(self._sequence)), ("User-Agent", AGENT), *asked.headers])
        if self.session:
            headers.add("Session", self.session)
        asked.authorized = self._login is not None
        if self._login is not None:
            headers.add("Authorization", self._login.authorization(asked.method, asked.uri))
        octets = Request(asked.method, asked.uri, headers).encode()
        if len(self._waiting) > _MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        self._waiting[self._sequence] = asked
        return octets

    def asked_for(self, response: Response) -> WaitingRequest | None:
        """What the response answers; None when nothing that still waits."""
        number = response.headers.get("CSeq").strip()
        key = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
        if key is None and len(self._waiting) == 1:
            key = next(iter(self._waiting))
        return self._waiting.pop(key, None) if key is not None else None

    def accepted(self, asked: WaitingRequest) -> None:
        """The camera did what was asked."""
        self._proven = self._proven or asked.authorized

    def challenged(self, asked: WaitingRequest, response: Response) -> ClientFailure | None:
        """The camera wants a login (401): None when the same may be asked again with one, else why there is none."""
        challenge = choose(parse_fields(response.headers.all("WWW-Authenticate")))
        if challenge is None:
            return ClientFailure("protocol", "the camera asks for a login of an unknown kind")
        if challenge.scheme == "basic" and not self.basic:
            return ClientFailure("refused", "the camera redirects to another host that asks for the password in clear")
        if not self.username:
            return ClientFailure("password", "the camera asks for a user name and password")
        stale = challenge.get("stale").lower() == "true"
        # A nonce that was good and no longer is may be renewed without the word `stale` too.
        again = stale or not asked.authorized or (self._proven and asked.tries == 1)
        if not again or asked.tries > 2:
            return ClientFailure("password", "the camera does not accept the user name and password")
        self._login = Login(challenge, self.username, self.password, self.cnonce)
        asked.tries += 1
        return None
