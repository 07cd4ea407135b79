"""From the video payload of PES packets to access units.

A PES packet may hold one picture, a part of one, or the end of one and the beginning of the next (§5.3 rules 6 to 8).
So pictures are told apart by their NAL units and not by packets; but where a packet begins with a NAL unit that opens
an access unit, as devices do it, what came before is complete at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.marker import Marker
from custodes.gb28181.media.nal import BROKEN, DOUBT, DROP, KEY, MARK, NOTE, RULES, SET, SLICE, START, sniff
from custodes.gb28181.media.sets import ParameterSets
from custodes.gb28181.media.tally import ChannelTally
from custodes.gb28181.media.times import Times

LARGEST_UNIT = 8 << 20
"""Octets of the largest access unit that is put together; more is a fault or a flood."""
MOST_PARTS = 1 << 15
"""Pieces that it may come in: memory goes by pieces where they are tiny."""
_MOST_MARKS = 4096
_MOST_NALS = 4096
_ALIGNED = (b"\0\0\1", b"\0\0\0\1")


class _Mark(NamedTuple):
    """Where a PES packet begins in what was gathered, and what its header said."""

    at: int
    pts: int | None
    rtp: int | None
    wall_us: int


class AccessUnitAssembler:
    """Gathers the payload of one video stream and hands on each whole, decodable access unit; the first is a key frame.

    Attributes:
        parts: what was gathered; the demultiplexer appends to it directly.
        coding: of the pictures, None until something tells.
    """

    def __init__(self, on_frame: Callable[[Frame], None], tally: ChannelTally, times: Times) -> None:
        self.parts: list[bytes] = []
        self.coding: Coding | None = None
        self._on_frame = on_frame
        self._tally = tally
        self._times = times
        self._counted = 0  # parts whose octets are in _size
        self._size = 0  # octets gathered before the present packet
        self._carried = 0  # of them, looked at already: an unfinished NAL unit
        self._marks: list[_Mark] = []
        self._unit: list[bytes | memoryview] = []
        self._held = 0  # octets that _unit keeps alive, at most
        self._mark = _Mark(0, None, None, 0)  # of the access unit under way
        self._opened = False  # something of an access unit was seen
        self._pictured = False  # a slice of it was
        self._key = False
        self._damaged = False  # what is gathered, or the access unit under way
        self._waiting = True  # for a key frame
        self._sets = ParameterSets(tally)
        self._marker = Marker()
        self._early = False  # the picture was handed on at its marker

    # What the demultiplexer calls

    def name(self, coding: Coding | None) -> None:
        """The program stream map names the coding."""
        if coding is not self.coding:
            self.flush()
            self._reset()
            self._waiting = True
            self.coding = coding
            self._sets.forget()

    def begin(self, head: bytes, pts: int | None, rtp: int | None, wall_us: int) -> None:
        """A PES packet begins: `head` are the first octets of its payload, up to eight, as far as they are there."""
        finished = self._early
        if finished:
            self._early = False
            if not self._opens(head):  # the picture goes on: it was handed on too soon, this once
                self._marker.lies = True
                self._tally.broken += 1
        if self.parts:
            self._count()
            if head.startswith(_ALIGNED):
                opens = self._opens(head)
                if opens and self._finish_slice():
                    finished = True
                else:
                    self._scan(whole=True)
                    if self._pictured and self._opens(head):
                        self._finish()
                        finished = True
            elif pts is not None and self._size >= 2 * self._carried:
                # An unfinished NAL unit is looked at again only when as much has come as it had: linear in all.
                self._scan(whole=False)
            if self.parts and (
                len(self.parts) > MOST_PARTS or self._size > LARGEST_UNIT or len(self._marks) > _MOST_MARKS
            ):
                self.overflow()
        else:
            self._counted = self._size = self._carried = 0
        if not self.parts:
            self._marks.clear()
        self._marker.packet(finished)
        self._marks.append(_Mark(self._size, pts, rtp, wall_us))

    def mark(self) -> None:
        """A marker stands where no PES packet is under way: the picture ends here, if markers have been true so far."""
        self._marker.stand()
        if self._marker.lies or not self.parts:
            return
        self._count()
        if not self._marker.ends(self._size):
            return
        if not self._finish_slice():
            self._scan(whole=True)
            self._finish()
        self._early = True

    def slice_in(self, data: bytes, begin: int, end: int) -> bytes | None:
        """The picture in the PES packet whose payload is `data[begin:end]` with a marker behind it, as `Frame.data` has it.

        None unless the picture before was handed on at its marker, nothing is gathered, and this is one whole slice that a marker
        is believed to end. Nothing is changed.
        """
        if not self._early or self._marker.lies or self.parts or not self._is_clear():
            return None
        rules, at = RULES[self.coding], begin + 4  # type: ignore[index]
        if (
            not self._marker.ends_single(end - begin)
            or end > len(data)
            or end <= at + rules.flag_at
            or data[begin:at] != b"\0\0\0\1"
            or rules.roles[data[at]] != SLICE
            or not data[at + rules.flag_at] & 0x80
            or not data[end - 1]
            or data.rfind(START, at, end) >= 0
        ):
            return None
        return b"".join(((end - at).to_bytes(4, "big"), memoryview(data)[at:end]))

    def hand_on(self, picture: bytes, pts: int | None, rtp: int | None, wall_us: int) -> None:
        """What `begin` and `mark` do for the `picture` of `slice_in`."""
        self._marker.whole(len(picture))
        self._give(picture, pts, rtp, wall_us)

    def mark_within(self) -> None:
        """A marker stands within a PES packet: they say nothing."""
        self._marker.lies = True

    def overflow(self) -> None:
        """It never ends: given up."""
        self._tally.broken += 1
        self.lose()

    def lose(self) -> None:
        """Something is missing before what comes next: nothing is handed on until the next key frame."""
        if self.parts or self._unit:
            self._tally.dropped += 1
        self._empty()
        self._marks.clear()
        self._reset()
        self._damaged = self._waiting = True
        self._marker.lose()
        self._early = False

    def flush(self) -> None:
        """The stream ends here: what is gathered is complete."""
        if self.parts:
            self._scan(whole=True)
        self._finish()

    # Taking apart

    def _count(self) -> None:
        self._size += sum(map(len, self.parts[self._counted :]))
        self._counted = len(self.parts)
        self._marker.gathered = self._size

    def _opens(self, head: bytes) -> bool:
        return self.coding is not None and RULES[self.coding].begins(head)

    def _finish_slice(self) -> bool:
        """Hand on what was gathered if it is one whole slice and a whole picture, as nearly all are; False for anything else."""
        if not self._marks or not self._is_clear():
            return False
        parts, first = self.parts, self.parts[0]
        assert self.coding is not None
        rules, begin = RULES[self.coding], 4 if first[2:3] == b"\0" else 3
        if (
            not first.startswith(_ALIGNED)
            or len(first) <= begin + rules.flag_at
            or not parts[-1]
            or not parts[-1][-1]
            or rules.roles[first[begin]] != SLICE
            or not first[begin + rules.flag_at] & 0x80
            or (len(self._marks) > 1 and self._marks[1].at < begin)
        ):
            return False
        # The length takes the place of the start code before all is put together: one copy.
        length = (self._size - begin).to_bytes(4, "big")
        if len(parts) == 1:
            if first.rfind(START, begin) >= 0:
                return False
            whole = b"".join((length, memoryview(first)[begin:]))
        else:
            parts[0] = length + first[begin:]
            whole = b"".join(parts)
            if whole.rfind(START, 4) >= 0:
                parts[0] = first
                return False
        mark = self._marks[0]
        parts.clear()
        self._counted = self._size = self._carried = 0
        self._give(whole, mark.pts, mark.rtp, mark.wall_us)
        return True

    def _is_clear(self) -> bool:
        """Whether no picture is under way, and one that is no key frame would be taken."""
        return not (self._opened or self._waiting or self._damaged or self._sets.found or self._unit)

    def _give(self, picture: bytes, pts: int | None, rtp: int | None, wall_us: int) -> None:
        """Hand on a picture of one slice."""
        assert self.coding is not None
        time = self._times.picture(pts, rtp, wall_us)
        self._tally.frames += 1
        self._on_frame(Frame(self.coding, picture, False, time, wall_us, self._sets.in_force))

    def _scan(self, *, whole: bool) -> None:
        """Take the NAL units out of what was gathered; the last one stays unless the `whole` is known to be there."""
        data = b"".join(self.parts)
        self._empty()
        if self.coding is None and (found := sniff(data)) is not None:
            self.coding = found
        starts = _starts(data)
        if self.coding is None or not starts:
            self._pass_over(data, whole)
            return
        at = starts[0]
        if data[:at].strip(b"\0"):  # the rest of something whose beginning is missing
            self._spoil()
        last = len(data) if whole else starts.pop()
        for place, following in zip(starts, (*starts[1:], last), strict=False):
            self._take(data, place, following)
        if not whole:
            self._carry(data[last:], last)
        self._held += len(data)
        if self._unit and self._held > LARGEST_UNIT:
            self._tally.broken += 1
            self._spoil()

    def _pass_over(self, data: bytes, whole: bool) -> None:
        """Nothing can be made of `data` alone: it is kept while it may be the beginning of something."""
        if whole or self.coding is None:
            if self.coding is None or data.strip(b"\0"):
                self._tally.dropped += 1
                self._spoil()
            return
        self._carry(data, 0)

    def _carry(self, rest: bytes, cut: int) -> None:
        self.parts.append(rest)
        self._counted = 1
        self._size = self._carried = len(rest)
        marks = [mark for mark in self._marks if mark.at >= cut]
        before = [mark for mark in self._marks if mark.at < cut][-1:]
        self._marks = [mark._replace(at=max(mark.at - cut, 0)) for mark in (*before, *marks)]

    def _take(self, data: bytes, place: int, end: int) -> None:
        """A NAL unit, behind a start code at `place` of what was gathered."""
        assert self.coding is not None
        rules = RULES[self.coding]
        begin = place + 3
        if end > begin and not data[end - 1]:
            end = begin + len(data[begin:end].rstrip(b"\0"))
        if end - begin <= rules.header:
            self._tally.broken += end > begin
            return
        role = rules.roles[data[begin]]
        if role == DOUBT:
            role = self._doubt(data[begin:end])
            rules = RULES[self.coding]
        if role in (SLICE, KEY):
            if data[begin + rules.flag_at] & 0x80:
                if self._pictured:
                    self._finish()
                if not self._opened:
                    self._open(place)
            elif not self._pictured:
                self._spoil()  # the first slice of its picture is missing
            self._pictured = True
            self._key |= role == KEY
        elif role in (SET, MARK, NOTE):
            if self._pictured:
                self._finish()
            if not self._opened:
                self._open(place)
            if role == SET:
                self._sets.take(rules.kind(data[begin:end]), data[begin:end])
            if role != NOTE:
                return
        elif role == BROKEN:
            self._tally.broken += 1
            self._spoil()
            return
        elif role == DROP:
            return
        if len(self._unit) >= 2 * _MOST_NALS:
            self._tally.broken += 1
            self._spoil()
        if not self._damaged:
            self._unit += ((end - begin).to_bytes(4, "big"), memoryview(data)[begin:end])

    def _doubt(self, nal: bytes) -> int:
        """A parameter set of the other codec: believed, because the pictures can't be read without it."""
        other = Coding.H265 if self.coding is Coding.H264 else Coding.H264
        if sniff(START + nal) is not other:
            return DROP
        self._tally.contradicted += 1
        self._reset()
        self._waiting = True
        self.coding = other
        self._sets.forget()
        return RULES[other].roles[nal[0]]

    def _open(self, place: int) -> None:
        """An access unit begins at `place`: it has the time of the packet in which that lies, if none before has."""
        self._opened = True
        self._damaged = False
        if not self._marks:
            self._mark = self._mark._replace(pts=None)
            return
        own = max(bisect_right(self._marks, place, key=lambda mark: mark.at) - 1, 0)
        self._mark = self._marks[own]
        self._marks[own] = self._mark._replace(pts=None)

    def _spoil(self) -> None:
        """The access unit under way can't be completed."""
        self._unit.clear()
        self._damaged = self._waiting = True

    def _finish(self) -> None:
        """The access unit under way ends: hand it on if it is whole and decodable."""
        if not self._pictured:
            return  # parameter sets alone belong to the picture that follows
        assert self.coding is not None
        self._sets.merge()
        if (
            self._damaged
            or not self._unit
            or (self._waiting and not self._key)
            or not self._sets.ready(RULES[self.coding].kinds, self._key)
        ):
            self._tally.dropped += 1
            self._reset()
            return
        key, mark = self._key, self._mark
        time = self._times.picture(mark.pts, mark.rtp, mark.wall_us)
        frame = Frame(self.coding, b"".join(self._unit), key, time, mark.wall_us, self._sets.in_force)
        self._reset()
        self._waiting = False
        self._tally.frames += 1
        self._tally.keys += key
        self._on_frame(frame)

    def _reset(self) -> None:
        self._unit.clear()
        self._held = 0
        self._sets.found.clear()
        self._opened = self._pictured = self._key = self._damaged = False

    def _empty(self) -> None:
        self.parts.clear()
        self._counted = self._size = self._carried = 0


def _starts(data: bytes) -> list[int]:
    """Where start codes stand, nowhere when there are more than pictures have. From the end, because `rfind` is faster than `find`."""
    found: list[int] = []
    place = data.rfind(START)
    while place >= 0:
        found.append(place)
        if len(found) > _MOST_NALS:
            return []
        place = data.rfind(START, 0, place)
    found.reverse()
    return found
