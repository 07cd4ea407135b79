"""The evidence log: its notary, that its checkpoints grow and are held elsewhere, and the witnesses of both directions."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from custodes.ledger.client import NotaryClient, NotaryRefused, NotaryUnavailable
from custodes.ledger.witnessed import LogsError, StateError, read_logs, read_rewound, read_state, read_witnesses
from custodes.upkeep.alarms.conditions.notary import held_elsewhere
from custodes.web.doctor.finding import DoctorFinding, Examined, attention, fault, ok, status_of
from custodes.web.doctor.listening import accepts, reachable_host

CHECKPOINTS = "checkpoints"
CHECKPOINT = "checkpoint"


def check_checkpoints(patient: Examined) -> Iterator[DoctorFinding]:
    """The age of the last checkpoint, which a heartbeat renews even while nothing happens, and the copy."""
    yield from _growing(patient)
    yield from _copy(patient)


def _growing(patient: Examined) -> Iterator[DoctorFinding]:
    settings = patient.settings
    age = _age(settings.ledger_folder / CHECKPOINT, patient.at)
    limit = datetime.timedelta(seconds=2 * settings.heartbeat_seconds + settings.checkpoint_seconds)
    if age is None:
        yield attention(CHECKPOINTS, _("存证日志还没有检查点。"), status_of(patient, "notary"))
    elif age > limit:
        minutes = int(age.total_seconds() // 60)
        yield fault(
            CHECKPOINTS, _("存证日志已有 {minutes} 分钟没有增长。"), status_of(patient, "notary"), minutes=minutes
        )
    else:
        yield ok(CHECKPOINTS, _("存证日志在增长，最近的检查点在 {seconds} 秒前。"), seconds=int(age.total_seconds()))


def _copy(patient: Examined) -> Iterator[DoctorFinding]:
    settings = patient.settings
    folder = settings.checkpoint_copy
    if not settings.training and not held_elsewhere(settings):
        yield fault(
            CHECKPOINTS,
            _("检查点没有上级见证，也没有另存到其他磁盘：掌握本机的人可以另造一份日志、抽掉记录而不被发现。"),
            "CUSTODES_CHECKPOINT_COPY=/mnt/elsewhere",
        )
    elif folder is None and not settings.training:
        yield attention(
            CHECKPOINTS, _("检查点没有另存到其他磁盘，只有上级见证记得它。"), "CUSTODES_CHECKPOINT_COPY=/mnt/elsewhere"
        )
    if folder is None:
        return
    try:
        same = folder.stat().st_dev == settings.ledger_folder.stat().st_dev
        newest = max((path.stat().st_mtime for path in folder.iterdir()), default=None)
    except OSError:
        if patient.on_server:
            yield fault(CHECKPOINTS, _("检查点副本目录 {path} 不可用。"), f"ls -ld {folder}", path=folder)
        return
    if same:
        yield attention(
            CHECKPOINTS,
            _("检查点副本与存证日志在同一块磁盘。"),
            "CUSTODES_CHECKPOINT_COPY=/mnt/elsewhere",
        )
    elif newest is None or patient.at.timestamp() - newest > 4 * settings.heartbeat_seconds:
        yield fault(CHECKPOINTS, _("检查点副本目录 {path} 没有新的副本。"), f"ls -l {folder}", path=folder)
    else:
        yield ok(CHECKPOINTS, _("检查点副本在另一块磁盘上，是新的。"))


def _age(path: Path, at: datetime.datetime) -> datetime.timedelta | None:
    try:
        return at - datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
    except OSError:
        return None


WITNESS = "witness"
COSIGNED_LATE = datetime.timedelta(minutes=15)


def check_witness(patient: Examined) -> Iterator[DoctorFinding]:
    """Both directions; nothing is said where neither is arranged, but that."""
    yield from _below(patient)
    yield from _above(patient)


def _below(patient: Examined) -> Iterator[DoctorFinding]:
    settings = patient.settings
    if not settings.witness_name:
        return
    try:
        logs = read_logs(settings.witness_folder / "logs")
    except LogsError as error:
        yield fault(WITNESS, _("见证的日志文件有误：{error}"), f"ls -l {settings.witness_folder / 'logs'}", error=error)
        return
    if accepts(reachable_host(settings.witness_host), settings.witness_port):
        yield ok(
            WITNESS, _("见证在端口 {port} 应答，见证 {count} 个下级日志。"), port=settings.witness_port, count=len(logs)
        )
    else:
        yield fault(
            WITNESS,
            _("见证没有运行（端口 {port} 无人监听）。"),
            status_of(patient, WITNESS),
            port=settings.witness_port,
        )
    yield from _rewound(patient)
    for log in logs.values():
        try:
            read_state(settings.witness_folder / "state", log.origin)
        except StateError as error:
            yield fault(WITNESS, _("见证记录无法读取，不再联署：{error}"), status_of(patient, WITNESS), error=error)
        if log.certificate.not_valid_after_utc < patient.at + datetime.timedelta(days=30):
            yield attention(
                WITNESS,
                _("{name} 的客户端证书将在三十日内到期。"),
                "custodes witness join",
                name=log.name,
            )


def _rewound(patient: Examined) -> Iterator[DoctorFinding]:
    settings = patient.settings
    try:
        key = (settings.keys_folder / "public/witness.vkey").read_text(encoding="utf-8").strip()
        found = read_rewound(settings.witness_folder / "evidence", key)
    except OSError:
        yield fault(WITNESS, _("见证还没有密钥。"), "custodes init")
    except StateError as error:
        yield fault(WITNESS, _("见证记录无法读取，不再联署：{error}"), status_of(patient, WITNESS), error=error)
    else:
        if found is not None:
            yield fault(
                WITNESS,
                _("见证被退回到较早的状态（曾联署 {signed} 条，只记得 {kept} 条），已停止联署；须更换见证密钥。"),
                "custodes rotate witness",
                signed=found.signed,
                kept=found.kept,
            )


def _above(patient: Examined) -> Iterator[DoctorFinding]:
    settings = patient.settings
    try:
        witnesses = read_witnesses(settings.witnesses_folder)
    except LogsError as error:
        yield fault(WITNESS, _("上级见证的文件有误：{error}"), f"ls -l {settings.witnesses_folder}", error=error)
        return
    if not witnesses:
        if not settings.training:
            yield attention(
                WITNESS,
                _("没有上级见证联署本日志：掌握本机全部密钥的人可以另造一份日志。"),
                "custodes witness join",
            )
        return
    try:
        with NotaryClient(settings.notary_socket_path) as notary:
            status = notary.status()
    except (NotaryUnavailable, NotaryRefused):
        return  # said by `check_notary`
    for one in status.cosigned:
        at = datetime.datetime.fromtimestamp(one.at, datetime.UTC)
        if one.size < status.checkpoint_size and patient.at - at > COSIGNED_LATE:
            yield fault(
                WITNESS,
                _("见证 {name} 没有联署最近的检查点。"),
                status_of(patient, "web", "witness"),
                name=one.name,
            )
        else:
            yield ok(WITNESS, _("见证 {name} 已联署 {size} 条。"), name=one.name, size=one.size)


NOTARY = "notary"


def check_notary(patient: Examined) -> Iterator[DoctorFinding]:
    """Its own word."""
    settings = patient.settings
    try:
        with NotaryClient(settings.notary_socket_path) as notary:
            status = notary.status()
    except NotaryUnavailable:
        yield fault(NOTARY, _("存证服务无法连接：此时不能准予任何查看。"), status_of(patient, NOTARY))
        return
    except NotaryRefused:
        # Root and other users may not ask; that it refuses them is as it should be.
        yield ok(NOTARY, _("存证服务在运行，只应答指定的系统用户。"))
        return
    yield ok(NOTARY, _("存证服务可用，共 {size} 条。"), size=status.size)
    if status.size - status.checkpoint_size > 4 * settings.checkpoint_entries:
        yield fault(
            NOTARY,
            _("有 {count} 条记录没有被检查点涵盖。"),
            status_of(patient, NOTARY),
            count=status.size - status.checkpoint_size,
        )
