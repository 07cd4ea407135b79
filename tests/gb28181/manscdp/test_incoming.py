"""Whatever comes is answered or dropped by rule (GB/T 28181 §2.4, §3.0)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.device import DeviceInfo
from custodes.gb28181.manscdp.frame import Result, Root, Unknown, read_frame
from custodes.gb28181.manscdp.incoming import take_in
from custodes.gb28181.manscdp.messages import KNOWN, read_body

DEVICE = "34020000001320000001"


def body(root: str, cmd: str, inner: str = "", sn: str = "7") -> bytes:
    return f"<{root}><CmdType>{cmd}</CmdType><SN>{sn}</SN><DeviceID>{DEVICE}</DeviceID>{inner}</{root}>".encode()


@pytest.mark.parametrize("root", ["Query", "Control"])
@pytest.mark.parametrize(
    ("cmd", "inner"),
    [("TimeSync", ""), ("DeviceControl", "<Dance>1</Dance>"), ("RecordInfo", "<StartTime>x</StartTime>")],
)
def test_a_question_or_command_that_can_not_be_done_is_refused_with_its_number(root: str, cmd: str, inner: str) -> None:
    found = take_in(body(root, cmd, inner))
    assert found.status == 200
    assert found.answer is not None
    answer = read_frame(found.answer)
    assert (answer.root, answer.cmd, answer.sn, answer.device_id) == (Root.RESPONSE, cmd, 7, DEVICE)
    assert b"<Result>ERROR</Result>" in found.answer


def test_a_command_that_can_be_done_is_answered_by_whoever_does_it() -> None:
    found = take_in(body("Control", "DeviceControl", "<GuardCmd>SetGuard</GuardCmd>"))
    assert isinstance(found.message, DeviceControl)
    assert (found.status, found.answer, found.refusal) == (200, None, None)


def test_a_notice_that_nobody_knows_or_that_is_broken_is_taken_and_nothing_follows() -> None:
    unknown = take_in(body("Notify", "Hello"))
    assert isinstance(unknown.message, Unknown)
    assert (unknown.status, unknown.answer) == (200, None)
    broken = take_in(body("Notify", "MediaStatus"))
    assert (broken.status, broken.message, broken.answer) == (200, None, None)
    assert broken.refusal is not None
    assert broken.refusal.field == "NotifyType"


def test_an_alarm_is_answered_once_and_one_without_number_by_sip_alone() -> None:
    found = take_in(body("Notify", "Alarm", "<AlarmMethod>2</AlarmMethod>"))
    assert found.answer is not None
    answer = read_body(found.answer)
    assert (answer.CMD, answer.sn, answer.result) == ("Alarm", 7, Result.OK)  # type: ignore[attr-defined]
    assert take_in(body("Notify", "Alarm", sn="x")).answer is None
    assert isinstance(take_in(body("Response", "DeviceInfo")).message, DeviceInfo)


def test_an_answer_is_in_the_peers_own_characters() -> None:
    heard = body("Notify", "Alarm", "<AlarmDescription>有人</AlarmDescription>")
    assert b'encoding="UTF-8"' in (take_in(heard).answer or b"")
    assert b'encoding="GB2312"' in (take_in(heard.decode().encode("gbk")).answer or b"")


def test_what_can_not_be_told_apart_is_400_and_nothing_else() -> None:
    for data in (b"", b"x", b"<Hello/>", b"<!DOCTYPE a><Query/>"):
        found = take_in(data)
        assert (found.status, found.message, found.answer) == (400, None, None)
        assert found.refusal is not None


ROOTS, COMMANDS = st.sampled_from(list(Root)), st.sampled_from(["", "TimeSync", *(cls.CMD for cls in KNOWN)])


@given(ROOTS, COMMANDS, st.text(max_size=40), st.text(max_size=6))
def test_nothing_raises_and_no_notice_or_answer_is_ever_refused_by_a_message(
    root: Root, cmd: str, inner: str, sn: str
) -> None:
    found = take_in(body(root.value, cmd, inner.replace("<", "&lt;"), sn.replace("<", "")))
    assert found.status in (200, 400)
    if found.answer is not None:
        assert read_frame(found.answer).root is Root.RESPONSE
        assert root in (Root.QUERY, Root.CONTROL) or cmd == "Alarm"


@given(st.binary(max_size=300))
def test_no_octets_raise(data: bytes) -> None:
    assert take_in(data).status in (200, 400)
