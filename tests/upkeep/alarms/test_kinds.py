"""Each kind of alarm by its own cause: raised, acknowledged, told and cleared."""

from __future__ import annotations

import datetime
import json
import os
import uuid
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from custodes.backupnote import last_made
from custodes.ledger.client import LastCosignature, NotaryStatus, NotaryUnavailable
from custodes.people.models import RecordOutbox
from custodes.settings import get_settings
from custodes.upkeep.alarms.conditions import backup, cameras, devices, gaps, keys, nodes, notary, shortage, volumes
from custodes.upkeep.alarms.evaluating import SourceWatch
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.alarms.steps import AlarmRefused, acknowledge, close
from custodes.upkeep.alarms.words import facts, title
from custodes.upkeep.models import Alarm, AlarmState, HourRollup
from custodes.video.archive.forecast import BRAKED
from tests.upkeep.alarms.saying import BEGIN, OK_VOLUME, Clocked, standing

DAY = datetime.timedelta(days=1)
TB = 10**12


def settings_with(monkeypatch, module, **more):
    changed = get_settings().model_copy(update=more)
    monkeypatch.setattr(module, "get_settings", lambda: changed)
    return changed


VOLUMES = {
    "volume.failed": {"state": "/data has 0 bytes left for footage, 6553"},
    "volume.absent": {"state": "/data is another volume (7f…)"},
    "volume.broken": {"failing_since": 1_790_000_000_000_000, "failing_with": "Input/output error"},
    "volume.braked": {"state": BRAKED},
    # 2 TB in all at 1 MB/s are 23 days; of these 11 are left, then one and a half.
    "volume.under_floor": {"rate_bytes_per_s": 1e6},
    "volume.soon_full": {"rate_bytes_per_s": 1e6, "bytes_free": 130_000_000_000},
}


@pytest.mark.parametrize("kind", VOLUMES)
def test_a_volume_is_an_alarm_of_its_own_kind_until_the_node_says_otherwise(stage, kind):
    clocked = Clocked.over(stage.node, [volumes.SOURCE])
    clocked.node.volume = OK_VOLUME | VOLUMES[kind]
    clocked.run(minutes=11, step=datetime.timedelta(seconds=30))
    assert standing() == [kind]
    alarm = Alarm.objects.get(state=AlarmState.OPEN)
    assert title(alarm).startswith("存储卷 node-1/footage")
    acknowledge(alarm, by=stage.cast.system_admin.person, words="已通知维护单位", at=clocked.now)
    clocked.run(minutes=1)
    assert standing() == [kind], "an acknowledged alarm stays until its cause is gone"
    clocked.node.volume = dict(OK_VOLUME)
    clocked.run(minutes=40, step=datetime.timedelta(minutes=1))
    assert standing() == []


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("ok", None),
        ("retired", None),
        ("words that nobody knows", "volume.failed"),
        ("/data has no custodes-volume.json: is th", "volume.absent"),
    ],
)
def test_a_state_in_words_that_are_not_known_is_an_alarm_all_the_same(state, kind):
    found = volumes.state_kind(state)
    assert (found and found.key) == kind


def test_a_clock_that_is_not_set_is_an_alarm_of_the_node_and_not_of_each_worker(stage):
    clocked = Clocked.over(stage.node, [nodes.SOURCE])
    clocked.node.clock = {"synchronised": False, "offset_us": 250_000}
    clocked.run(minutes=9, step=datetime.timedelta(seconds=30))
    assert standing() == []
    clocked.run(minutes=2, step=datetime.timedelta(seconds=30))
    assert standing() == ["clock.unsynchronised"]
    assert ("偏差（微秒）", "250000") in list(facts(Alarm.objects.get()))
    clocked.node.clock = {"synchronised": True, "offset_us": 3}
    clocked.run(minutes=6, step=datetime.timedelta(seconds=30))
    assert standing() == []


