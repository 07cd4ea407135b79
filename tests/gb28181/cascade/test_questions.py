"""What an upper asks and commands: answered by us, by our owner, or refused by rule."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.cascade.events import BodyUnreadable, Lapsed, Questioned
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.alarm import AlarmNotice
from custodes.gb28181.manscdp.broadcast import Broadcast, BroadcastAnswer
from custodes.gb28181.manscdp.config import ConfigDownload, ConfigDownloadQuery, DeviceConfig
from custodes.gb28181.manscdp.control import Boot, DeviceControl, DeviceControlAnswer, GuardCommand
from custodes.gb28181.manscdp.device import (
    CardStatusQuery,
    DeviceInfo,
    DeviceInfoQuery,
    DeviceStatus,
    DeviceStatusQuery,
    Online,
)
from custodes.gb28181.manscdp.frame import LONGEST_SN, Message, Result, Root, TextSn, read_frame
from custodes.gb28181.manscdp.incoming import take_in
from custodes.gb28181.manscdp.item import CatalogItem, EntryEvent
from custodes.gb28181.manscdp.presets import CruiseTrackListQuery, CruiseTrackQuery, PresetItem, PresetList, PresetQuery
from custodes.gb28181.manscdp.records import RecordInfoPart, RecordInfoQuery, RecordItem
from custodes.gb28181.manscdp.subscription import AlarmSubscription
from custodes.gb28181.refused import Gb28181Refused
from tests.gb28181.cascade.world import OWN, Pair, camera, small

NIGHT = datetime(2026, 11, 24, 2, tzinfo=BEIJING)
LEFT = "A50F0102200000D7"


def questions(pair: Pair) -> list[Questioned]:
    return pair.of(Questioned)


def asked(pair: Pair, message: Message) -> Questioned:
    pair.upper.ask(message)
    pair.until(lambda: questions(pair))
    return questions(pair)[-1]


def refused(pair: Pair, sn: int) -> bool:
    return any(f"<SN>{sn}</SN>".encode() in octets and b"<Result>ERROR" in octets for octets in pair.upper.octets)


UUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.mark.parametrize("text", [UUID, "0", "-1", "a<b&c", "号码7"])
def test_a_number_that_is_a_text_is_said_again_as_it_came(text: str) -> None:
    pair = Pair().ready()
    sn = TextSn.of(text)
    pair.upper.ask(DeviceInfoQuery(sn=sn, device_id=OWN))
    query = RecordInfoQuery(sn=sn, device_id=camera(1), start=NIGHT, end=NIGHT + timedelta(hours=1))
    question = asked(pair, query)
    assert question.message.sn == sn
    pair.lower.reply(question.question, [], pair.now)
    pair.upper.ask(PresetQuery(sn=sn, device_id=camera(1)))
    pair.until(lambda: len(questions(pair)) == 2)
    pair.lower.deny(questions(pair)[1].question, pair.now)
    pair.pass_by(1)
    told = [read_frame(octets) for octets in pair.upper.octets]
    found = {frame.cmd: frame.node.find("sn").text for frame in told if frame.root is Root.RESPONSE}  # type: ignore[union-attr]
    assert found == {"DeviceInfo": text, "RecordInfo": text, "PresetQuery": text}


@pytest.mark.parametrize("text", ["", "x" * (LONGEST_SN + 1), "a\x7fb"])
def test_a_question_that_could_not_be_answered_is_refused_with_its_reason(text: str) -> None:
    pair = Pair().ready()
    body = f"<Query><CmdType>DeviceInfo</CmdType><SN>{text}</SN><DeviceID>{OWN}</DeviceID></Query>".encode()
    found = take_in(body)
    assert found.status == 400
    assert found.refusal is not None
    assert found.refusal.field == "SN"
    pair.upper.send(body)
    pair.until(lambda: pair.of(BodyUnreadable))
    assert "SN" in pair.of(BodyUnreadable)[0].why


def test_what_we_are_and_how_the_channels_do() -> None:
    pair = Pair(off=(2,)).ready()
    for sn, about in enumerate((OWN, camera(1), camera(2)), start=1):
        pair.upper.ask(DeviceInfoQuery(sn=sn, device_id=about))
        pair.upper.ask(DeviceStatusQuery(sn=10 + sn, device_id=about))
    pair.pass_by(1)
    infos = {one.sn: one for one in pair.upper.of(DeviceInfo)}
    assert (infos[1].device_name, infos[1].channel, infos[1].result) == ("Custodes", 5, Result.OK)
    assert infos[2].device_name.startswith("冲赛康")
    status = {one.sn: one.online for one in pair.upper.of(DeviceStatus)}
    assert status == {11: Online.ONLINE, 12: Online.ONLINE, 13: Online.OFFLINE}
    assert questions(pair) == []


def test_what_a_channel_is_called_and_how_it_stands_is_told_and_no_other_setting() -> None:
    pair = Pair(edition=Edition.E2022).ready()
    pair.upper.ask(ConfigDownloadQuery(sn=4, device_id=camera(1), types=("VideoParamOpt", "BasicParam", "PictureMask")))
    pair.pass_by(1)
    (told,) = pair.upper.of(ConfigDownload)
    assert (told.sn, told.device_id, told.result) == (4, camera(1), Result.OK)
    assert told.basic is not None
    assert told.basic.name.startswith("冲赛康")
    account = pair.lower.settings.upper
    assert (told.basic.expiration, told.basic.heartbeat_count) == (account.expires, account.misses)
    assert (told.video_options, told.picture_mask, told.basic.longitude) == (None, None, None)
    assert questions(pair) == []


def test_steering_is_asked_of_our_owner() -> None:
    pair = Pair().ready()
    one = asked(pair, DeviceControl(sn=5, device_id=camera(1), ptz=LEFT))
    assert one.channel == camera(1)
    assert isinstance(one.message, DeviceControl)
    assert one.message.ptz == LEFT
    assert pair.lower.reply(one.question, None, pair.now)
    assert not pair.lower.reply(one.question, None, pair.now)
    pair.pass_by(20)
    assert pair.upper.of(DeviceControlAnswer) == []  # of PTZ nobody waits for a word

    pair.upper.ask(DeviceControl(sn=6, device_id=camera(1), guard=GuardCommand.SET))
    pair.until(lambda: len(questions(pair)) == 2)
    pair.lower.reply(questions(pair)[1].question, None, pair.now)
    pair.pass_by(1)
    (answer,) = pair.upper.of(DeviceControlAnswer)
    assert answer == DeviceControlAnswer(sn=6, device_id=camera(1), result=Result.OK)


def test_what_is_denied_or_not_answered_in_time_is_an_error() -> None:
    pair = Pair(bounds=small(answer_s=3)).ready()
    one = asked(pair, DeviceControl(sn=5, device_id=camera(1), ptz=LEFT))
    assert pair.lower.deny(one.question, pair.now)
    pair.pass_by(0.5)
    assert refused(pair, 5)
    pair.upper.ask(PresetQuery(sn=6, device_id=camera(1)))
    pair.pass_by(2)
    assert not refused(pair, 6)
    pair.pass_by(2)
    assert refused(pair, 6)
    assert pair.of(Lapsed) == [Lapsed(questions(pair)[1].question)]


@pytest.mark.parametrize(
    "message",
    [
        DeviceControl(sn=9, device_id=camera(1), boot=Boot.BOOT),
        DeviceControl(sn=9, device_id=camera(1), format_card=1),
        DeviceControl(sn=9, device_id=OWN, ptz=LEFT),
        DeviceControl(sn=9, device_id=camera(99), ptz=LEFT),
        DeviceConfig(sn=9, device_id=camera(1)),
        CardStatusQuery(sn=9, device_id=camera(1)),
        PresetQuery(sn=9, device_id=camera(99)),
        ConfigDownloadQuery(sn=9, device_id=OWN, types=("BasicParam",)),
        ConfigDownloadQuery(sn=9, device_id=camera(1), types=("VideoParamOpt", "OSDConfig")),
        CruiseTrackListQuery(sn=9, device_id=camera(1)),
        CruiseTrackQuery(sn=9, device_id=camera(1), number=1),
        DeviceInfoQuery(sn=9, device_id=camera(99)),
    ],
    ids=lambda message: f"{message.CMD}-{message.device_id[-2:]}",
)
def test_what_is_refused_by_rule(message: Message) -> None:
    pair = Pair(edition=Edition.E2022).ready()
    pair.upper.ask(message)
    pair.pass_by(1)
    assert pair.upper.statuses == [200]
    assert refused(pair, 9)
    assert questions(pair) == []
    assert pair.lower.questions.denied == 1


def test_an_unknown_command_and_a_broken_one_are_errors_and_nonsense_is_400() -> None:
    pair = Pair().ready()
    pair.upper.send(f"<Query><CmdType>New</CmdType><SN>3</SN><DeviceID>{OWN}</DeviceID></Query>".encode())
    pair.upper.send(f"<Control><CmdType>DeviceControl</CmdType><SN>4</SN><DeviceID>{OWN}</DeviceID></Control>".encode())
    pair.upper.send(b"nonsense")
    pair.pass_by(1)
    assert refused(pair, 3)
    assert refused(pair, 4)
    assert sorted(pair.upper.statuses) == [200, 200, 400]


def test_nobody_speaks_through_us() -> None:
    pair = Pair().ready()
    pair.upper.ask(Broadcast(sn=4, source=pair.upper.server, target=camera(1)))
    pair.pass_by(1)
    assert pair.upper.of(BroadcastAnswer) == [BroadcastAnswer(sn=4, device_id=camera(1), result=Result.ERROR)]


def test_recordings_go_up_in_parts_with_its_number_and_ids() -> None:
    pair = Pair(seed=4).ready()
    one = asked(pair, RecordInfoQuery(sn=31, device_id=camera(1), start=NIGHT, end=NIGHT + timedelta(days=1)))
    found = [
        RecordItem(device_id="inside", name="x", start=NIGHT + timedelta(hours=n), end=NIGHT + timedelta(hours=n + 1))
        for n in range(8)
    ]
    with pytest.raises(Gb28181Refused, match="no list of recordings"):
        pair.lower.reply(one.question, None, pair.now)
    assert pair.lower.reply(one.question, found, pair.now)
    pair.until(lambda: len(pair.upper.of(RecordInfoPart)) >= 8, 200)
    parts = pair.upper.of(RecordInfoPart)
    assert {(part.sn, part.device_id, part.sum_num) for part in parts} == {(31, camera(1), 8)}
    records = [record for part in parts for record in part.records]
    assert [record.start for record in records] == [record.start for record in found]
    assert {record.device_id for record in records} == {camera(1)}


def test_no_recordings_are_a_complete_answer() -> None:
    pair = Pair().ready()
    one = asked(pair, RecordInfoQuery(sn=31, device_id=camera(1), start=NIGHT, end=NIGHT + timedelta(days=1)))
    pair.lower.reply(one.question, [], pair.now)
    pair.pass_by(1)
    (part,) = pair.upper.of(RecordInfoPart)
    assert (part.sum_num, part.records) == (0, ())


def test_presets_go_up_and_an_answer_to_something_else_does_not() -> None:
    pair = Pair().ready()
    one = asked(pair, PresetQuery(sn=8, device_id=camera(1)))
    with pytest.raises(Gb28181Refused, match="is none to PresetQuery"):
        pair.lower.reply(one.question, DeviceInfo(sn=1, device_id="x"), pair.now)
    made = PresetList(sn=900, device_id="inside", sum_num=1, presets=(PresetItem(number=3, name="门"),))
    assert pair.lower.reply(one.question, made, pair.now)
    pair.pass_by(1)
    (answer,) = pair.upper.of(PresetList)
    assert (answer.sn, answer.device_id, answer.presets) == (8, camera(1), made.presets)


def test_a_question_about_what_is_hidden_meanwhile_is_refused() -> None:
    pair = Pair().ready()
    one = asked(pair, PresetQuery(sn=8, device_id=camera(1)))
    pair.lower.changed([CatalogItem(device_id=camera(1), event=EntryEvent.DEL)], pair.now)
    pair.pass_by(1)
    assert refused(pair, 8)
    assert pair.of(Lapsed) == [Lapsed(one.question)]


def test_questions_that_wait_are_bounded() -> None:
    pair = Pair(bounds=small(questions=3)).ready()
    for sn in range(1, 7):
        pair.upper.ask(PresetQuery(sn=sn, device_id=camera(1)))
    pair.pass_by(1)
    assert len(questions(pair)) == len(pair.lower.questions) == 3
    assert [sn for sn in range(1, 7) if refused(pair, sn)] == [4, 5, 6]


def alarm(channel: str = camera(1), method: int = 5, priority: int = 2) -> AlarmNotice:
    return AlarmNotice(sn=1, device_id=channel, priority=priority, method=method, time=NIGHT)


def test_alarms_go_to_who_subscribed_and_wants_them() -> None:
    pair = Pair().ready()
    assert pair.lower.alarm(alarm(), pair.now) == 0
    pair.upper.subscribe(AlarmSubscription, method="5", start_priority=1, end_priority=3)
    pair.pass_by(1)
    assert pair.lower.alarm(alarm(), pair.now) == 1
    assert pair.lower.alarm(alarm(method=2), pair.now) == 0
    assert pair.lower.alarm(alarm(priority=4), pair.now) == 0
    with pytest.raises(Gb28181Refused, match="not shown"):
        pair.lower.alarm(alarm(camera(99)), pair.now)
    pair.pass_by(1)
    (told,) = pair.upper.of(AlarmNotice)
    assert (told.device_id, told.method, told.time) == (camera(1), 5, NIGHT)


def test_alarms_go_unasked_where_that_was_agreed() -> None:
    pair = Pair(alarms_unasked=True).ready()
    assert pair.lower.alarm(alarm(), pair.now) == 1
    pair.pass_by(1)
    assert len(pair.upper.of(AlarmNotice)) == 1
