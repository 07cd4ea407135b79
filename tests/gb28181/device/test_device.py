"""What the simulated device answers, streams and does."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp import control, presets
from custodes.gb28181.manscdp.alarm import AlarmNotice
from custodes.gb28181.manscdp.broadcast import Broadcast, BroadcastAnswer, MediaStatus
from custodes.gb28181.manscdp.config import ConfigDownloadQuery, ConfigType
from custodes.gb28181.manscdp.control import (
    AlarmReset,
    Boot,
    DeviceControl,
    DeviceControlAnswer,
    GuardCommand,
    KeyFrameCommand,
)
from custodes.gb28181.manscdp.device import (
    DeviceInfo,
    DeviceInfoQuery,
    DeviceStatus,
    DeviceStatusQuery,
    Online,
)
from custodes.gb28181.manscdp.frame import Message, Result
from custodes.gb28181.manscdp.keepalive import Keepalive
from custodes.gb28181.manscdp.records import RecordInfoPart, RecordInfoQuery, RecordType
from custodes.gb28181.mansrtsp import pause, read_answer, resume, seek, speed, teardown, write_request
from custodes.gb28181.media.frame import CLOCK_RATE, Coding
from custodes.gb28181.media.steps import MediaStep
from custodes.gb28181.ptz.command import STOP, Command, Move, Preset, PresetDo
from custodes.gb28181.ptz.octets import encode
from custodes.gb28181.sdp import Setup, read_sdp
from custodes.gb28181.sip.call import CallPhase
from custodes.gb28181.sip.message import Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import RegistrationStanding
from tests.gb28181.device.world import CAMERAS, NIGHT, NVR, PLATFORM, World
from tests.gb28181.media.films import film
from tests.gb28181.sip.examples import SERVER

CAMERA = CAMERAS[1]


def answers(world: World, message: Message, kind: type[Message], user: str = NVR) -> list[Message]:
    before = len(world.told(kind))
    world.platform.ask(message, user)
    world.pass_by(2)
    return world.told(kind)[before:]


def ask(world: World, **command: object) -> list[Message]:
    made = DeviceControl(sn=world.platform.number(), device_id=CAMERA, **command)
    return answers(world, made, DeviceControlAnswer, CAMERA)


def turn(world: World, command: Command) -> None:
    assert ask(world, ptz=encode(command)) == []


def statuses(world: World) -> list[int]:
    return [
        event.message.status
        for event in world.platform.calls
        if event.what == "refused" and isinstance(event.message, Response)
    ]


def test_it_registers_keeps_alive_and_leaves() -> None:
    world = World().ready()
    world.device.switch(CAMERA, False, world.now)
    world.pass_by(130, 0.2)
    kept = world.told(Keepalive)
    assert len(kept) >= 2
    assert isinstance(kept[-1], Keepalive)
    assert kept[-1].faulty is not None
    assert kept[-1].faulty.devices == (CAMERA,)
    world.device.leave(world.now)
    world.pass_by(1)
    assert world.device.registering.standing is RegistrationStanding.LEFT
    assert [news.what for news in world.device.news] == ["registered", "left"]


def test_it_says_what_it_is_and_how_it_does() -> None:
    world = World().ready()
    (info,) = answers(world, DeviceInfoQuery(sn=world.platform.number(), device_id=NVR), DeviceInfo)
    assert isinstance(info, DeviceInfo)
    assert (info.device_name, info.manufacturer, info.channel) == ("Simulated device", "Custodes", len(CAMERAS))
    (status,) = answers(world, DeviceStatusQuery(sn=world.platform.number(), device_id=NVR), DeviceStatus)
    assert isinstance(status, DeviceStatus)
    assert (status.online, status.encode) == (Online.ONLINE, True)
    assert status.device_time is not None
    world.device.switch(CAMERA, False, world.now)
    (status,) = answers(world, DeviceStatusQuery(sn=world.platform.number(), device_id=CAMERA), DeviceStatus)
    assert isinstance(status, DeviceStatus)
    assert status.online is Online.OFFLINE


def test_what_it_does_not_know_is_an_error() -> None:
    world = World(edition=Edition.E2022).ready()
    assert ask(world, format_card=0) == [DeviceControlAnswer(sn=2, device_id=CAMERA, result=Result.ERROR)]
    nobody = DeviceInfoQuery(sn=world.platform.number(), device_id="34020000001320000099")
    (answer,) = answers(world, nobody, DeviceInfo)
    assert isinstance(answer, DeviceInfo)
    assert answer.result is Result.ERROR
    config = ConfigDownloadQuery(sn=world.platform.number(), device_id=NVR, types=(ConfigType.SVAC_ENCODE,))
    world.platform.ask(config)
    world.pass_by(1)
    assert getattr(world.platform.came[-1], "result", None) is Result.ERROR


def test_recordings_are_told_in_parts() -> None:
    world = World().ready()

    def found(**more: object) -> list[RecordInfoPart]:
        query = RecordInfoQuery(sn=world.platform.number(), device_id=CAMERA, **more)
        return [one for one in answers(world, query, RecordInfoPart) if isinstance(one, RecordInfoPart)]

    (both,) = found(start=NIGHT, end=NIGHT + timedelta(hours=5))
    assert both.sum_num == 2
    assert [one.start for one in both.records] == [NIGHT, NIGHT + timedelta(hours=2)]
    (first,) = found(start=NIGHT, end=NIGHT + timedelta(hours=1), type=RecordType.ALL)
    assert len(first.records) == 1
    (none,) = found(start=NIGHT, end=NIGHT + timedelta(hours=5), type=RecordType.ALARM)
    assert (none.sum_num, none.records) == (0, ())


def test_it_turns_as_long_as_it_is_told_and_remembers_views() -> None:
    world = World(edition=Edition.E2022).ready()
    head = world.device.head(CAMERA)
    turn(world, Move(pan=51))  # a fifth of 90 degrees a second
    between = head.view(world.now).pan
    assert 20 < between < 40
    turn(world, Move(tilt=255, zoom=15))
    view = head.view(world.now + 60)
    assert (view.tilt, view.zoom) == (90.0, 20.0)
    turn(world, STOP)
    still = head.view(world.now)
    assert head.view(world.now + 60) == still
    turn(world, Preset(PresetDo.SET, 5))
    turn(world, Move(pan=-255))
    turn(world, Preset(PresetDo.CALL, 5))
    assert head.view(world.now) == still
    query = presets.PresetQuery(sn=world.platform.number(), device_id=CAMERA)
    (known,) = answers(world, query, presets.PresetList)
    assert isinstance(known, presets.PresetList)
    assert [(one.number, one.name) for one in known.presets] == [(5, "5")]
    (where,) = answers(
        world, presets.PtzPositionQuery(sn=world.platform.number(), device_id=CAMERA), presets.PtzPosition
    )
    assert isinstance(where, presets.PtzPosition)
    assert where.pan == pytest.approx(still.pan, abs=0.01)
    turn(world, Preset(PresetDo.DELETE, 5))
    assert head.presets == {}


def test_commands_are_remembered_and_answered_where_the_standard_wants_it() -> None:
    world = World().ready()
    (answer,) = ask(world, guard=GuardCommand.SET)
    assert isinstance(answer, DeviceControlAnswer)
    assert answer.result is Result.OK
    assert world.device.answers.guarded == {CAMERA: True}
    (answer,) = ask(world, recording=control.RecordingCommand.STOP)
    assert world.device.answers.recording == {CAMERA: False}
    assert ask(world, boot=Boot.BOOT) == []
    assert world.device.answers.booted == 1
    assert len(ask(world, home=presets.HomePosition(enabled=True, reset_time=60, preset=1))) == 1


def test_an_alarm_is_answered_and_the_next_waits_for_its_reset() -> None:
    world = World().ready()
    device = world.device
    assert device.alarm(CAMERA, 2, 1, 1, NIGHT, world.now)
    assert not device.alarm(CAMERA, 2, 1, 1, NIGHT, world.now)
    assert device.alarm(CAMERA, 5, 2, 4, NIGHT, world.now)
    world.pass_by(1)
    assert [(one.method, one.type) for one in world.told(AlarmNotice) if isinstance(one, AlarmNotice)] == [
        (2, 1),
        (5, 2),
    ]
    assert device.alarms_answered == 2
    assert len(ask(world, alarm_reset=AlarmReset.RESET)) == 1
    assert device.alarm(CAMERA, 2, 1, 1, NIGHT, world.now)


def test_a_key_frame_comes_when_it_is_asked_for() -> None:
    world = World().ready()
    world.platform.look(CAMERA)
    keys = []
    for asked in (False, True):
        begin = len(world.platform.frames)
        if asked:
            for _ in range(8):
                ask_key = DeviceControl(sn=world.platform.number(), device_id=CAMERA, key_frame=KeyFrameCommand.SEND)
                world.platform.ask(ask_key, CAMERA)
                world.pass_by(0.08)
        else:
            world.pass_by(0.64)
        keys.append(sum(frame.key for frame in world.platform.frames[begin:]))
    assert keys[1] > keys[0] + 2


@pytest.mark.parametrize("setup", [Setup.PASSIVE, Setup.ACTIVE])
def test_over_tcp_it_sends_when_the_connection_stands(setup: Setup) -> None:
    world = World(connect=False).ready()
    platform = world.platform
    platform.look(setup=setup)
    world.pass_by(2)
    (told,) = platform.calls
    assert told.message is not None
    answer = read_sdp(told.message.body).media[0]
    assert (answer.tcp, answer.setup) == (True, Setup.ACTIVE if setup is Setup.PASSIVE else Setup.PASSIVE)
    ((_channel, stream),) = world.device.streams
    assert stream.outlet.connects is (setup is Setup.PASSIVE)
    assert platform.receiver is not None
    assert platform.receiver.report(world.now).step is MediaStep.NO_CONNECTION
    world.connect = True
    world.pass_by(2)
    assert platform.receiver.report(world.now).step is MediaStep.RECEIVING
    assert platform.frames[0].key


def test_beyond_its_limit_it_is_busy() -> None:
    world = World(streams=2).ready()
    for channel in CAMERAS[:3]:
        world.platform.look(channel)
        world.pass_by(0.5)
    assert statuses(world) == [486]
    assert len(world.device.streams) == 2


def test_calls_that_can_not_be_are_refused_by_their_reason() -> None:
    world = World().ready()
    platform = world.platform
    platform.look("34020000001320000099")
    platform.look(span=(NIGHT + timedelta(hours=20), NIGHT + timedelta(hours=21)))
    world.device.switch(CAMERA, False, world.now)
    platform.look(CAMERA)
    world.pass_by(1)
    assert statuses(world) == [404, 404, 480]
    assert world.device.streams == []
    assert world.device.calls.refused == [404, 404, 480]


def test_what_belongs_to_no_dialog_is_answered_by_481() -> None:
    world = World().ready()
    call = world.platform.look()
    world.pass_by(1)
    assert call.dialog is not None
    stranger = call.dialog.request("BYE", PLATFORM, "z9hG4bKx")
    stranger.headers.set("Call-ID", "nobody@192.0.2.1")
    world.platform.endpoint.send(stranger, Peer("UDP", "192.0.2.10", 5060), world.now)
    world.pass_by(1)
    assert world.platform.got[-1].status == 481
    assert len(world.device.streams) == 1


def test_somebody_else_is_not_served() -> None:
    world = World().ready()
    other = Peer("UDP", "192.0.2.66", 5060)
    request = world.platform.endpoint.request("MESSAGE", NVR, world.device.settings.upper.contact, b"")
    world.net.say(request.encode(), other, world.device.settings.upper.contact)
    world.net.wire.clear()
    world.pass_by(0.5)
    assert "SIP/2.0 403 Forbidden" in world.net.wire


def test_the_same_stream_asked_for_again_replaces_the_old() -> None:
    world = World(streams=1).ready()
    platform = world.platform
    first = platform.look()
    world.pass_by(1)
    # The same number again, as a platform does that lost the first call.
    platform._pool.give_back("0200000001", 0)
    platform._pool = type(platform._pool)(SERVER)
    second = platform.look()
    world.pass_by(1)
    assert first.phase is CallPhase.OVER
    assert second.phase is CallPhase.UP
    assert statuses(world) == []
    assert len(world.device.streams) == 1


def test_a_recording_is_steered() -> None:
    world = World().ready()
    platform = world.platform
    platform.look(span=(NIGHT, NIGHT + timedelta(minutes=10)))
    world.pass_by(2)
    ((_channel, stream),) = world.device.streams
    assert stream.recorded
    place = stream.place(world.now) / CLOCK_RATE
    assert place == pytest.approx(2, abs=0.2)

    platform.inside("INFO", write_request(pause(1)))
    world.pass_by(0.2)
    before = len(platform.frames)
    world.pass_by(3)
    assert len(platform.frames) <= before + 1
    platform.inside("INFO", write_request(resume(2)))
    world.pass_by(1)
    assert len(platform.frames) > before + 15
    assert stream.place(world.now) / CLOCK_RATE == pytest.approx(place + 1.2, abs=0.3)

    platform.inside("INFO", write_request(seek(3, 300)))
    world.pass_by(0.5)
    assert stream.place(world.now) / CLOCK_RATE == pytest.approx(300.5, abs=0.6)
    platform.inside("INFO", write_request(speed(4, 2)))
    before = len(platform.frames)
    world.pass_by(2)
    assert 90 <= len(platform.frames) - before <= 105
    times = [frame.time for frame in platform.frames[-10:]]
    assert {late - early for early, late in itertools.pairwise(times)} == {3600}  # not rescaled
    platform.inside("INFO", write_request(speed(5, 8)))
    world.pass_by(0.2)
    before = len(platform.frames)
    world.pass_by(2)
    assert all(frame.key for frame in platform.frames[before:])

    platform.inside("INFO", write_request(seek(6, 9_999)))
    platform.inside("INFO", write_request(speed(7, -1)))
    world.pass_by(0.5)
    told = [read_answer(response.body) for response in platform.got[-2:]]
    assert [answer.status for answer in told if answer is not None] == [457, 551]
    platform.inside("INFO", b"nonsense")
    world.pass_by(0.5)
    assert platform.got[-1].status == 400

    platform.inside("INFO", write_request(seek(8, 599)))
    world.pass_by(2)
    (status,) = world.told(MediaStatus)
    assert isinstance(status, MediaStatus)
    assert status.ended
    platform.inside("INFO", write_request(teardown(9)))
    world.pass_by(1)
    assert world.device.streams == []
    assert platform.call is not None
    assert platform.call.phase is CallPhase.OVER


def test_speech_is_promised_and_called_for() -> None:
    world = World().ready()
    platform = world.platform
    platform.ask(Broadcast(sn=platform.number(), source=SERVER, target=CAMERA))
    world.pass_by(1)
    (promise,) = world.told(BroadcastAnswer)
    assert isinstance(promise, BroadcastAnswer)
    assert promise.result is Result.OK
    (offer,) = platform.offers
    asked = read_sdp(offer.request.body)
    assert (asked.media[0].kind, asked.media[0].types) == ("audio", (8,))
    assert offer.call.accept(offer.request.body, (("Content-Type", "Application/SDP"),), world.now)
    world.pass_by(1)
    assert [outlet.own for outlet in world.device.calls.listening.values()] == [asked.media[0].port]
    offer.call.hang_up("said", world.now)
    world.pass_by(1)
    assert world.device.calls.listening == {}
    platform.ask(Broadcast(sn=platform.number(), source=SERVER, target="34020000001370000009"))
    world.pass_by(1)
    assert [one.result for one in world.told(BroadcastAnswer) if isinstance(one, BroadcastAnswer)][-1] is Result.ERROR
    assert len(platform.offers) == 1


def test_when_it_is_due_something_is_sent() -> None:
    """Driven by `due` alone a recording comes whole, one frame at a moment, and ends."""
    world = World().ready()
    world.platform.look(span=(NIGHT, NIGHT + timedelta(seconds=4)))
    world.pass_by(0.4)
    device, now = world.device, world.now
    ((_channel, stream),) = device.streams
    sent, rounds = stream.sent, 0
    while not stream.over:
        due = device.calls.due()
        assert due is not None
        now = max(now, due)
        device.media(now)
        rounds += 1
        assert rounds <= 110
    assert stream.sent == 100
    assert rounds == 100 - sent + 1
    assert now - world.now == pytest.approx(4 - stream.place(world.now) / CLOCK_RATE, abs=0.01)


def test_it_happens_alike_each_time() -> None:
    runs = []
    for _ in range(2):
        world = World().ready()
        world.platform.look()
        world.pass_by(1)
        runs.append((world.net.wire, [(frame.time, frame.data) for frame in world.platform.frames]))
    assert runs[0] == runs[1]


def test_a_film_is_found_by_place() -> None:
    frames = film(Coding.H264)
    reel = LoopedFilm(frames)
    assert reel.length == len(frames) * 3600
    assert reel.at(len(frames)) == (reel.length, frames[0])
    assert reel.at(len(frames) + 3) == (reel.length + 3 * 3600, frames[3])
    for place in range(0, 3 * reel.length, 1_700):
        number = reel.key_before(place)
        at, frame = reel.at(number)
        assert frame.key
        assert at <= place
        assert not any(reel.at(n)[1].key for n in range(number + 1, place // 3600 + 1))
    for number in range(3 * len(frames)):
        found = reel.key_from(number)
        assert reel.at(found)[1].key
        assert not any(reel.at(n)[1].key for n in range(number, found))
    with pytest.raises(ValueError, match="key frame"):
        LoopedFilm(frames[1:])
    with pytest.raises(ValueError, match="never fall"):
        LoopedFilm((frames[0], frames[2], frames[1]))