class Notary:
    """Says what it is told."""

    def __init__(self) -> None:
        self.down = False
        self.sizes = (10, 10)
        self.cosigned = None
        self.note = "city/log\n10\nroot\n\n— city/log AAAA\n"

    def status(self):
        if self.down:
            raise NotaryUnavailable("no socket")
        cosigned = ()
        if self.cosigned is not None:
            name, size, at = self.cosigned
            cosigned = (LastCosignature(name, size, int(at().timestamp())),)
        return NotaryStatus("city/log", *self.sizes, True, "city/log+1+x", cosigned)

    def checkpoint(self):
        return self.note


@pytest.fixture
def line(monkeypatch):
    made = Notary()
    monkeypatch.setattr(notary.line, "notary", lambda: made)
    return made


def test_a_notary_that_does_not_answer_is_critical_and_stops_no_other_look(stage, line):
    clocked = Clocked.over(stage.node, [notary.SOURCE, notary.CHECKPOINT])
    line.down = True
    clocked.run(minutes=1)
    assert standing() == ["notary.down"]
    line.down = False
    clocked.run(minutes=2)
    assert standing() == []


def test_a_checkpoint_that_is_not_signed_in_time_is_an_alarm(stage, line):
    source = notary.ConditionSource("checkpoint", notary.CHECKPOINT.kinds, notary.UnsignedEntries().look)
    clocked = Clocked.over(stage.node, [source])
    line.sizes = (40, 10)
    clocked.run(minutes=9, step=datetime.timedelta(seconds=30))
    assert standing() == []
    clocked.run(minutes=3, step=datetime.timedelta(seconds=30))
    assert standing() == ["checkpoint.late"]
    line.sizes = (40, 40)
    clocked.run(minutes=3)
    assert standing() == []


def test_a_log_that_nobody_else_remembers_is_an_alarm_until_a_witness_or_a_copy_does(stage, monkeypatch, tmp_path):
    clocked = Clocked.over(stage.node, [notary.COPIES])
    alone = {"training": False, "checkpoint_copy": None, "data": tmp_path}
    for name in ("ledger", "copy"):
        (tmp_path / name).mkdir()
    settings_with(monkeypatch, notary, **alone)
    clocked.run(minutes=2)
    assert standing() == ["checkpoint.alone"]
    settings_with(monkeypatch, notary, **alone | {"checkpoint_copy": tmp_path / "copy"})
    clocked.run(minutes=2)
    assert standing() == ["checkpoint.alone"], "a copy on the same disk is none"
    settings_with(monkeypatch, notary, **alone | {"checkpoint_copy": Path("/proc")})
    clocked.run(minutes=2)
    assert standing() == []
    settings_with(monkeypatch, notary, **alone | {"training": True})
    clocked.run(minutes=2)
    assert standing() == []
    settings_with(monkeypatch, notary, **alone)
    monkeypatch.setattr(notary, "read_witnesses", lambda folder: ("one",))
    clocked.run(minutes=2)
    assert standing() == []


def test_a_cosignature_that_is_expected_and_missing_is_an_alarm(stage, line, monkeypatch):
    settings_with(monkeypatch, notary, expected_cosigners=("region/witness",))
    source = notary.ConditionSource("checkpoint", notary.CHECKPOINT.kinds, notary.UnsignedEntries().look)
    clocked = Clocked.over(stage.node, [source])
    clocked.run(minutes=11, step=datetime.timedelta(seconds=30))
    assert standing() == ["cosignature.missing"]
    line.note += "— region/witness BBBB\n"
    clocked.run(minutes=3)
    assert standing() == []


def test_a_witness_is_missing_by_the_age_of_its_last_cosignature_and_not_by_the_newest_checkpoint(stage, line):
    """A busy log's newest checkpoint is hardly ever cosigned yet."""
    source = notary.ConditionSource("checkpoint", notary.CHECKPOINT.kinds, notary.UnsignedEntries().look)
    clocked = Clocked.over(stage.node, [source])
    line.cosigned = ("region/witness", 5, lambda: clocked.now - datetime.timedelta(seconds=40))
    clocked.run(minutes=15, step=datetime.timedelta(seconds=30))
    assert standing() == []
    stopped = clocked.now
    line.cosigned = ("region/witness", 5, lambda: stopped)
    clocked.run(minutes=15, step=datetime.timedelta(seconds=30))
    assert standing() == ["cosignature.missing"]
    line.cosigned = ("region/witness", 10, lambda: stopped)
    clocked.run(minutes=3)
    assert standing() == []


