"""What the doctor says when something is wrong, one subject after the other."""

from __future__ import annotations

import datetime
import inspect
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from custodes.commands.installation import make_keys
from custodes.documents.fonts import Fonts
from custodes.documents.trying import BLANK
from custodes.ledger.client import NotaryStatus, NotaryUnavailable
from custodes.people import bootstrap
from custodes.people.models import Post, PostKind
from custodes.places.models import Node
from custodes.settings import Settings
from custodes.sharing.models import Platform
from custodes.tls.files import TlsFolder
from custodes.tls.names import hosts
from custodes.tls.pinned import gateway_statements
from custodes.upkeep.models import VolumeStatus, WorkerStatus
from custodes.video.archive.volume import claim
from custodes.video.losswindow import LossDoubt, LossWindow, Medium, Storage
from custodes.video.recorder.host_clock import HostSync
from custodes.web.doctor import evidence_log, examination, finding, machine, processes, storage, trust
from custodes.web.doctor.examination import SUBJECTS, DoctorCheck, examine, worst
from custodes.web.doctor.finding import DoctorFinding, Examined, FindingState, ok
from tests.cast import Cast
from tests.day import morning
from tests.ports import free_port
from tests.sharing import stage as sharing

AT = morning().astimezone(datetime.UTC)
DAY = datetime.timedelta(days=1)


def patient(folder: Path, on_server: bool = True, at: datetime.datetime = AT, **settings: Any) -> Examined:
    folder.mkdir(parents=True, exist_ok=True)
    return Examined(Settings(data=folder, **settings), at, on_server)


def said(findings: Any, state: FindingState, *words: str) -> DoctorFinding:
    """The one finding of this state that says these words, in either language; with a remedy unless all is well."""
    found = [
        finding
        for finding in findings
        if finding.state is state and all(word in finding.text("zh-hans") + finding.text("en") for word in words)
    ]
    assert len(found) == 1, found
    assert bool(found[0].remedy) == (state is not FindingState.OK)
    return found[0]


def test_every_subject_is_called_by_its_own_name() -> None:
    for name, subject in SUBJECTS.items():
        assert subject.check.__name__ == f"check_{name}"
        assert getattr(inspect.getmodule(subject.check), name.upper()) == name


