"""Witnessing between levels: the witness that is run here, and those that cosign the own log."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.ledger.client import NotaryClient, NotaryRefused, NotaryUnavailable
from custodes.ledger.witnessed import LogsError, StateError, read_logs, read_rewound, read_state
from custodes.ledger.witnesses import read_witnesses
from custodes.web.doctor.finding import Finding, Patient, attention, fault, ok
from custodes.web.doctor.listening import accepts, reachable_host

SUBJECT = "witness"
STATUS = "systemctl status custodes-witness"
LATE = datetime.timedelta(minutes=15)


def check(patient: Patient) -> Iterator[Finding]:
    """Both directions; nothing is said where neither is arranged, but that."""
    yield from _below(patient)
    yield from _above(patient)


def _below(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    if not settings.witness_name:
        return
    try:
        logs = read_logs(settings.witness_folder / "logs")
    except LogsError as error:
        yield fault(SUBJECT, _("见证的日志文件有误：{error}"), f"ls -l {settings.witness_folder / 'logs'}", error=error)
        return
    if accepts(reachable_host(settings.witness_host), settings.witness_port):
        yield ok(
            SUBJECT, _("见证在端口 {port} 应答，见证 {count} 个下级日志。"), port=settings.witness_port, count=len(logs)
        )
    else:
        yield fault(SUBJECT, _("见证没有运行（端口 {port} 无人监听）。"), STATUS, port=settings.witness_port)
    yield from _rewound(patient)
    for log in logs.values():
        try:
            read_state(settings.witness_folder / "state", log.origin)
        except StateError as error:
            yield fault(SUBJECT, _("见证记录无法读取，不再联署：{error}"), STATUS, error=error)
        if log.certificate.not_valid_after_utc < patient.at + datetime.timedelta(days=30):
            yield attention(
                SUBJECT,
                _("{name} 的客户端证书将在三十日内到期。"),
                "custodes witness join",
                name=log.name,
            )


def _rewound(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    try:
        key = (settings.keys_folder / "public/witness.vkey").read_text(encoding="utf-8").strip()
        found = read_rewound(settings.witness_folder / "evidence", key)
    except OSError:
        yield fault(SUBJECT, _("见证还没有密钥。"), "custodes init")
    except StateError as error:
        yield fault(SUBJECT, _("见证记录无法读取，不再联署：{error}"), STATUS, error=error)
    else:
        if found is not None:
            yield fault(
                SUBJECT,
                _("见证被退回到较早的状态（曾联署 {signed} 条，只记得 {kept} 条），已停止联署；须更换见证密钥。"),
                "custodes rotate witness",
                signed=found.signed,
                kept=found.kept,
            )


def _above(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    try:
        witnesses = read_witnesses(settings.witnesses_folder)
    except LogsError as error:
        yield fault(SUBJECT, _("上级见证的文件有误：{error}"), f"ls -l {settings.witnesses_folder}", error=error)
        return
    if not witnesses:
        if not settings.training:
            yield attention(
                SUBJECT,
                _("没有上级见证联署本日志：掌握本机全部密钥的人可以另造一份日志。"),
                "custodes witness join",
            )
        return
    try:
        with NotaryClient(settings.notary_socket_path) as notary:
            status = notary.status()
    except (NotaryUnavailable, NotaryRefused):
        return  # said by `notary.py`
    for one in status.cosigned:
        at = datetime.datetime.fromtimestamp(one.at, datetime.UTC)
        if one.size < status.checkpoint_size and patient.at - at > LATE:
            yield fault(
                SUBJECT,
                _("见证 {name} 没有联署最近的检查点。"),
                "journalctl -u custodes-web | grep witness",
                name=one.name,
            )
        else:
            yield ok(SUBJECT, _("见证 {name} 已联署 {size} 条。"), name=one.name, size=one.size)