def test_records_that_wait_or_are_refused_are_alarms(stage):
    row = RecordOutbox.objects.create(type="login", record={}, created_at=BEGIN)
    source = notary.RECORDS
    clocked = Clocked.over(stage.node, [source])
    clocked.now = BEGIN + datetime.timedelta(minutes=9)
    clocked.run(seconds=30)
    assert standing() == []
    clocked.run(minutes=1)
    assert standing() == ["records.waiting"]
    row.attempts, row.last_error = 1, "unknown field"
    row.save()
    clocked.run(minutes=2)
    assert standing() == ["record.refused"]
    RecordOutbox.objects.update(delivered_at=clocked.now)
    clocked.run(minutes=2)
    assert standing() == []


def put_hour(camera, hour, unexplained):
    HourRollup.objects.create(
        camera=camera, hour=hour, recorded_us=3_000_000_000, owed_us=3_600_000_000,
        reasons={"unexplained": unexplained}, roots="", worker=0, received_at=hour,
    )  # fmt: skip


def test_a_gap_that_nothing_explains_stays_until_a_person_explains_it_and_is_not_asked_about_twice(stage):
    for camera in (stage.gate, stage.yard):
        put_hour(camera, BEGIN, 600_000_000)
    put_hour(stage.lobby, BEGIN, 59_000_000)
    clocked = Clocked.over(stage.node, [gaps.SOURCE])
    clocked.run(minutes=1)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    assert title(alarm) == "城关区第一小学：2 个点位有原因不明的录像缺口"
    HourRollup.objects.all().delete()
    clocked.run(minutes=11, step=datetime.timedelta(minutes=1))
    assert standing() == ["gap.unexplained"]
    with pytest.raises(AlarmRefused):
        close(alarm, by=stage.cast.operator.person, words=" ", at=clocked.now)
    close(alarm, by=stage.cast.operator.person, words="施工单位误断电，已教育", at=clocked.now)
    for camera in (stage.gate, stage.yard):
        put_hour(camera, BEGIN, 600_000_000)
    clocked.run(minutes=11, step=datetime.timedelta(minutes=1))
    assert standing() == []


def test_what_ends_by_itself_is_closed_by_nobody(stage):
    clocked = Clocked.over(stage.node, [cameras.SOURCE])
    clocked.falls(stage.gate)
    clocked.run(minutes=2)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    with pytest.raises(AlarmRefused, match="不能人工销警"):
        close(alarm, by=stage.cast.system_admin.person, words="知道了", at=clocked.now)


def certificate(path, end):
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "video.lhasa.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(end - 400 * DAY)
        .not_valid_after(end)
        .sign(key, None)
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def test_a_certificate_is_an_alarm_a_month_before_its_end_and_a_graver_one_after_it(stage, tmp_path, monkeypatch):
    path = tmp_path / "web.pem"
    settings_with(monkeypatch, keys, tls_cert=path)
    watch, at = SourceWatch([keys.SOURCE]), BEGIN
    for left, found in ((31, []), (29, ["certificate.expiring"]), (-1, ["certificate.expired"]), (300, [])):
        certificate(path, BEGIN + left * DAY)
        for _look in range(3):
            at += datetime.timedelta(minutes=11)
            watch.round(at)
        assert standing() == found, left


def test_a_key_that_has_been_used_for_two_years_is_a_notice(stage, tmp_path, monkeypatch):
    settings_with(monkeypatch, keys, data=tmp_path)
    public = tmp_path / "keys" / "public"
    public.mkdir(parents=True)
    file = public / "grant.pub"
    file.write_text("x")
    os.utime(file, (BEGIN.timestamp() - 731 * 86_400,) * 2)
    SourceWatch([keys.SOURCE]).round(BEGIN)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    assert (alarm.kind, title(alarm)) == ("key.old", "密钥 grant 使用已满两年")
    assert RecordOutbox.objects.count() == 0
    file.write_text("renewed")
    os.utime(file, (BEGIN.timestamp(),) * 2)
    watch = SourceWatch([keys.SOURCE])
    watch.round(BEGIN + datetime.timedelta(minutes=1))
    watch.round(BEGIN + datetime.timedelta(minutes=12))
    assert standing() == []


