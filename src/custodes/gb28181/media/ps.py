"""Taking a program stream apart (ITU-T H.222.0 §2.5, GB/T 28181-2016 Annex C.1) as devices send it (§5.3 of the reference).

Nearly every piece that comes is the middle of a PES packet whose length is known: it is cut out and kept, and nothing
else happens. Only where something begins the octets are looked at. A start code of the program stream (B9 to FF) can't
stand within a NAL unit, whose first octet is below 80 and whose payload has no start code; that is what finding one's
way again rests on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from custodes.gb28181.media import pes, psm
from custodes.gb28181.media.frame import REFUSED_TYPES, STREAM_TYPES, VIDEO_TYPES, Frame
from custodes.gb28181.media.pictures import LARGEST_UNIT, MOST_PARTS, AccessUnitAssembler
from custodes.gb28181.media.sound import LARGEST_PIECE, Sounds
from custodes.gb28181.media.tally import ChannelTally
from custodes.gb28181.media.times import Times

_START: Final = b"\0\0\1"
_SYSTEM: Final = re.compile(rb"\x00\x00\x01[\xb9-\xff]")
_ENTRY: Final = re.compile(rb"\x00\x00\x01(?:\xba|[\xe0-\xef]..[\x80-\xbf])", re.DOTALL)
"""Where reading begins anew: a pack header, or a video PES packet that looks like one."""
_FIRST: Final = b"\0\0\1\xba"
"""Where it begins: a transport stream has PES packets too, but no packs (§5.1)."""
_END, _PACK, _MAP = 0xB9, 0xBA, psm.MAP_ID
_WITHOUT_HEADER: Final = frozenset((0xBB, 0xBC, 0xBE, 0xBF, 0xF0, 0xF1, 0xF2, 0xF8, 0xFF))
"""Stream ids whose packets have a length and nothing else of a PES header (H.222.0 §2.4.3.7)."""
_HEAD: Final = 8
"""Octets of a picture's packet that tell whether a picture begins there: they are waited for, so that it makes no difference where it was cut."""
_OPEN: Final = -1
"""In place of what is left of a PES packet: it has no length and goes on to the next start code (§5.3 rule 3)."""