def test_a_port_that_somebody_else_holds_is_a_fault_and_a_silent_one_is_not(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        here = patient(tmp_path, web_port=other.getsockname()[1], node_port=free_port(), node_workers=1)
        findings = list(processes.check_ports(here))
    assert "ss -ltnp" in said(findings, FindingState.FAULT, str(here.settings.web_port)).remedy
    said(findings, FindingState.ATTENTION, str(here.settings.node_port))
    gateway = patient(tmp_path, web_port=free_port(), node_port=free_port(), gateway_port=free_port(), gateway_id="54010000002000000001")  # fmt: skip
    said(
        processes.check_ports(gateway), FindingState.ATTENTION, "GB/T 28181 gateway", str(gateway.settings.gateway_port)
    )
    said(processes.check_ports(gateway), FindingState.ATTENTION, "SIP")


def test_keys_that_are_missing_open_to_others_or_of_somebody_else_are_faults(tmp_path: Path) -> None:
    here = patient(tmp_path)
    make_keys(here.settings)
    folder = here.settings.keys_folder
    said(trust.check_keys(here), FindingState.OK)
    gateway = patient(tmp_path, gateway_id="54010000002000000001")
    for name in ("control.key", "seal.key"):
        said(trust.check_keys(gateway), FindingState.FAULT, f"gateway/{name}")
    make_keys(gateway.settings)
    said(trust.check_keys(gateway), FindingState.OK)
    (folder / "web/control.key").chmod(0o640)
    said(trust.check_keys(here), FindingState.FAULT, "web/control.key", "other users")
    (folder / "web/control.key").chmod(0o600)
    (folder / "node/control.key").unlink()
    said(trust.check_keys(here), FindingState.FAULT, "node/control.key", "missing")
    make_keys(patient(tmp_path / "other").settings)
    os.rename(tmp_path / "other/keys/node/control.key", folder / "node/control.key")
    said(trust.check_keys(here), FindingState.FAULT, "node.pub")
    assert list(trust.check_keys(patient(tmp_path, on_server=False))) == []


@pytest.mark.django_db
def test_what_is_missing_to_state_who_asks_is_said(cast: Any, stage: Any, tmp_path: Path) -> None:
    """Below: its address and certificate; here: the port at which platforms above could."""
    here = patient(tmp_path, gateway_id=sharing.OWN_ID)
    make_keys(here.settings)
    link = sharing.in_force(cast, sharing.second(cast).person, sharing.upper(cast, custodes=True))
    assert not [one for one in processes.check_gateway(here) if "STATEMENTS" in one.remedy], (
        "it has no certificate of theirs"
    )
    rows = Platform.objects.filter(pk=link.platform_id)
    rows.update(statements_certificate="PEM")
    assert (
        said(processes.check_gateway(here), FindingState.ATTENTION, "no port").remedy
        == "CUSTODES_GATEWAY_STATEMENTS_PORT=8443"
    )
    there = patient(tmp_path, gateway_id=sharing.OWN_ID, gateway_statements_port=free_port())
    assert not [one for one in processes.check_gateway(there) if "STATEMENTS" in one.remedy]
    rows.update(role="lower", statements_url="https://192.0.2.1:8443", statements_certificate="")
    assert said(processes.check_gateway(there), FindingState.ATTENTION, "was not entered").remedy.startswith(
        "/sharing/platforms/"
    )
    rows.update(statements_certificate="PEM")
    assert all(one.state is FindingState.OK for one in processes.check_gateway(there))
    gateway_statements(there.settings.keys_folder).cert.unlink()
    assert said(processes.check_gateway(there), FindingState.ATTENTION, "no certificate").remedy == "custodes init"


def test_an_authority_key_that_lies_open_is_a_fault_and_one_on_the_machine_is_named(tmp_path: Path) -> None:
    here = patient(tmp_path)
    make_keys(here.settings)
    store = TlsFolder(here.settings.keys_folder)
    store.found_authority("明鉴", hosts(["a.example"]), [], AT)
    said(trust.check_keys(here), FindingState.ATTENTION, "offline")
    store.authority_key.write_bytes(store.authority_key.read_bytes().replace(b"ENCRYPTED", b""))
    said(trust.check_keys(here), FindingState.FAULT, "not encrypted")


@pytest.mark.parametrize(
    ("days", "state"),
    [(100, FindingState.OK), (380, FindingState.ATTENTION), (395, FindingState.FAULT), (500, FindingState.FAULT)],
)
def test_a_certificate_is_missed_before_it_ends(tmp_path: Path, days: int, state: FindingState) -> None:
    store = TlsFolder(tmp_path / "keys")
    authority, _ = store.found_authority("明鉴", hosts(["a.example"]), [], AT)
    store.certify(authority, hosts(["a.example"]), AT)
    here = patient(tmp_path, at=AT + days * DAY, web_port=free_port())
    said(trust.check_tls(here), state, "tls-web.pem")


def test_a_certificate_for_another_name_or_by_another_authority_is_a_fault(tmp_path: Path) -> None:
    store = TlsFolder(tmp_path / "keys")
    authority, _ = store.found_authority("明鉴", hosts(["a.example"]), [], AT)
    store.certify(authority, hosts(["a.example"]), AT)
    here = patient(tmp_path, web_origin="https://b.example:8000", web_port=free_port(), hsts_days=0)
    said(trust.check_tls(here), FindingState.FAULT, "b.example")
    said(trust.check_tls(here), FindingState.ATTENTION, "HSTS")
    store.found_authority("另一个", hosts(["a.example"]), [], AT)
    said(trust.check_tls(here), FindingState.FAULT, "tls-web.pem", "authority")


def test_without_a_certificate_it_says_that_nobody_else_can_come(tmp_path: Path) -> None:
    said(trust.check_tls(patient(tmp_path)), FindingState.ATTENTION, "this machine alone")


def test_a_volume_that_is_not_mounted_is_a_fault(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    here = patient(tmp_path / "data", volumes=str(volume))
    said(storage.check_disks(here), FindingState.ATTENTION, str(volume), "not there yet")
    volume.mkdir()
    said(storage.check_disks(here), FindingState.FAULT, str(volume), "mounted")
    claim(volume)
    said(storage.check_disks(here), FindingState.OK, str(volume))
    full = patient(tmp_path / "data", volumes=str(volume), volume_reserve_bytes=1 << 60)
    said(storage.check_disks(full), FindingState.FAULT, str(volume), "full")


def test_a_volume_beside_the_database_is_named_outside_training(tmp_path: Path) -> None:
    claim(tmp_path / "footage")
    said(storage.check_disks(patient(tmp_path)), FindingState.ATTENTION, "same disk")
    assert [f for f in storage.check_disks(patient(tmp_path, training=True)) if f.state is not FindingState.OK] == []


def test_a_volume_that_can_not_hold_the_retention_period_is_a_fault(db: None, tmp_path: Path) -> None:
    node = Node.objects.create(name="n", public_key="k", seal_key="k", workers=1, port=1)
    row = VolumeStatus.objects.create(
        node=node, worker=0, path_name="v", bytes_used=0, bytes_free=10**12, rate_bytes_per_s=10**6, at=AT
    )
    said(storage.check_forecast(patient(tmp_path)), FindingState.FAULT, "n/v", "S32")
    row.rate_bytes_per_s = 1000
    row.save()
    said(storage.check_forecast(patient(tmp_path)), FindingState.OK, "n/v")
    said(storage.check_forecast(patient(tmp_path, at=AT + DAY)), FindingState.ATTENTION, "No new report")


def test_a_clock_that_nobody_disciplines_needs_attention(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sync, state in (
        (HostSync(True, 20, "ok"), FindingState.OK),
        (HostSync(True, 500_000, "ok"), FindingState.ATTENTION),
        (HostSync(False, 0, "unsynchronised"), FindingState.ATTENTION),
    ):
        monkeypatch.setattr(machine, "read_host_sync", lambda sync=sync: sync)
        said(machine.check_clock(patient(tmp_path)), state, "This machine")
    node = Node.objects.create(name="n", public_key="k", seal_key="k", workers=1, port=1)
    WorkerStatus.objects.create(node=node, worker=0, clock_synchronised=False, at=AT)
    said(machine.check_clock(patient(tmp_path)), FindingState.ATTENTION, "n/0")


def test_a_database_that_does_not_sync_or_is_behind_is_a_fault(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":  # the tests' own runs without syncing
        said(machine.check_database(patient(tmp_path)), FindingState.FAULT, "PRAGMA synchronous=FULL")
    monkeypatch.setattr(machine, "_pending", lambda: 3)
    said(machine.check_database(patient(tmp_path)), FindingState.FAULT, "3")


def test_missing_codecs_are_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said(machine.check_codecs(patient(tmp_path)), FindingState.OK, "H.265")
    monkeypatch.setattr(machine, "NEEDED", (("h264", "r"), ("no-such-codec", "r")))
    said(machine.check_codecs(patient(tmp_path)), FindingState.FAULT, "no-such-codec")


def test_documents_need_a_chinese_font_and_templates_that_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said(machine.check_documents(patient(tmp_path)), FindingState.OK, str(len(BLANK)))
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "removal.typ").write_text("一\n#no-such-thing\n", "utf-8")
    found = said(
        machine.check_documents(patient(tmp_path, templates=folder)), FindingState.FAULT, f"{folder / 'removal.typ'}:2"
    )
    assert found.remedy == "CUSTODES_TEMPLATES"
    bare = Fonts(None)
    bare._files = {}
    monkeypatch.setattr("custodes.documents.trying.fonts", lambda folder: bare)
    assert "fonts-noto-cjk" in said(machine.check_documents(patient(tmp_path)), FindingState.FAULT, "中文字体").remedy


def test_a_machine_without_tibetan_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "families", lambda folder: ("Noto Serif CJK SC", "Noto Sans CJK SC", None))
    said(machine.check_documents(patient(tmp_path)), FindingState.ATTENTION, "藏文")
    monkeypatch.setattr(machine, "families", lambda folder: ("Noto Serif CJK SC", "Noto Sans CJK SC", "Jomolhari"))
    assert {one.state for one in machine.check_documents(patient(tmp_path))} == {FindingState.OK}


class _Notary:
    """Answers as told."""

    def __init__(self, answer: NotaryStatus | Exception) -> None:
        self.answer = answer

    def __call__(self, path: Path) -> _Notary:
        return self

    def __enter__(self) -> _Notary:
        return self

    def __exit__(self, *_: object) -> None: ...

    def status(self) -> NotaryStatus:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (NotaryStatus("o", 100, 90, True, "k"), FindingState.OK),
        (NotaryStatus("o", 100_000, 90, True, "k"), FindingState.FAULT),
        (NotaryUnavailable("away"), FindingState.FAULT),
    ],
)
def test_a_notary_that_is_away_or_signs_no_more_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: NotaryStatus | Exception, state: FindingState
) -> None:
    monkeypatch.setattr(evidence_log, "NotaryClient", _Notary(answer))
    assert worst(list(evidence_log.check_notary(patient(tmp_path)))) is state