@pytest.mark.parametrize("note", ["", "[]", '{"at": 5}', "\xff", '{"at": "yesterday"}'])
def test_a_note_that_says_nothing_is_no_backup(tmp_path, note):
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "last.json").write_bytes(note.encode("latin-1"))
    assert last_made(tmp_path) is None


def test_a_backup_is_overdue_until_one_is_finished(stage, tmp_path, monkeypatch):
    from custodes.places.models import Camera

    settings_with(monkeypatch, backup, data=tmp_path, backup_every_days=1)
    Camera.objects.update(connected_at=BEGIN)
    watch = SourceWatch([backup.SOURCE])
    watch.round(BEGIN + DAY)
    assert standing() == []
    watch.round(BEGIN + 2 * DAY)
    assert standing() == ["backup.overdue"]
    (tmp_path / "backups").mkdir()
    note = {"at": (BEGIN + 2 * DAY).isoformat(), "bytes": 5}
    (tmp_path / "backups" / "last.json").write_text(json.dumps(note))
    watch.round(BEGIN + 2 * DAY + datetime.timedelta(minutes=2))
    assert standing() == []


SHORTAGES = {"forecast": "store.short", "thin": "store.thinned", "stop": "store.stopped"}


@pytest.mark.parametrize("step", SHORTAGES)
def test_each_step_of_a_shortage_is_an_alarm_of_its_node_until_there_is_room(stage, step):
    clocked = Clocked.over(stage.node, [shortage.SOURCE])
    clocked.node.more = {"shortage": {"step": step, "hours_left": 20.5, "waiting": 1, "since": BEGIN.isoformat()}}
    clocked.run(minutes=6, step=datetime.timedelta(seconds=30))
    assert standing() == [SHORTAGES[step]]
    alarm = Alarm.objects.get(state=AlarmState.OPEN)
    assert "node-1" in title(alarm)
    assert ("写满前还剩", "20 小时 30 分") in list(facts(alarm))
    clocked.node.more = {"shortage": {"step": "clear"}}
    clocked.run(minutes=12, step=datetime.timedelta(seconds=30))
    assert standing() == []


def _picture(stage, fault, state="faulty", severe=False):
    seen = (BEGIN).isoformat()
    said = {"fault": fault, "state": state, "measure": 4.25, "threshold": 10.0, "unit": "levels", "severe": severe}
    faults = [said | {"since": seen, "last": seen}]
    return {"camera": str(stage.gate.pk), "at": seen, "references": 1, "faults": faults, "unjudged": []}


def test_a_picture_that_is_black_is_an_alarm_until_the_node_says_that_it_is_well(stage):
    clocked = Clocked.over(stage.node, [devices.PICTURES])
    clocked.node.more = {"pictures": [_picture(stage, "black")]}
    clocked.run(minutes=7, step=datetime.timedelta(seconds=30))
    assert standing() == ["camera.degraded"]
    told = list(facts(Alarm.objects.get()))
    assert ("测得", "4.2 级灰度") in told
    assert ("异常", "黑屏") in told
    well = _picture(stage, "black") | {"faults": [], "at": clocked.now.isoformat()}
    clocked.node.more = {"pictures": [well]}
    clocked.run(minutes=7, step=datetime.timedelta(seconds=30))
    assert standing() == []


@pytest.mark.parametrize(("fault", "state"), [("moved", "suspected"), ("blurred", "suspected"), ("black", "suspected")])
def test_what_is_only_suspected_raises_no_alarm(stage, fault, state):
    clocked = Clocked.over(stage.node, [devices.PICTURES])
    clocked.node.more = {"pictures": [_picture(stage, fault, state)]}
    clocked.run(minutes=9, step=datetime.timedelta(seconds=30))
    assert standing() == []