class ProgramReader:
    """Frames out of a program stream that comes in pieces of any size.

    Attributes:
        tally: counts.
        rtp: set by the caller before `push`: RTP timestamp of the piece, None without RTP.
        wall_us: likewise: when it was read, microseconds UTC.
        left: octets of the PES payload under way that are still to come; at most so many may be appended to `sink` directly.
        sink: where they go, None when they are passed over.
        refused: what the stream is coded with when that is not taken, one name each; empty while nothing is refused.
        types: stream_type by stream_id as the last map had it.
    """

    def __init__(self, on_frame: Callable[[Frame], None], tally: ChannelTally | None = None) -> None:
        self.tally = tally if tally is not None else ChannelTally()
        self.rtp: int | None = None
        self.wall_us = 0
        self.left = 0
        self.sink: list[bytes] | None = None
        self.refused: tuple[str, ...] = ()
        self.types: dict[int, int] = {}
        self.sounds = Sounds(on_frame, self.tally, times := Times())
        self.pictures = AccessUnitAssembler(on_frame, self.tally, times)
        self._video: int | None = None  # stream_id that is taken
        self._audio: int | None = None
        self._refuses_video = self._refuses_audio = False
        self._mapped = b""  # the last one, as it came
        self._tail = b""  # the beginning of something that is not all there
        self._kind = ""  # of the PES packet under way: "video", "sound", or passed over
        self._after = ""  # of the PES packet before
        self._open_octets = 0
        self._lost = True  # nothing is understood until an entry point

    def push(self, buf: bytes, start: int, end: int) -> None:
        """Take the piece `buf[start:end]`. Never raises for what is in it."""
        left = self.left
        if left >= end - start and not self._tail:
            if self.sink is not None:
                self.sink.append(buf[start:end])
            self.left = left = left - (end - start)
            if not left:
                self._ended()
            return
        self._read(self._tail + buf[start:end] if self._tail else buf[start:end])

    def whole(self, data: bytes) -> bool:
        """What `push` and `marked` do where `data` is one picture, or one with its sound behind it, and nothing else: nearly all that comes.

        False, and nothing is done, for anything else.
        """
        if self.left or self._tail or self._lost or self._refuses_video:
            return False
        head = pes.common(data, 0)
        if head is None or head.number != self._video:
            return False
        sound = None
        if head.end < len(data):
            sound = pes.common(data, head.end)
            if sound is None or sound.number != self._audio or sound.end != len(data) or self._refuses_audio:
                return False
            if sound.number == self._video:  # the map named it one, then the other: it is taken for pictures
                return False
        picture = self.pictures.slice_in(data, head.begin, head.end)
        if picture is None:
            return False
        self.tally.packs += head.packs
        self._after = "video"
        if sound is not None:
            self.tally.packs += sound.packs
            self._after = "sound"
            self.sounds.whole(data[sound.begin :], sound.pts, self.wall_us)
        self.pictures.hand_on(picture, head.pts, self.rtp, self.wall_us)
        return True

    def marked(self) -> None:
        """The piece that was pushed last ended an RTP packet with the marker."""
        if self.left > 0:
            self.pictures.mark_within()
        elif not self.left and not self._tail:
            self.pictures.mark()

    def lose(self) -> None:
        """Something is missing before the next piece: reading begins anew at the next pack, pictures at the next key frame."""
        self.pictures.lose()
        self.sounds.lose()
        self._tail = b""
        self.left, self.sink, self._kind = 0, None, ""
        self._lost = True

    def flush(self) -> None:
        """The stream ends here."""
        if self.left == _OPEN and self.sink is not None:
            self.sink.append(self._tail)
            self._ended()
            self.left, self._tail = 0, b""
        self.pictures.flush()

    # Reading

    def _read(self, data: bytes) -> None:
        self._tail = b""
        at, size = 0, len(data)
        while at < size:
            left = self.left
            if left > 0:
                end = at + left
                if end > size:
                    end = size
                if self.sink is not None:
                    self.sink.append(data[at:end])
                self.left = left = left - (end - at)
                if not left:
                    self._ended()
                at = end
            elif left == _OPEN:
                at = self._open_payload(data, at, size)
            elif self._lost:
                at = self._enter(data, at, size)
            else:
                following = self._begin_common(data, at, size) or self._begin(data, at, size)
                if following < 0:
                    self._tail = data[at:]
                    return
                at = following

    def _begin_common(self, data: bytes, at: int, size: int) -> int:
        """What `_begin` would do for a pack header and the PES packet behind it, in one step; 0 for anything unusual.

        Where all of the packet is there its end is seen to as well.
        """
        head = pes.common(data, at)
        if head is None or head.begin + _HEAD > size:
            return 0
        packs, number, begin, end, pts = head
        if number == self._video and not self._refuses_video:
            pictures = self.pictures
            pictures.begin(data[begin : min(begin + _HEAD, end)], pts, self.rtp, self.wall_us)
            if end <= size:
                pictures.parts.append(data[begin:end])
                self._after = "video"
            else:
                self._kind, self.sink = "video", pictures.parts
        elif number == self._audio and not self._refuses_audio:
            if end <= size:
                self.sounds.whole(data[begin:end], pts, self.wall_us)
                self._after = "sound"
            else:
                self._kind = "sound"
                self.sounds.begin(pts, self.wall_us)
                self.sink = self.sounds.parts
        else:
            return 0
        self.tally.packs += packs
        if end <= size:
            return end
        self.left = end - begin
        return begin

    def _open_payload(self, data: bytes, at: int, size: int) -> int:
        """Up to the next start code of the program stream; three octets are kept back, since one may be cut there."""
        found = _SYSTEM.search(data, at)
        end = found.start() if found else max(at, size - 3)
        if self.sink is not None and end > at:
            self.sink.append(data[at:end])
            self._open_octets += end - at
            most = LARGEST_UNIT if self._kind == "video" else LARGEST_PIECE
            if self._open_octets > most or len(self.sink) > MOST_PARTS:
                self._overflow()
        if found:
            self.left = 0
            self._ended()
            return end
        self._tail = data[end:]
        return size

    def _overflow(self) -> None:
        if self._kind == "video":
            self.pictures.overflow()
        else:
            self.tally.broken += 1
            self.sounds.lose()
        self._open_octets = 0

    def _ended(self) -> None:
        """The PES packet under way is complete."""
        if self._kind == "sound":
            self.sounds.end()
        self.sink, self._kind, self._after = None, "", self._kind

    def _enter(self, data: bytes, at: int, size: int) -> int:
        """Look for an entry point; what is before it is passed over."""
        if self.tally.packs:
            found = _ENTRY.search(data, at)
            place = found.start() if found else -1
        else:
            place = data.find(_FIRST, at)
        end = place if place >= 0 else max(at, size - 6)
        self.tally.skipped += end - at
        if place >= 0:
            self._lost = False
            return end
        self._tail = data[end:]
        return size

    # What begins with a start code

    def _begin(self, data: bytes, at: int, size: int) -> int:
        """Where what begins at `at` leads; -1 when more of it is needed first."""
        if size - at < 4:
            if _START.startswith(data[at : at + 3]) or not data[at:size].strip(b"\0"):
                return -1
            return self._stray(data, at, size)
        number = data[at + 3]
        if data[at : at + 3] != _START or number < _END:
            return self._stray(data, at, size)
        if number == _PACK:
            return self._pack(data, at, size)
        if number == _END:
            return at + 4
        if size - at < 6:
            return -1
        length = data[at + 4] << 8 | data[at + 5]
        if number == _MAP:
            return self._map(data, at, size, length)
        if number in _WITHOUT_HEADER:
            self.left, self.sink = length, None
            return at + 6
        return self._packet(data, at, size, number, length)

    def _stray(self, data: bytes, at: int, size: int) -> int:
        """Octets that no packet holds. Zeros are padding; anything else means that a length was wrong or something is missing."""
        found = _SYSTEM.search(data, at)
        end = found.start() if found else max(at + 1, size - 3)
        self.tally.skipped += end - at
        if data[at:end].strip(b"\0"):
            if self._after == "video":
                self.pictures.lose()
            self._lost = found is None
        return end

    def _pack(self, data: bytes, at: int, size: int) -> int:
        """A pack header: of MPEG-2, of MPEG-1 (§5.3 rule 5), or a bare start code (rule 4)."""
        if size - at < 14:
            if data[at + 4 : at + 7] != _START:
                return -1
            end = at + 4
        elif data[at + 4] >> 6 == 1:
            end = at + 14 + (data[at + 13] & 7)
        else:
            end = at + (12 if data[at + 4] >> 4 == 2 else 4)
        if end > size:
            return -1
        self.tally.packs += 1
        return end

    def _map(self, data: bytes, at: int, size: int, length: int) -> int:
        end = at + 6 + length
        if end - at > psm.LARGEST_MAP:
            self.tally.broken += 1
            return at + 4  # its length is a lie: go by the next start code
        if end > size:
            return -1
        octets = data[at:end]
        if octets == self._mapped:  # as with nearly every key frame
            return end
        found = psm.parse(octets)
        if found is None:
            self.tally.broken += 1
            return end
        self._mapped = octets
        if found.types != self.types:
            self._follow(dict(found.types))
        return end

    def _follow(self, types: dict[int, int]) -> None:
        """A map that says something new."""
        self.tally.maps += 1
        self.types = types
        self.refused = tuple(sorted({REFUSED_TYPES[kind] for kind in types.values() if kind in REFUSED_TYPES}))
        video = next((one for one, kind in types.items() if kind in VIDEO_TYPES), None)
        sound = next((one for one, kind in types.items() if one != video and _is_sound(kind)), None)
        if video is not None:
            if self._video not in (None, video):
                self.pictures.lose()
            self._video = video
            coding = STREAM_TYPES.get(types[video])
            if coding is not None:
                self.pictures.name(coding)
        if sound is not None:
            self._audio = sound
            self.sounds.coding = STREAM_TYPES.get(types[sound])
        self._refuses_video = self._video is not None and self._is_refused(self._video)
        self._refuses_audio = self._audio is not None and self._is_refused(self._audio)

    def _packet(self, data: bytes, at: int, size: int, number: int, length: int) -> int:
        kind = self._kind_of(number)
        if not kind:
            self.left, self.sink = length, None
            return at + 6
        if size - at < 9:
            return -1
        header = pes.parse(data, at, size)
        if header is None:
            return -1
        begin = at + header.size
        if length and header.size - 6 > length:
            self.tally.broken += 1  # the header is longer than its packet: the outer length counts
            self.left, self.sink = length, None
            return at + 6
        left = length + 6 - header.size if length else _OPEN
        if kind == "video":
            most = min(left, _HEAD) if length else _HEAD
            if size - begin < most:
                return -1
            head = _own(data[begin : begin + most])
            self.pictures.begin(head, header.pts, self.rtp, self.wall_us)
            self.sink = self.pictures.parts
        else:
            self.sounds.begin(header.pts, self.wall_us)
            self.sink = self.sounds.parts
        self._kind, self.left, self._open_octets = kind, left, 0
        if not left:
            self._ended()
        return begin

    def _kind_of(self, number: int) -> str:
        """ "video", "sound", or nothing for what is passed over. Without a map the ids tell (§5.2)."""
        if number == self._video:
            return "" if self._is_refused(number) else "video"
        if number == self._audio:
            return "" if self._is_refused(number) else "sound"
        if self._is_refused(number):
            return ""
        if 0xE0 <= number <= 0xEF and self._video is None:
            self._video = number
            return "video"
        if 0xC0 <= number <= 0xDF and self._audio is None:
            self._audio = number
            return "sound"
        return ""

    def _is_refused(self, number: int) -> bool:
        return self.types.get(number) in REFUSED_TYPES


def _own(head: bytes) -> bytes:
    """What of the first octets of a packet is its own: one without a length may end within them."""
    found = _SYSTEM.search(head)
    return head[: found.start()] if found else head


def _is_sound(kind: int) -> bool:
    coding = STREAM_TYPES.get(kind)
    return (coding is not None and not coding.video) or (kind in REFUSED_TYPES and kind not in VIDEO_TYPES)


def read_all(data: bytes, on_frame: Callable[[Frame], None], piece: int = 1 << 16) -> ProgramReader:
    """Read a whole program stream, as a file holds it; gives the reader for its counts."""
    reader = ProgramReader(on_frame)
    for at in range(0, len(data), piece):
        reader.push(data, at, min(at + piece, len(data)))
    reader.flush()
    return reader