def test_a_log_that_stands_still_is_a_fault_and_its_copy_belongs_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, copy = tmp_path / "ledger", tmp_path / "copy"
    ledger.mkdir()
    here = patient(tmp_path, checkpoint_copy=copy)
    said(evidence_log.check_checkpoints(here), FindingState.ATTENTION, "no checkpoint yet")
    said(evidence_log.check_checkpoints(here), FindingState.FAULT, str(copy))
    copy.mkdir()
    (ledger / "checkpoint").touch()
    os.utime(ledger / "checkpoint", (AT.timestamp(), AT.timestamp()))
    said(evidence_log.check_checkpoints(here), FindingState.OK, "grows")
    said(evidence_log.check_checkpoints(here), FindingState.ATTENTION, "same disk")
    said(evidence_log.check_checkpoints(here), FindingState.FAULT, "another log and take records out")
    said(evidence_log.check_checkpoints(patient(tmp_path, at=AT + DAY)), FindingState.FAULT, "not grown")
    alone = evidence_log.check_checkpoints(patient(tmp_path))
    said(alone, FindingState.FAULT, "another log and take records out")
    assert not [
        one
        for one in evidence_log.check_checkpoints(patient(tmp_path, training=True))
        if one.state is FindingState.FAULT
    ]
    monkeypatch.setattr(evidence_log, "held_elsewhere", lambda settings: True)
    said(evidence_log.check_checkpoints(patient(tmp_path)), FindingState.ATTENTION, "only a witness above")


