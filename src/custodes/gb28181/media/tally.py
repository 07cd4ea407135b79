"""What is counted while a channel is received."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class ChannelTally:
    """Counts of one channel.

    Attributes:
        packets: RTP packets taken.
        octets: octets that were read, framing and headers included.
        lost: packets missing by sequence number.
        late: packets behind the expected number, or doubles, left out.
        reordered: packets that waited and were put back into order.
        foreign: packets of another SSRC, left out.
        garbage: packets that are no RTP; framing that had to be found anew.
        packs: pack headers of the program stream.
        maps: program stream maps that differ from the one before.
        skipped: octets of the program stream that made no sense and were passed over.
        broken: PES packets and NAL units that contradict themselves.
        contradicted: the program stream map named another coding than the pictures have.
        frames: video frames handed on.
        keys: key frames among them.
        dropped: video frames left out: damaged, or not decodable without a lost one.
        sounds: sound frames handed on.
    """

    packets: int = 0
    octets: int = 0
    lost: int = 0
    late: int = 0
    reordered: int = 0
    foreign: int = 0
    garbage: int = 0
    packs: int = 0
    maps: int = 0
    skipped: int = 0
    broken: int = 0
    contradicted: int = 0
    frames: int = 0
    keys: int = 0
    dropped: int = 0
    sounds: int = 0
