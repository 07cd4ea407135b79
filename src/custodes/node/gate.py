"""Who may pass, and what a grant opens, second by second: tokens are checked offline, used once, and die with their grant (docs/design/grants.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from custodes.video.wire.token import GrantClaims, InvalidToken, Upper, check_token

LIVE_SECONDS = 30
"""The live picture begins at the key frame of the group of pictures in progress, which may be this old at most."""

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class FootageBounds:
    """The footage that one grant opens.

    Attributes:
        cameras: cameras whose footage may be sent.
        live: the live picture may be sent.
        back_us: how far before now the archive may be sent, microseconds; the window moves with the clock.
        span: ``(from_us, to_us)`` of the archive that may be sent besides.
    """

    cameras: frozenset[UUID]
    live: bool
    back_us: int
    span: tuple[int, int] | None

    @classmethod
    def of(cls, claims: GrantClaims) -> FootageBounds:
        """The bounds of a checked token. A still's token opens no picture that moves."""
        return cls(
            cameras=frozenset(claims.cameras),
            live=claims.live and not claims.still and not claims.burnt,
            back_us=0 if claims.still or claims.burnt else max(0, claims.back_seconds) * _SECOND,
            span=None if claims.still else claims.span,
        )

    def windows(self, now_us: int) -> tuple[tuple[int, int], ...]:
        """The spans of the archive that are open at `now_us`, in order and merged."""
        spans = []
        if self.span is not None and self.span[0] < self.span[1]:
            spans.append(self.span)
        if self.back_us:
            spans.append((now_us - self.back_us, now_us))
        spans.sort()
        if len(spans) == 2 and spans[1][0] <= spans[0][1]:
            return ((spans[0][0], max(spans[0][1], spans[1][1])),)
        return tuple(spans)

    def window_at(self, at_us: int, now_us: int) -> tuple[int, int] | None:
        """The open window that holds `at_us`, if any."""
        for start, end in self.windows(now_us):
            if start <= at_us < end:
                return start, end
        return None

    def opens(self, from_us: int, to_us: int, now_us: int) -> bool:
        """Whether a piece of the archive from `from_us` to `to_us` lies wholly within what is open."""
        return any(start <= from_us and to_us <= end for start, end in self.windows(now_us))

    def opens_live(self, wall_us: int, now_us: int) -> bool:
        """Whether a picture that was taken in at `wall_us` may be sent as live."""
        return self.live and wall_us >= now_us - LIVE_SECONDS * _SECOND


TOKEN_SECONDS = 60
"""Longest life of a token (docs/design/wire.md §4): how long a revocation must be remembered."""

MAX_VIEWS = 500
"""Views that one worker serves at once. A socket without a token is none: it has a seat of its address (`tls/seats.py`)."""

CLOSE_BAD_MESSAGE = 4400
CLOSE_TOKEN = 4401
CLOSE_ORIGIN = 4403
CLOSE_EXPIRED = 4408
CLOSE_IN_USE = 4409
CLOSE_REVOKED = 4410
CLOSE_TOO_MANY = 4429


class TokenRefused(Exception):
    """The token opens nothing here.

    Attributes:
        code: WebSocket close code (docs/design/wire.md §5).
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class Revocation:
    """Why a grant ended before its time."""

    reason: str
    clause: str
    until: float


StopView = Callable[[str, str, str], None]
"""Stop one view: reason (`revoked`, `replaced`, …), clause, detail. Returns at once."""

Withhold = Callable[[str, str], None]
"""Show what the admission's claims no longer name no more, the rest goes on: clause, detail. Returns at once."""


def _nothing(_clause: str, _detail: str) -> None:
    """For views that show one camera alone."""


@dataclass(slots=True)
class Admission:
    """A view that was let in; `Gate.leave` gives it back."""

    claims: GrantClaims
    stop: StopView
    withhold: Withhold = _nothing