@pytest.mark.parametrize(
    ("networks", "state"),
    [
        ("10.20.0.0/16", FindingState.OK),
        ("", FindingState.ATTENTION),
        ("0.0.0.0/0", FindingState.ATTENTION),
        ("8.8.0.0/16", FindingState.ATTENTION),
        ("127.0.0.0/8", FindingState.ATTENTION),
    ],
)
def test_networks_of_cameras_are_named_and_not_the_internet(tmp_path: Path, networks: str, state: FindingState) -> None:
    said(machine.check_cameras(patient(tmp_path, camera_networks=networks)), state)


def test_one_user_for_all_and_no_retention_are_named(tmp_path: Path) -> None:
    said(trust.check_separation(patient(tmp_path)), FindingState.ATTENTION, "one OS user")
    said(trust.check_separation(patient(tmp_path, notary_uid=1, web_uid=2, node_uid=3)), FindingState.OK)
    said(trust.check_separation(patient(tmp_path, notary_uid=1, web_uid=2, node_uid=2)), FindingState.ATTENTION)
    gateway: dict[str, Any] = {"notary_uid": 1, "web_uid": 2, "node_uid": 3, "gateway_id": "54010000002000000001"}
    said(trust.check_separation(patient(tmp_path, **gateway)), FindingState.ATTENTION, "gateway")
    said(trust.check_separation(patient(tmp_path, **gateway, gateway_uid=4)), FindingState.OK, "gateway")
    said(storage.check_retention(patient(tmp_path)), FindingState.OK, "30")
    said(storage.check_retention(patient(tmp_path, training=True)), FindingState.ATTENTION, "120")


