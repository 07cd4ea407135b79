"""tshark and `custodes.gb28181.capture` read the same files and find the same messages."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from custodes.gb28181.capture.messages import Messages
from custodes.gb28181.capture.pcap import read
from custodes.gb28181.capture.told import ShownMessage, tell
from custodes.gb28181.sip.guard import ChallengeTerms
from tests.gb28181.capture.test_capture import message
from tests.gb28181.capture.wire import fragments, pcap, pcapng, segment
from tests.interop.gb28181.test_tshark import conversation
from tests.patience import PATIENCE

pytestmark = pytest.mark.interop
TSHARK = shutil.which("tshark")


def ours(file: bytes) -> list[ShownMessage]:
    messages = Messages()
    found = [tell(one) for packet in read(io.BytesIO(file)) for one in messages.take(packet)]
    return found + [tell(one) for one in messages.end()]


def theirs(file: bytes, folder: Path) -> list[tuple[str, str, str]]:
    """Method or status, Call-ID, CSeq of each message."""
    assert TSHARK is not None, "apt-get install tshark"
    path = folder / "x.pcap"
    path.write_bytes(file)
    names = ("sip.Method", "sip.Status-Code", "sip.Call-ID", "sip.CSeq.seq")
    command = [
        TSHARK, "-r", str(path), "-o", "tcp.reassemble_out_of_order:TRUE", "-Y", "sip", "-T", "json",
        *(word for name in names for word in ("-e", name)),
    ]  # fmt: skip
    read_ = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    found = []
    for packet in json.loads(read_.stdout):
        layers = packet["_source"]["layers"]
        starts = layers.get("sip.Method", []) + layers.get("sip.Status-Code", [])
        found += list(zip(starts, layers["sip.Call-ID"], layers["sip.CSeq.seq"], strict=True))
    return found


def short(told: ShownMessage) -> tuple[str, str, str]:
    return str(told.status or told.method), told.call_id, str(told.cseq)


@pytest.mark.parametrize("asking", [ChallengeTerms(), ChallengeTerms("SHA-256", qop=True)])
def test_a_conversation_reads_alike(asking: ChallengeTerms, tmp_path: Path) -> None:
    file = conversation(asking).pcap()
    found = ours(file)
    assert [short(told) for told in found] == theirs(file, tmp_path)
    answers = [value for told in found for name, value in told.fields if name == "Authorization"]
    assert answers
    assert set(answers) == {"…"}


@pytest.mark.parametrize("form", [pcap, pcapng])
def test_a_connection_in_disorder_and_a_datagram_in_fragments_read_alike(form: object, tmp_path: Path) -> None:
    whole = b"".join(message(number) for number in range(1, 9))
    pieces = [segment(whole[at : at + 300], 1 + at) for at in range(0, len(whole), 300)]
    rest = pieces[1:]
    Random(3).shuffle(rest)
    long = message(20, b"<?xml version='1.0'?><Notify><CmdType>X</CmdType>" + b" " * 3_000 + b"</Notify>")
    file = form([segment(b"", 0, 0x02), pieces[0], *rest, *fragments(long)])  # type: ignore[operator]
    assert sorted(map(short, ours(file))) == sorted(theirs(file, tmp_path))
    assert len(ours(file)) == 9