@dataclass
class Gate:
    """Lets views in and stops them, for one worker.

    A token from before this worker's start is refused: what was used or revoked by then is not remembered, and the
    browser gets a fresh one for which the decision is made again. When the clock is set back by more than a token lives,
    nothing opens until it has caught up or the worker was started anew: by then every old token is refused.

    Attributes:
        worker: this worker's name, the token's ``aud``.
        key: the notary's grant key; None until there was an assignment, which refuses everything.
        started: when this worker started, seconds since the Unix epoch.
    """

    worker: str
    key: Ed25519PublicKey | None
    started: float
    _latest: float = 0.0
    _used: dict[UUID, float] = field(default_factory=dict)
    _revoked: dict[UUID, Revocation] = field(default_factory=dict)
    _withheld: dict[tuple[UUID, UUID], Revocation] = field(default_factory=dict)
    _open: dict[UUID, Admission] = field(default_factory=dict)
    _sendings: list[Admission] = field(default_factory=list)

    def admit(self, token: str, now: float, stop: StopView, withhold: Withhold = _nothing) -> Admission:
        """Let a view in with a token that was never used before. An open view of the same grant is replaced.

        Args:
            now: seconds since the Unix epoch.
            stop: called when the view has to end.
            withhold: called when some of its cameras are shown no more.

        Raises:
            Refused: with the close code.
        """
        claims = self._check(token, now)
        if claims.still or claims.handover or claims.masking or claims.upper:
            raise TokenRefused(CLOSE_TOKEN, "the token is not for a view")
        if len(self._open) >= MAX_VIEWS and claims.grant not in self._open:
            raise TokenRefused(CLOSE_TOO_MANY, "too many views are open")
        admission = Admission(claims, stop, withhold)
        replaced = self._open.get(claims.grant)
        self._open[claims.grant] = admission
        if replaced is not None:
            replaced.stop("replaced", "", "the same grant was opened in another window")
        return admission

    def admit_sending(
        self,
        token: str,
        now: float,
        stop: StopView,
        withhold: Withhold,
        what: Upper,
        span: tuple[int, int] | None = None,
    ) -> Admission:
        """Let one camera's pictures go to an upper platform. Others of the same grant go on: each call has a token of its own.

        Args:
            what: is to be sent: the token has to be for that.
            span: of the archive, µs UTC, which the token has to open whole; None for the live picture.

        Raises:
            Refused: also when the token is for anything but that of one camera.
        """
        claims = self._check_of_upper(token, now, what)
        if span is not None and not _covers(claims.span, span):
            raise TokenRefused(CLOSE_TOKEN, "the token does not open all that is asked for")
        admission = Admission(claims, stop, withhold)
        self._sendings.append(admission)
        return admission

    def admit_listing(self, token: str, now: float) -> GrantClaims:
        """Use up a token for one question of an upper platform about what is recorded of one camera. Nothing is sent by it.

        Raises:
            Refused: also when the token is for anything else, sending the same footage included.
        """
        return self._check_of_upper(token, now, "list")

    def admit_steering(self, token: str, now: float, stop: StopView, withhold: Withhold) -> Admission:
        """Let an upper platform move one camera, of which nothing is shown under this token. Given back like a view.

        Raises:
            Refused: also when the token is for anything else, or names more than one camera.
        """
        claims = self._check_of_upper(token, now, "steer")
        admission = Admission(claims, stop, withhold)
        self._sendings.append(admission)
        return admission

    def admit_still(self, token: str, now: float) -> GrantClaims:
        """Use up a token for one still.

        Raises:
            Refused: also when the token is not for a still or names more than one camera.
        """
        claims = self._check(token, now)
        if not claims.still or len(claims.cameras) != 1:
            raise TokenRefused(CLOSE_TOKEN, "the token is not for one still of one camera")
        return claims

    def admit_handover(self, token: str, now: float) -> GrantClaims:
        """Use up a token for one question about original footage that is handed out, or for one piece of it.

        Raises:
            Refused: also when the token is for looking.
        """
        claims = self._check(token, now)
        if not claims.handover:
            raise TokenRefused(CLOSE_TOKEN, "the token is not for footage that is handed out")
        return claims

    def admit_masking(self, token: str, now: float) -> GrantClaims:
        """Use up a token for one question about footage that is masked for public release.

        Raises:
            Refused: also when the token is for anything else.
        """
        claims = self._check(token, now)
        if not claims.masking:
            raise TokenRefused(CLOSE_TOKEN, "the token is not for footage that is masked")
        return claims

    def stands(self, grant: UUID, camera: UUID) -> bool:
        """Whether nothing has taken this camera of this grant back, as far as is remembered here."""
        return grant not in self._revoked and (grant, camera) not in self._withheld

    def renew(self, admission: Admission, token: str, now: float) -> None:
        """Take a fresh token on the socket of an open view.

        Raises:
            Refused: another grant or person, or any other fault of the token.
        """
        claims = self._check(token, now)
        if (
            claims.still
            or claims.handover
            or claims.masking
            or claims.upper
            or claims.grant != admission.claims.grant
            or claims.sub != admission.claims.sub
        ):
            raise TokenRefused(CLOSE_TOKEN, "the token is for another grant")
        admission.claims = claims

    def leave(self, admission: Admission) -> None:
        """The view, or what an upper platform got, has ended."""
        self._sendings = [other for other in self._sendings if other is not admission]
        if self._open.get(admission.claims.grant) is admission:
            del self._open[admission.claims.grant]

    def revoke(self, grants: Iterable[UUID], reason: str, clause: str, now: float) -> int:
        """End grants now and keep them shut until every token of theirs must have expired.

        Returns how many open views were told to stop.
        """
        stopped, gone = 0, frozenset(grants)
        for grant in gone:
            # Twice the life: a token signed just before the revocation by a clock that is a little ahead.
            self._revoked[grant] = Revocation(reason, clause, now + 2 * TOKEN_SECONDS)
            admission = self._open.pop(grant, None)
            if admission is not None:
                admission.stop("revoked", clause, reason)
                stopped += 1
        for admission in [sending for sending in self._sendings if sending.claims.grant in gone]:
            admission.stop("revoked", clause, reason)
            stopped += 1
        return stopped

    def withhold(self, grants: Iterable[UUID], cameras: Iterable[UUID], reason: str, clause: str, now: float) -> int:
        """Take some cameras out of grants now, and keep them out for as long as a revocation is remembered.

        Returns how many open views show less from here on.
        """
        out, narrower = frozenset(cameras), frozenset(grants)
        for grant in narrower:
            for camera in out:
                self._withheld[grant, camera] = Revocation(reason, clause, now + 2 * TOKEN_SECONDS)
        narrowed = 0
        for admission in (*self._open.values(), *self._sendings):
            if admission.claims.grant in narrower and not out.isdisjoint(admission.claims.cameras):
                admission.claims = _without(admission.claims, out)
                admission.withhold(clause, reason)
                narrowed += 1
        return narrowed

    def stop_all(self, reason: str, detail: str) -> None:
        """End every open view and sending, as on a restart."""
        for admission in (*self._open.values(), *self._sendings):
            admission.stop(reason, "", detail)

    def shows(self, grant: UUID, camera: UUID) -> bool:
        """Whether a view of this grant is open here that shows the camera live."""
        admission = self._open.get(grant)
        return admission is not None and admission.claims.live and camera in admission.claims.cameras

    @property
    def open_views(self) -> int:
        """Views that are open now."""
        return len(self._open)

    def _check(self, token: str, now: float) -> GrantClaims:
        # What is forgotten stays dead when the clock is set back: a token counts by the latest time that was ever seen.
        now = self._latest = max(self._latest, now)
        self._forget(now)
        if self.key is None:
            raise TokenRefused(CLOSE_TOKEN, "this node has no grant key yet")
        try:
            claims = check_token(token, self.key, self.worker, now)
        except InvalidToken as error:
            raise TokenRefused(CLOSE_TOKEN, str(error)) from error
        if claims.iat < self.started:
            raise TokenRefused(CLOSE_TOKEN, "the token is from before this worker's start")
        revocation = self._revoked.get(claims.grant)
        if revocation is not None:
            raise TokenRefused(CLOSE_REVOKED, revocation.reason or "the grant was revoked")
        if claims.jti in self._used:
            raise TokenRefused(CLOSE_IN_USE, "the token was used before")
        self._used[claims.jti] = float(claims.exp)
        return _without(claims, {camera for grant, camera in self._withheld if grant == claims.grant})

    def _check_of_upper(self, token: str, now: float, what: Upper) -> GrantClaims:
        claims = self._check(token, now)
        if claims.upper != what:
            raise TokenRefused(CLOSE_TOKEN, f"the token is not one by which an upper platform may have this: {what}")
        if len(claims.cameras) != 1:
            raise TokenRefused(CLOSE_TOKEN, "the token does not name one camera")
        return claims

    def _forget(self, now: float) -> None:
        self._used = {jti: until for jti, until in self._used.items() if until > now}
        self._revoked = {grant: revoked for grant, revoked in self._revoked.items() if revoked.until > now}
        self._withheld = {pair: revoked for pair, revoked in self._withheld.items() if revoked.until > now}


def _covers(opened: tuple[int, int] | None, span: tuple[int, int]) -> bool:
    return opened is not None and opened[0] <= span[0] and span[1] <= opened[1]


def _without(claims: GrantClaims, cameras: AbstractSet[UUID]) -> GrantClaims:
    """The claims without some of their cameras; without all of them they open nothing."""
    if cameras.isdisjoint(claims.cameras):
        return claims
    left = {
        "cameras": tuple(camera for camera in claims.cameras if camera not in cameras),
        "sound": tuple(camera for camera in claims.sound if camera not in cameras),
    }
    return claims.model_copy(update=left)
