"""What a stopped retention pass and the person at this machine say to each other: three small files in the node's folder.

The worker writes what it wanted (`stopped`); `custodes purge` shows that to a person and leaves an order (`order`); the
worker takes the order away before it follows it, so that none is followed twice, and says what it did (`done`). Who can
write in the node's folder is the node's user or root: the right to give the order is the right to be there. The worker
deletes, and not the command, because the worker alone holds the index and knows the holds of the last assignment, and
because recording goes on meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from custodes.video.archive.retention import Braked, OverBrake, PurgeReport

ORDER_SECONDS = 300
"""An order that was not taken by then is not followed: nobody waits for it any more."""


class BrakeUnreadable(Exception):
    """One of the files can't be read; the message names it and says why."""


class BrakeBroken(BrakeUnreadable):
    """One of the files holds something else than it should."""


class OrderWaits(Exception):
    """Another order lies there; the message says who gave it."""


class StoppedVolume(BaseModel):
    """As `retention.Braked`."""

    model_config = ConfigDict(frozen=True)

    volume: str
    path: str
    segments: int
    of: int
    bytes: int
    from_us: int
    to_us: int
    cameras: int


class StoppedDeletion(BaseModel):
    """What the last pass of a worker wanted and did not delete.

    Attributes:
        at_us: when the pass was.
        rule: the retention that it follows.
        brake_share: more than this share of a volume stops a pass.
    """

    model_config = ConfigDict(frozen=True)

    worker: int
    at_us: int
    rule: str
    brake_share: float
    volumes: tuple[StoppedVolume, ...]


class DeletionStopOrder(BaseModel):
    """A person wants what a stopped pass wanted; fields as in `retention.OverBrake`, `volumes` are what was seen."""

    model_config = ConfigDict(frozen=True)

    id: UUID = Field(default_factory=uuid4)
    at_us: int
    by: str = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=1000)
    seen_us: int
    volumes: tuple[StoppedVolume, ...]
    rule: str = ""

    def over_brake(self) -> OverBrake:
        """As the archive takes it."""
        seen = {volume.volume: Braked(**volume.model_dump()) for volume in self.volumes}
        return OverBrake(self.by, self.reason, self.seen_us, seen, self.rule)


class DeletionStopOutcome(BaseModel):
    """What came of an order."""

    model_config = ConfigDict(frozen=True)

    order: UUID
    segments: int = 0
    bytes: int = 0
    still_stopped: tuple[str, ...] = ()
    left: int = 0
    failure: str = ""


_M = TypeVar("_M", bound=BaseModel)


class BrakeFiles:
    """The three files of one worker."""

    def __init__(self, folder: Path, worker: int) -> None:
        """
        Args:
            folder: the node's folder.
        """
        self.folder = folder
        self.worker = worker
        self._stopped, self._order, self._done = (
            folder / f"purge-{name}-{worker}.json" for name in ("stopped", "order", "done")
        )

    @classmethod
    def all_of(cls, folder: Path) -> list[BrakeFiles]:
        """Those of every worker that has a stopped pass.

        Raises:
            OSError: the folder is not there or can't be read; `Path.glob` would find nothing in it.
        """
        with os.scandir(folder) as entries:
            found = [re.fullmatch(r"purge-stopped-([0-9]+)\.json", entry.name) for entry in entries]
        return [cls(folder, number) for number in sorted(int(name[1]) for name in found if name)]

    # -- the worker ----------------------------------------------------------------------------------------------

    def say_stopped(self, report: PurgeReport, at_us: int, rule: str, brake_share: float) -> None:
        """Keep what a pass wanted; a pass that was not stopped takes the note away."""
        if not report.braked:
            self._stopped.unlink(missing_ok=True)
            return
        volumes = tuple(_volume(braked) for braked in report.braked.values())
        said = StoppedDeletion(worker=self.worker, at_us=at_us, rule=rule, brake_share=brake_share, volumes=volumes)
        _write(self._stopped, said)

    def take_order(self, now_us: int) -> DeletionStopOrder | None:
        """The order that waits, which is gone from then on; None when there is none, or when it is too old or broken.

        Raises:
            BrakeUnreadable: it can't be read.
        """
        taken = self._order.with_suffix(".taken")
        try:
            self._order.rename(taken)
        except FileNotFoundError:
            return None
        try:
            order = _read(taken, DeletionStopOrder)
        except BrakeBroken:
            return None
        finally:
            taken.unlink()
        return order if order is not None and _in_time(order, now_us) else None

    def say_done(self, done: DeletionStopOutcome) -> None:
        """Answer an order."""
        _write(self._done, done)

    # -- the person ----------------------------------------------------------------------------------------------

    def stopped(self) -> StoppedDeletion | None:
        """What the last pass wanted; None when it was not stopped.

        Raises:
            BrakeUnreadable: it can't be read.
        """
        return _read(self._stopped, StoppedDeletion)

    def order(self, order: DeletionStopOrder) -> None:
        """Leave an order for the worker.

        Raises:
            OrderWaits: another lies there, and the worker would still follow it.
            BrakeUnreadable: something lies there that can't be read.
        """
        with self._one_person():
            waiting = self._lying()
            if waiting is not None and _in_time(waiting, order.at_us):
                raise OrderWaits(f"an order of {waiting.by} lies there already: {waiting.reason}")
            _write(self._order, order)

    def withdraw(self, order: DeletionStopOrder) -> bool:
        """Take `order` back; False when the worker was first, or another order lies there."""
        with self._one_person():
            waiting = self._lying()
            if waiting is None or waiting.id != order.id:
                return False
            try:
                self._order.unlink()
            except FileNotFoundError:
                return False
            return True

    def _lying(self) -> DeletionStopOrder | None:
        try:
            return _read(self._order, DeletionStopOrder)
        except BrakeBroken:
            return None

    @contextmanager
    def _one_person(self) -> Iterator[None]:
        """Between looking at the order and touching it no other person's command comes; the worker only ever takes."""
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def done(self, order: DeletionStopOrder) -> DeletionStopOutcome | None:
        """What came of `order`; None while nothing has.

        Raises:
            BrakeUnreadable: the answer can't be read.
        """
        done = _read(self._done, DeletionStopOutcome)
        return done if done is not None and done.order == order.id else None


def _volume(braked: Braked) -> StoppedVolume:
    return StoppedVolume(**asdict(braked))


def _in_time(order: DeletionStopOrder, now_us: int) -> bool:
    return abs(now_us - order.at_us) <= ORDER_SECONDS * 1_000_000


def _read(path: Path, model: type[_M]) -> _M | None:
    """The content of a file; None when there is none. Root reads in another user's folder: only what is a plain file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise BrakeUnreadable(f"{path} can't be read: it is not a plain file")
            return model.model_validate_json(file.read())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BrakeUnreadable(f"{path} can't be read: {error.strerror}") from error
    except ValidationError as error:
        raise BrakeBroken(f"{path} can't be read: it does not hold what it should") from error


def _write(path: Path, content: BaseModel) -> None:
    """Whole or not at all. Nothing here has to survive a power cut: the next pass says it again."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.model_dump_json().encode())
    draft.replace(path)
