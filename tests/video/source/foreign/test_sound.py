"""Sound of files and containers through the process apart: taken where it is asked for, thrown away in there where not."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from custodes.video.source.defaults import ConnectionOptions, ForeignSourcePool, ProcessSeats, SourceDefaults
from custodes.video.source.foreign import wire
from custodes.video.unit import SoundCodec, SoundFrame, UnknownSound, aac_parameters
from tests.video.clap import clap
from tests.video.source.rig import Rig

KINDS = [(SoundCodec.AAC, "mp4"), (SoundCodec.AAC, "ts"), (SoundCodec.AAC, "flv"), (SoundCodec.PCMA, "mov"),
         (SoundCodec.PCMU, "mov"), (SoundCodec.PCMA, "flv")]  # fmt: skip


def play(rig: Rig, film: Path, sound: bool) -> tuple[list[SoundFrame], object]:
    heard: list[SoundFrame] = []
    ground = SourceDefaults(yard=ForeignSourcePool(ProcessSeats(2), film.parent))
    source = rig.add_apart(
        f"file:///{film.name}", way=ConnectionOptions(sound=sound), ground=ground, on_sound=heard.append
    )
    return heard, source


@pytest.mark.parametrize(("codec", "container"), KINDS, ids=lambda one: str(one))
def test_it_comes_beside_the_pictures_and_on_their_time(
    rig: Rig, tmp_path: Path, codec: SoundCodec, container: str
) -> None:
    heard, _ = play(rig, clap(tmp_path / f"film.{container}", codec, 3), sound=True)
    rig.until(lambda: len(rig.units["cam"]) >= 25 and len(heard) >= 5, "a second of both")
    assert {frame.params.codec for frame in heard} == {codec}
    begun = rig.units["cam"][0].media_time
    assert abs(heard[0].media_time - begun) < 9000
    for one, following in itertools.pairwise(heard):
        assert abs(following.media_time - one.end) < 400, "one piece follows the other"


@pytest.mark.parametrize(("codec", "container"), KINDS, ids=lambda one: str(one))
def test_unasked_not_one_octet_of_it_leaves_the_process(
    rig: Rig, tmp_path: Path, codec: SoundCodec, container: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: list[int] = []
    read = wire._read
    monkeypatch.setattr(wire, "_read", lambda kind, body: (kinds.append(kind), read(kind, body))[1])
    heard, _ = play(rig, clap(tmp_path / f"film.{container}", codec, 3), sound=False)
    rig.until(lambda: len(rig.units["cam"]) >= 50, "two seconds of pictures")
    assert heard == []
    assert not {wire.SOUND, wire.SOUND_PARAMETERS, wire.SOUND_FAULT} & set(kinds)


def test_a_film_without_sound_is_taken_in_and_says_so(rig: Rig, tmp_path: Path) -> None:
    heard, source = play(rig, clap(tmp_path / "film.mp4", None, 3), sound=True)
    rig.until(lambda: len(rig.units["cam"]) >= 25, "a second of pictures")
    assert heard == []
    assert "no sound" in source.sound_fault  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0" * 12,
        b"\0" * 8 + b"\0\0\0\1",
        b"\0" * 8 + b"\0\0\0\0x",
        b"\0" * 8 + b"\xff\0\0\0x",
        bytes(12) + bytes(9000),
    ],
)
def test_a_broken_piece_is_no_message(body: bytes) -> None:
    with pytest.raises(wire.BadSourceMessage):
        list(wire.Inbox().take(wire.message(wire.SOUND, body)))


@pytest.mark.parametrize("config", [b"", b"\x11", b"\x2b\x88", b"\x17\xff", bytes(65), b"\x14\x0c"])
def test_a_configuration_that_is_not_taken_in_is_none(config: bytes) -> None:
    with pytest.raises(UnknownSound):
        aac_parameters(config)
