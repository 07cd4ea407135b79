"""Where no picture comes, the state names the step at which it stopped, with a sentence; all channels of one worker at once."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any
from uuid import uuid4

import pytest

from custodes.gb28181.media import psm
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.mux import ProgramWriter
from custodes.gb28181.media.rtp import Sender, pack_header
from custodes.video.source.state import SourceState
from custodes.video.wire.calls import CallAnswer
from tests.gb28181.media.films import PACK, film, pes, tone
from tests.node.gb28181.hall import ELSEWHERE, Taken, hall
from tests.node.gb28181.stand_in import Channel, Packets, long_group
from tests.patience import until_async

STEPS: dict[str, tuple[str, str, str, str]] = {
    "not_assigned": ("gb:not_assigned", "refused", "refused", "not know this channel"),
    "not_registered": ("gb:not_registered", "network", "network", "not registered"),
    "no_answer": ("gb:no_answer", "network", "network", "said nothing for 12 s"),
    "busy": ("gb:refused:486", "refused", "refused", "486"),
    "answer": ("gb:answer", "network", "network", "no sense"),
    "full": ("gb:full", "network", "network", "no room"),
    "ports": ("gb:ports", "network", "network", "CUSTODES_NODE_MEDIA_PORTS"),
    "url": ("", "refused", "refused", "gb28181://DEVICE/CHANNEL"),
    "nothing": ("gb:nothing", "silent", "silent", "no RTP packet"),
    "no-connection": ("gb:no-connection", "network", "network", "no TCP connection"),
    "nobody-listens": ("gb:no-connection", "network", "network", "listen"),
    "refused-source": ("gb:refused-source", "refused", "refused", "device networks"),
    "another-host": ("gb:refused-source", "refused", "refused", "where the device registered"),
    "connects-from-elsewhere": ("gb:refused-source", "refused", "refused", "where the device registered"),
    "active-elsewhere": ("gb:refused-source", "refused", "refused", "device networks"),
    "no-ps": ("gb:no-ps", "codec", "codec", "transport stream"),
    "bare-h264": ("gb:no-ps", "codec", "codec", "H.264 without program stream"),
    "refused-coding": ("gb:refused-coding", "codec", "codec", "SVAC"),
    "no-picture": ("gb:no-picture", "codec", "codec", "no video"),
    "no-key": ("gb:no-key", "codec", "codec", "no key frame"),
    "bad-sets": ("gb:refused-coding", "codec", "codec", "SPS"),
    "silent": ("gb:silent", "silent", "silent", "nothing has come"),
}


def repeated(payload: Any, kind: int = 96) -> Packets:
    """The same payload again and again, in RTP."""
    sequence = itertools.count()

    def made() -> list[bytes]:
        number = next(sequence)
        return [pack_header(kind, True, number, number * 3600, 200_000_009) + payload(number)]

    return made


def sound_alone() -> Packets:
    writer, sender, number = ProgramWriter(None, Coding.G711A), Sender(200_000_009), itertools.count()

    def made() -> list[bytes]:
        frame = tone(1, first=90_000 + next(number) * 3600)[0]
        return list(sender.packets_of(writer.frame(frame), frame.time))

    return made


def odd_sets() -> Packets:
    """Pictures whose parameter sets can't be read."""
    writer, sender, number = ProgramWriter(Coding.H264, None), Sender(200_000_009), itertools.count()

    def made() -> list[bytes]:
        at = 90_000 + next(number) * 3600
        frame = Frame(Coding.H264, b"\0\0\0\3\x65\x88\x80", True, at, 0, (b"\x67\x42\x00", b"\x68\xce"))
        return list(sender.packets_of(writer.frame(frame), at))

    return made


@pytest.fixture(scope="module")
def told() -> dict[str, SourceState]:
    """The first failed state of each."""

    async def run() -> dict[str, SourceState]:
        async with hall() as there:
            add = there.add
            taken: dict[str, Taken] = {
                "not_registered": add(Channel(answer=CallAnswer(step="not_registered"))),
                "no_answer": add(Channel(answer=CallAnswer(step="no_answer", detail="it said nothing for 12 s"))),
                "busy": add(Channel(answer=CallAnswer(step="refused", status=486))),
                "answer": add(Channel(answer=CallAnswer(step="answer"))),
                "full": add(Channel(answer=CallAnswer(step="full"))),
                "ports": add(Channel(), ports=(24_500, 24_499)),
                "nothing": add(Channel(sends=False)),
                "no-connection": add(Channel(sends=False), transport="tcp"),
                "nobody-listens": add(
                    Channel(answer=CallAnswer(call=uuid4(), address="127.0.0.1", port=1, hosts=("127.0.0.1",))),
                    transport="tcp",
                    active=True,
                ),
                "refused-source": add(Channel(), policy=ELSEWHERE),
                "another-host": add(Channel(hosts=("127.0.0.9",))),
                "connects-from-elsewhere": add(Channel(hosts=("127.0.0.9",)), transport="tcp"),
                "active-elsewhere": add(Channel(), policy=ELSEWHERE, transport="tcp", active=True),
                "no-ps": add(Channel(packets=repeated(lambda _: (b"\x47" + bytes(187)) * 7, 33))),
                "bare-h264": add(Channel(packets=repeated(lambda _: b"\x65\x88" + bytes(100), 98))),
                "refused-coding": add(
                    Channel(
                        packets=repeated(
                            lambda n: PACK + psm.build({0xE0: 0x80}) + pes(b"\0\0\1\x65" + bytes(60), n * 3600)
                        )
                    )
                ),
                "no-picture": add(Channel(packets=sound_alone())),
                "no-key": add(Channel(long_group(), begins=1)),
                "bad-sets": add(Channel(packets=odd_sets())),
                "silent": add(Channel(packets=_three_pictures())),
            }
            taken["not_assigned"] = add(Channel())
            del there.gateway.channels[taken["not_assigned"].channel]
            taken["url"] = wrong = add(Channel())
            wrong.source._url = "gb28181://34020000001180000001"  # read when an attempt begins
            await until_async(lambda: all(_failed(one) for one in taken.values()))
            return {name: _failed(one)[0] for name, one in taken.items()}

    return asyncio.run(run())


def _three_pictures() -> Packets:
    """A device that stops after its third picture."""
    writer, sender, left = ProgramWriter(Coding.H264, None), Sender(200_000_009), iter(film(Coding.H264)[:4])

    def made() -> list[bytes]:
        frame = next(left, None)
        return list(sender.packets_of(writer.frame(frame), frame.time)) if frame is not None else []

    return made


def _failed(taken: Taken) -> list[SourceState]:
    return [state for state in taken.states if state.state not in ("connecting", "receiving", "off")]


@pytest.mark.parametrize("name", STEPS)
def test_the_step_is_told(told: dict[str, SourceState], name: str) -> None:
    code, state, reason, words = STEPS[name]
    found = told[name]
    assert (found.code, found.state, found.reason) == (code, state, reason)
    assert words in found.detail
