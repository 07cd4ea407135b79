"""Who a simulated platform above is, how it goes about, and what it tells of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from custodes.gb28181.sip.digest import Secret


@dataclass(frozen=True, slots=True)
class Settings:
    """One platform above.

    Attributes:
        id: its ID; lower: the one platform below that may register; secret: the password that it gave that one.
        host, port: where it listens, UDP and TCP; its streams come to the same address.
        media: ports for streams, first and last.
        calls: cameras that it calls in a round, at most.
        each: seconds from one round to the next; 0 for one round alone.
        wait: seconds for which it waits for an answer, and for a key frame.
        back: seconds of the past for whose recordings it asks.
    """

    id: str
    lower: str
    secret: Secret
    host: str
    port: int
    media: tuple[int, int] = (24_000, 24_099)
    calls: int = 4
    each: float = 0.0
    wait: float = 15.0
    back: float = 3600.0


What = Literal["registered", "gone", "refused", "catalogue", "changed", "records", "picture", "none"]


@dataclass(frozen=True, slots=True)
class Did:
    """Something that it did and what came of it.

    Attributes:
        what: ``registered``; ``gone``; ``refused``: nobody registers with a password that is not its own, or a call got `status`; ``catalogue``: it came, with
            `count` entries; ``changed``: as many were told of by the subscription; ``records``: `count` recordings; ``picture``: a key frame came; ``none``: no
            answer, or no key frame, in time.
        about: the channel; empty for the platform below itself.
        why: of ``gone``, ``refused`` and ``none``, in plain words.
        seconds: until it came.
    """

    what: What
    about: str = ""
    count: int = 0
    status: int = 0
    why: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        words = [self.what, self.about, f"{self.count}" if self.what in ("catalogue", "changed", "records") else ""]
        words += [f"{self.status}" if self.status else "", self.why, f"{self.seconds:.2f} s" if self.seconds else ""]
        return " ".join(word for word in words if word)
