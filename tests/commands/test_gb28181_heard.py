"""What was spoken through a simulated device, in files."""

from __future__ import annotations

from pathlib import Path

from custodes.commands.gb28181.simulated import Simulation, SimulationOrder, SpeechRecorder
from custodes.gb28181.device.speech import ReceivedSpeech
from custodes.gb28181.media.rtp import pack_header

DEVICE = "54010200021188000001"
SSRC = 200_000_001


def ear(*spoken: bytes) -> ReceivedSpeech:
    made = ReceivedSpeech(DEVICE, 15_000, SSRC, ())
    for number, alaw in enumerate(spoken):
        made.take(pack_header(8, False, number, number * 320, SSRC) + alaw)
    return made


def test_each_speech_has_a_file_without_its_pauses_and_silence_has_none(tmp_path: Path) -> None:
    folder = tmp_path / "heard"
    write = SpeechRecorder(folder, DEVICE)
    write(ear(b"\x01" * 160, b"\x02" * 160))
    write(ear())
    write(ear(b"\x03" * 160))
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert found == {f"{DEVICE}-1.al": b"\x01" * 160 + b"\x02" * 160, f"{DEVICE}-2.al": b"\x03" * 160}


def test_nothing_is_written_where_no_folder_was_named(tmp_path: Path) -> None:
    def made(**more: Path) -> Simulation:
        order = SimulationOrder("54010000002000000001", "127.0.0.1", 5060, (DEVICE,), lambda _id: "x", **more)  # type: ignore[arg-type]
        return Simulation(order, None, ("one",), lambda _id, _news: None)  # type: ignore[arg-type]

    (quiet,), (kept,) = made().shells, made(heard=tmp_path).shells
    for shell in (quiet, kept):
        shell.device.calls.heard(ear(b"\x01" * 160))
    assert [path.name for path in tmp_path.iterdir()] == [f"{DEVICE}-1.al"]