def _window(*doubts: LossDoubt, seconds: float | None = 1.2) -> LossWindow:
    storage = Storage("ext4", frozenset(), ("sda",), ("write back",), False, Medium.DISK)
    return LossWindow(storage, 1.0, (0.01, 0.02, 0.05, 0.2), seconds, doubts)


def test_what_a_power_cut_costs_is_said_of_each_disk_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Path] = []

    def measure(folder: Path, *_: object) -> LossWindow:
        measured.append(folder)
        return _window()

    monkeypatch.setattr(storage, "measure_loss_window", measure)
    said(storage.check_powercut(patient(tmp_path)), FindingState.OK, "1.2", "200")
    assert measured == [tmp_path], "the footage is on the same disk"
    assert list(storage.check_powercut(patient(tmp_path, on_server=False))) == []


@pytest.mark.parametrize("doubt", list(LossDoubt))
def test_what_speaks_against_it_is_said_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doubt: LossDoubt
) -> None:
    monkeypatch.setattr(storage, "measure_loss_window", lambda *_: _window(doubt, seconds=None))
    state = FindingState.FAULT if doubt in storage.LOST else FindingState.ATTENTION
    found = said(storage.check_powercut(patient(tmp_path)), state, str(tmp_path))
    assert found.text("en") != found.text("zh-hans")


