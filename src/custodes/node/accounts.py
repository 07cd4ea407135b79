"""Viewings of what leaves piece by piece: one for each grant and camera, durable before the first byte, over when nothing is asked for;
and that of a still, a look like any other (docs/design/grants.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from custodes.ledger.records import ViewBegun, at_text
from custodes.node.disk import Disk
from custodes.node.journal import Journal, Viewing, view_id
from custodes.video.clock import HostClock
from custodes.video.wire.token import GrantClaims

REASON = "still"
"""`reason` of the ``view.ended`` of a still."""


def account_for_still(journal: Journal, claims: GrantClaims, wall_us: int, size: int, clock: HostClock) -> None:
    """Write down durably that one picture is shown; call it before the picture leaves. Blocks.

    Args:
        claims: of the token that was used up for it; it names one camera.
        wall_us: when the picture was taken in, µs UTC.
        size: of the JPEG, bytes.

    Raises:
        sqlite3.Error: it could not be written, so nothing may be shown.
    """
    begun = ViewBegun(
        id=view_id(),
        at=at_text(clock.wall_us()),
        grant=claims.grant,
        index=claims.index,
        person=claims.sub,
        camera=claims.cameras[0],
        stream="main",
        at_us=wall_us,
        worker=claims.aud,
    )
    viewing = journal.begin(begun)
    viewing.shown.add(wall_us, wall_us + 1, size)
    journal.end(viewing, REASON)


Key = tuple[UUID, UUID]
"""Grant and camera."""


@dataclass
class SentAccount:
    """What left of one camera under one grant, while it goes on; `revoked`: nothing more does."""

    viewing: Viewing
    sending: int = 0
    revoked: bool = False
    idle: asyncio.TimerHandle | None = None


async def _nothing(_key: Key) -> None:
    """For accounts that nothing hangs on."""


@dataclass
class Accounts:
    """Of one worker and one way of leaving.

    Attributes:
        viewings: the worker's open viewings by id: noted from time to time with the others.
        reason: of their ``view.ended``.
        idle_seconds: asked each time.
        on_end: called before the end is written.
    """

    journal: Journal
    disk: Disk
    clock: HostClock
    viewings: dict[UUID, Viewing]
    reason: str
    idle_seconds: Callable[[], float]
    on_end: Callable[[Key], Awaitable[None]] = _nothing
    _accounts: dict[Key, SentAccount] = field(default_factory=dict)
    _beginning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tasks: set[asyncio.Future[None]] = field(default_factory=set)

    async def of(self, claims: GrantClaims, camera: UUID, at_us: int) -> SentAccount:
        """The viewing that counts this; durable when it is new.

        Raises:
            sqlite3.Error: it could not be written, so nothing may leave.
        """
        key = (claims.grant, camera)
        async with self._beginning:
            account = self._accounts.get(key)
            if account is None:
                begun = ViewBegun(
                    id=view_id(),
                    at=at_text(self.clock.wall_us()),
                    grant=claims.grant,
                    index=claims.index,
                    person=claims.sub,
                    camera=camera,
                    stream="main",
                    at_us=at_us,
                    worker=claims.aud,
                )
                viewing = await self.disk.run(self.journal.begin, begun)
                self.viewings[begun.id] = viewing
                account = self._accounts[key] = SentAccount(viewing)
        self._rest(key)
        return account

    @contextmanager
    def sending(self, key: Key, account: SentAccount) -> Iterator[None]:
        """It does not end inside the block."""
        account.sending += 1
        try:
            yield
        finally:
            account.sending -= 1
            self._rest(key)

    def take_back(self, grants: Iterable[UUID], cameras: Iterable[UUID] = ()) -> None:
        """Nothing more of these grants leaves, for good; of `cameras` alone where some are named."""
        which, some = set(grants), set(cameras)
        for (grant, camera), account in self._accounts.items():
            if grant in which and (not some or camera in some):
                account.revoked = True

    async def close(self) -> None:
        """End every account: the worker stops."""
        for key in list(self._accounts):
            await self._end(key)

    def _rest(self, key: Key) -> None:
        """It ends when nothing was asked for in a while, counted from now."""
        account = self._accounts.get(key)
        if account is None:
            return
        if account.idle is not None:
            account.idle.cancel()
        loop = asyncio.get_running_loop()
        account.idle = loop.call_later(self.idle_seconds(), lambda: self._ending(key))

    def _ending(self, key: Key) -> None:
        account = self._accounts.get(key)
        if account is not None and account.sending:
            self._rest(key)
            return
        task = asyncio.ensure_future(self._end(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end(self, key: Key) -> None:
        account = self._accounts.pop(key, None)
        if account is None:
            return
        if account.idle is not None:
            account.idle.cancel()
        self.viewings.pop(account.viewing.begun.id, None)
        await self.on_end(key)
        await self.disk.surely(self.journal.end, account.viewing, self.reason)