@pytest.mark.parametrize(("fault", "severe", "not_before", "by"), [
    ("covered", False, 18, 22), ("covered", True, 1, 4), ("blurred", False, 1, 4), ("black", False, 1, 4),
])  # fmt: skip
def test_a_part_that_is_covered_is_an_alarm_when_no_shadow_would_last_so_long(stage, fault, severe, not_before, by):
    clocked = Clocked.over(stage.node, [devices.PICTURES])
    for minute in range(by):
        said = _picture(stage, fault, severe=severe) | {"at": clocked.now.isoformat()}
        clocked.node.more = {"pictures": [said]}
        clocked.run(minutes=1, step=datetime.timedelta(seconds=15))
        assert minute >= not_before or standing() == []
    assert standing() == ["camera.degraded"]


def test_an_alarm_of_a_cover_stays_when_a_little_less_is_gone(stage):
    clocked = Clocked.over(stage.node, [devices.PICTURES])
    for minute in range(14):
        said = _picture(stage, "covered", severe=minute < 4) | {"at": clocked.now.isoformat()}
        clocked.node.more = {"pictures": [said]}
        clocked.run(minutes=1, step=datetime.timedelta(seconds=15))
        assert minute < 4 or standing() == ["camera.degraded"]


def _event(stage, kind, over=False):
    at = BEGIN.isoformat()
    text = "tns1:VideoSource/GlobalSceneChange"
    return {"camera": str(stage.gate.pk), "kind": kind, "since": at, "last": at, "count": 1, "text": text, "over": over}


def test_a_device_that_was_tampered_with_stays_an_alarm_until_a_person_closes_it(stage):
    clocked = Clocked.over(stage.node, [devices.DEVICES])
    clocked.node.more = {"events": [_event(stage, "tamper")]}
    clocked.run(minutes=2, step=datetime.timedelta(seconds=30))
    clocked.node.more = {"events": [_event(stage, "tamper", over=True)]}
    clocked.run(minutes=30, step=datetime.timedelta(minutes=1))
    assert standing() == ["camera.tampered"]


def test_a_devices_own_motion_is_no_alarm(stage):
    clocked = Clocked.over(stage.node, [devices.DEVICES])
    clocked.node.more = {"events": [_event(stage, "motion")]}
    clocked.run(minutes=20, step=datetime.timedelta(minutes=1))
    assert standing() == []


def test_a_source_that_is_asked_seldom_raises_what_lasts_all_the_same(stage):
    from dataclasses import replace

    seldom = replace(nodes.SOURCE, every=datetime.timedelta(minutes=4))
    clocked = Clocked.over(stage.node, [seldom])
    clocked.node.clock = {"synchronised": False, "offset_us": None}
    clocked.run(minutes=15, step=datetime.timedelta(seconds=40))
    assert standing() == ["clock.unsynchronised"]


def test_a_look_that_fails_clears_nothing_and_is_an_alarm_itself(stage):
    from dataclasses import replace

    broken = False

    def look(now):
        if broken:
            raise RuntimeError("the table is locked")
        return cameras.look(now)

    clocked = Clocked.over(stage.node, [replace(cameras.SOURCE, look=look), nodes.SOURCE])
    clocked.falls(stage.gate)
    clocked.run(minutes=2)
    clocked.returns(stage.gate)
    broken = True
    clocked.run(minutes=5)
    assert standing() == ["camera.down", "watch.failed"]
    broken = False
    clocked.run(minutes=3)
    assert standing() == []


@pytest.mark.parametrize("key", sorted(KINDS))
def test_every_kind_says_in_words_what_is_wrong_and_what_to_do(key, db):
    kind = KINDS[key]
    for count in (1, 3):
        alarm = Alarm(
            kind=key, subject=f"x:{uuid.UUID(int=1)}", name="东门", facts={"count": count}, severity=kind.severity
        )
        assert "%" not in title(alarm)
    assert len(str(kind.remedy)) > 15


def test_every_clause_of_a_kind_is_one_of_the_law():
    from custodes.law.clauses.registry import find

    for kind in KINDS.values():
        for name in kind.clauses:
            assert find(name).zh, (kind.key, name)