def test_a_backup_is_missed(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    note = tmp_path / "backups/last.json"
    said(storage.check_backup(patient(tmp_path)), FindingState.ATTENTION, "No backup")
    for content in ("", "{}", '{"at": 3}', '{"at": "2026-01-01"}', "[]"):
        note.write_text(content)
        said(storage.check_backup(patient(tmp_path)), FindingState.ATTENTION, "No backup")
    note.write_text(json.dumps({"at": (AT - DAY).isoformat()}))
    said(storage.check_backup(patient(tmp_path)), FindingState.OK, "24")
    said(storage.check_backup(patient(tmp_path, at=AT + 7 * DAY)), FindingState.ATTENTION, "8 days")


def test_administrators_without_a_second_factor_are_counted(cast: Cast, tmp_path: Path) -> None:
    said(trust.check_accounts(patient(tmp_path)), FindingState.OK)
    cast.auditor.account.authenticator_set.all().delete()
    said(trust.check_accounts(patient(tmp_path)), FindingState.ATTENTION, "1")
    assert cast.system_admin.post is not None
    cast.system_admin.post.delete()
    said(trust.check_accounts(patient(tmp_path)), FindingState.ATTENTION, "系统管理员", "System administrator")


def test_an_installation_of_one_administrator_is_told_why_nobody_sees_footage(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one is that was made, and upgraded, before two had to be enrolled."""
    monkeypatch.setattr(bootstrap, "_enrolled", False)
    Post.objects.filter(kind=PostKind.AUDIT_ADMIN).update(awaits=True)
    finding = said(trust.check_accounts(patient(tmp_path)), FindingState.FAULT, "录像不开放", "footage is closed")
    assert "custodes init --second" in finding.remedy


def test_a_platform_that_uppers_and_devices_know_by_two_ids_is_named_and_is_no_fault(
    cast: Cast, tmp_path: Path
) -> None:
    from custodes.sharing.models import Platform
    from tests.sharing.stage import OWN_ID, own

    assert list(processes.check_gateway(patient(tmp_path))) == [], "there is no gateway"
    assert list(processes.check_gateway(patient(tmp_path, gateway_id=OWN_ID))) == [], "nor a platform"
    own(cast)
    said(processes.check_gateway(patient(tmp_path, gateway_id=OWN_ID)), FindingState.OK)
    other = patient(tmp_path, gateway_id="54010000002000000009")
    finding = said(processes.check_gateway(other), FindingState.ATTENTION, OWN_ID, "都有应答", "both are answered")
    assert finding.remedy == f"CUSTODES_GATEWAY_ID={OWN_ID}"
    Platform.objects.create(
        office=cast.units["city"],
        role="own",
        gb_id="54010000002000000009",
        level="city",
        name="市平台",
        unit_name="市局",
    )
    said(processes.check_gateway(other), FindingState.OK)
    assert len(list(processes.check_gateway(other))) == 1, (
        "the platform of one office is the gateway's: another's has its own id"
    )


def test_a_check_that_fails_is_a_finding_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(patient: Examined) -> list[DoctorFinding]:
        raise OSError("disk on fire")

    monkeypatch.setattr(
        examination,
        "SUBJECTS",
        {"first": DoctorCheck("1", broken), "second": DoctorCheck("2", lambda patient: [ok("second", "fine")])},
    )
    findings = examine(patient(tmp_path))
    assert [(finding.subject, finding.state) for finding in findings] == [
        ("first", FindingState.FAULT),
        ("second", FindingState.OK),
    ]
    assert "OSError" in findings[0].text("en")


def test_the_page_shows_the_worst_first_and_how_to_mend_it(
    client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "answers", lambda url: False)
    monkeypatch.setattr(processes, "accepts", lambda host, port: True)
    page = client_of("system_admin").get(reverse("checkup"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "有故障" in text
    assert "ss -ltnp" in text
    assert text.index("有故障") < text.index("进程和端口")


@pytest.mark.django_db
def test_a_paper_without_its_bytes_is_a_fault_and_says_where_to_get_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from custodes.people.papers import store
    from custodes.people.papers.keeping import keep_paper
    from custodes.settings import get_settings
    from tests.people.papers.samples import pdf, upload

    monkeypatch.setattr(type(get_settings()), "papers_folder", property(lambda self: tmp_path / "papers"))
    paper = keep_paper(upload(pdf()), by=None, at=AT)
    said(storage.check_papers(patient(tmp_path)), FindingState.OK, "1")
    store.path_of(paper.sha256).unlink()
    said(storage.check_papers(patient(tmp_path)), FindingState.FAULT, "1")


@pytest.mark.parametrize("manager", ["systemd", "up", "neither"])
def test_what_to_do_is_a_command_that_this_machine_has(
    manager: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without systemd, `systemctl` and `journalctl` are no help."""
    monkeypatch.setattr(finding, "BOOTED", tmp_path)
    monkeypatch.setattr(finding, "UNITS", (tmp_path / "units",))
    one = patient(tmp_path)
    if manager == "systemd":
        (tmp_path / "units").mkdir()
        (tmp_path / "units/custodes.target").touch()
    elif manager == "up":
        (one.settings.data / "log").mkdir(parents=True)
        (one.settings.data / "log/notary.log").touch()
    [away] = evidence_log.check_notary(one)
    [alone] = [found for found in trust.check_separation(one) if found.state is FindingState.ATTENTION]
    assert (
        away.remedy
        == {
            "systemd": "systemctl status custodes-notary",
            "up": f"tail -n 20 {one.settings.data}/log/notary.log",
            "neither": "custodes up",
        }[manager]
    )
    assert ("systemd" in alone.remedy) == (manager == "systemd")
