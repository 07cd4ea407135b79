"""The ten digits of ``y=`` and the SSRC that they are (GB/T 28181-2016 §9.2.2, Annex F note 4), given out so that no two streams of a platform share one."""

from __future__ import annotations

from collections import OrderedDict

from custodes.gb28181 import ids
from custodes.gb28181.refused import Gb28181Refused

SERIALS = range(1, 10_000)
"""Serials of one platform; 0 is left out, for with it a number may become 0. Processes that share a platform each take a part."""

QUARANTINE_US = 60_000_000
"""A number rests for this long after its stream, so that what comes late does not land in the next."""


class NoneLeft(Exception):
    """All numbers of a kind are in use or rest."""


class SsrcPool:
    """The numbers of one platform, as many for live as for recorded. Time is passed in, in microseconds."""

    def __init__(self, server: str, serials: range = SERIALS, quarantine_us: int = QUARANTINE_US) -> None:
        """For the platform of this ID.

        Raises:
            Refused: the ID is not 20 digits, or a serial has not four.
        """
        if not ids.is_standard(server):
            raise Gb28181Refused("server", "is no ID of 20 digits", "give the platform's own ID")
        if not serials or min(serials) < 1 or max(serials) > 9999:
            raise Gb28181Refused("serials", "are not from 1 to 9999", "give a part of that range")
        self._serials = frozenset(serials)
        self._domain = server[3:8]
        self._quarantine_us = quarantine_us
        self._free = {history: dict.fromkeys(serials) for history in (False, True)}
        self._resting: OrderedDict[str, int] = OrderedDict()
        self._used: set[str] = set()

    @property
    def used(self) -> int:
        """Numbers in use."""
        return len(self._used)

    def take(self, history: bool, now_us: int) -> str:
        """Ten digits that nobody else has; `history`: of recordings.

        Raises:
            NoneLeft: wait until a stream ends.
        """
        self._wake(now_us)
        free = self._free[history]
        if not free:
            raise NoneLeft
        serial = next(iter(free))
        del free[serial]
        number = f"{int(history)}{self._domain}{serial:04d}"
        self._used.add(number)
        return number

    def reserve(self, number: str) -> bool:
        """A number that somebody else chose in our domain is in use from now on; False where it is in use or rests already."""
        if number in self._used or number in self._resting:
            return False
        if self._ours(number):
            self._used.add(number)
            self._free[number[0] == "1"].pop(int(number[6:]), None)
        return True

    def give_back(self, number: str, now_us: int) -> None:
        """The stream is over. Twice is once; a number that was never taken is nothing."""
        if number in self._used:
            self._used.discard(number)
            self._resting[number] = now_us + self._quarantine_us

    def _ours(self, number: str) -> bool:
        fits = len(number) == 10 and number.isascii() and number.isdigit()
        return fits and number[0] in "01" and number[1:6] == self._domain and int(number[6:]) in self._serials

    def _wake(self, now_us: int) -> None:
        while self._resting:
            number, until_us = next(iter(self._resting.items()))
            if now_us < until_us:
                return
            del self._resting[number]
            self._free[number[0] == "1"][int(number[6:])] = None


_LONGEST = 20
"""Digits that are looked at: devices write fewer than ten, and more."""


def ssrc_of(text: str) -> int | None:
    """The number on the wire of what a peer wrote in ``y=``; shortened and lengthened ones are taken, None for what is no number of 32 bits.

    0 is what devices send that do not care: None too.
    """
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST:
        return None
    number = int(text)
    return number if 0 < number < 2**32 else None


def written(number: int) -> str:
    """Ten digits, zeros in front: a device ignores the call otherwise."""
    return f"{number:010d}"
