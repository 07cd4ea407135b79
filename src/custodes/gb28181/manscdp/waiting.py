"""Questions that wait for their answers: which answer belongs to which question (§2.5: the answer is a message of its own, with the same SN)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from custodes.gb28181.agenda import Agenda

T = TypeVar("T")

MOST_WAITING = 10_000
MOST_OF_PEER = 64


class TooManyQuestions(Exception):
    """More questions wait than are kept: ask later."""


class SerialNumbers:
    """Serial numbers for one peer: from 1, each higher than the one before."""

    def __init__(self, last: int = 0) -> None:
        self._last = last

    def next(self) -> int:
        """The next; after 2³¹ − 1, which some peers can't count beyond, 1 again."""
        self._last = 1 if self._last >= 2**31 - 1 else self._last + 1
        return self._last


@dataclass(frozen=True, slots=True)
class WaitingQuestion(Generic[T]):
    """A question that was asked.

    Attributes:
        peer: whom; cmd, sn, device_id: as sent; what: the asker's own.
    """

    peer: str
    cmd: str
    sn: int
    device_id: str
    due_us: int
    what: T


class Waiting(Generic[T]):
    """The questions that wait, of all peers, bounded for each of them and in all."""

    def __init__(self, most: int = MOST_WAITING, of_peer: int = MOST_OF_PEER) -> None:
        self._most, self._of_peer = most, of_peer
        self._questions: dict[str, dict[tuple[str, int], WaitingQuestion[T]]] = {}
        self._agenda: Agenda[tuple[str, str, int]] = Agenda()
        self._count = 0
        self.strays = 0

    def __len__(self) -> int:
        return self._count

    def ask(self, question: WaitingQuestion[T]) -> None:
        """A question is sent.

        Raises:
            TooMany: to this peer, or in all; or one of this number waits already.
        """
        key = (question.cmd.lower(), question.sn)
        there = self._questions.get(question.peer, {})
        if key in there or len(there) >= self._of_peer or self._count >= self._most:
            raise TooManyQuestions
        self._questions.setdefault(question.peer, there)[key] = question
        self._agenda.set((question.peer, *key), question.due_us)
        self._count += 1

    def answered(self, peer: str, cmd: str, sn: int, device_id: str) -> WaitingQuestion[T] | None:
        """The question that an answer belongs to; it goes on waiting until `done`, for there may be more parts.

        By peer, command and number; where a peer echoes another number, the oldest to it of this command about this device.
        None, and counted, where nothing was asked: such an answer is dropped.
        """
        there = self._questions.get(peer, {})
        found = there.get((cmd.lower(), sn))
        if found is None and device_id:
            alike = (each for (name, _sn), each in there.items() if name == cmd.lower() and each.device_id == device_id)
            found = next(alike, None)
        if found is None:
            self.strays += 1
        return found

    def done(self, question: WaitingQuestion[T]) -> None:
        """It waits no more. Twice is once."""
        there, key = self._questions.get(question.peer, {}), (question.cmd.lower(), question.sn)
        if there.pop(key, None) is None:
            return
        self._agenda.drop((question.peer, *key))
        self._count -= 1
        if not there:
            del self._questions[question.peer]

    @property
    def due_us(self) -> int | None:
        """When `due` is to be asked next; None where nothing waits."""
        moment = self._agenda.next()
        return None if moment is None else int(moment)

    def due(self, now_us: int) -> list[WaitingQuestion[T]]:
        """Questions whose time is over; they wait no more."""
        late = [self._questions[peer][cmd, sn] for peer, cmd, sn in self._agenda.take(now_us)]
        for question in late:
            self.done(question)
        return late

    def forget(self, peer: str) -> list[WaitingQuestion[T]]:
        """A peer is gone: its questions, which wait no more."""
        gone = self._questions.pop(peer, {})
        self._count -= len(gone)
        for cmd, sn in gone:
            self._agenda.drop((peer, cmd, sn))
        return list(gone.values())
