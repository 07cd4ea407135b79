"""Where footage and records lie: disks, what a power cut may cost on them (invariant 4), how long they last, back-ups and papers."""

from __future__ import annotations

import datetime
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from custodes.backupnote import last_made
from custodes.people.models import Paper
from custodes.people.papers.store import path_of
from custodes.upkeep.health import forecasts
from custodes.upkeep.models.status import STALE
from custodes.video.archive.volume import VolumeRefused, read_identity
from custodes.video.losswindow import LossDoubt, LossWindow, measure_loss_window
from custodes.web.doctor.finding import DoctorFinding, Examined, attention, fault, ok, status_of

POWERCUT = "powercut"
LOST = frozenset({LossDoubt.MEMORY, LossDoubt.NO_BARRIERS})
"""Doubts with which nothing is promised at all."""
_DOUBT_WORDS = {
    LossDoubt.MEMORY: _("{path} 在内存中，断电后全部丢失。"),
    LossDoubt.NETWORK: _("{path} 在另一台机器上：对方已应答而未写盘的部分，会随其断电丢失。"),
    LossDoubt.OVERLAY: _("{path} 在容器的可写层中：数据和录像应当放在各自的卷上。"),
    LossDoubt.VIRTUAL: _(
        "{path} 在虚拟磁盘上：写盘指令是否到达硬盘由宿主机决定，请将其缓存模式设为 none 或者 writethrough。"
    ),
    LossDoubt.NO_BARRIERS: _("{path} 所在文件系统关闭了写屏障，写盘指令到不了硬盘；请去掉挂载选项 nobarrier。"),
    LossDoubt.WRITE_THROUGH: _(
        "系统认为 {path} 所在硬盘的缓存是直写，不向其发送写盘指令；请确认硬盘或者控制器断电后能保住缓存。"
    ),
    LossDoubt.TOO_FAST: _(
        "{path} 所在机械硬盘写盘过快，应答的是缓存；请确认其断电后不丢失（电池、电容），或者关闭缓存。"
    ),
    LossDoubt.TOO_SLOW: _("{path} 写盘过慢，断电时除正在写入的片段外可能丢失两秒以上。"),
    LossDoubt.UNKNOWN: _("系统没有说明 {path} 在哪块硬盘上。"),
}


def check_powercut(patient: Examined) -> Iterator[DoctorFinding]:
    """The data folder's disk and those of the volumes, each once; only who is on the machine may write there to measure."""
    if not patient.on_server:
        return
    seen = set()
    for path in (patient.settings.data, *patient.settings.volume_paths):
        try:
            device = os.stat(path).st_dev
            if device in seen:
                continue
            seen.add(device)
            found = measure_loss_window(path, patient.settings.sync_seconds, time.monotonic)
        except OSError:
            continue  # that it is not there, or can't be written, is for `check_disks` to say
        yield from _power_cut_said(path, found)


def _power_cut_said(path: Path, found: LossWindow) -> Iterator[DoctorFinding]:
    if found.seconds is not None:
        yield ok(
            POWERCUT,
            _("{path}：断电时除正在写入的片段外，最多丢失 {seconds} 秒（写盘最慢 {slowest} 毫秒）。"),
            path=path,
            seconds=f"{found.seconds:.1f}",
            slowest=round(found.flush_seconds[3] * 1000),
        )
    for doubt in found.doubts:
        say = fault if doubt in LOST else attention
        yield say(POWERCUT, _DOUBT_WORDS[doubt], f"findmnt -T {path}", path=path)


FORECAST = "forecast"


def check_forecast(patient: Examined) -> Iterator[DoctorFinding]:
    """Each volume of each node, as its workers last reported."""
    settings = patient.settings
    if settings.training:
        return
    for volume in forecasts(settings.volume_cap_bytes > 0):
        name = f"{volume.node.name}/{volume.name}"
        if patient.at - volume.at > STALE:
            yield attention(FORECAST, _("存储卷 {name} 没有新的上报。"), status_of(patient, "node"), name=name)
            continue
        for state in volume.faults:
            yield fault(FORECAST, _("存储卷 {name}：{state}。"), "custodes volumes list", name=name, state=state)
        if volume.braked:
            yield fault(FORECAST, _("存储卷 {name} 的到期删除已暂停，等待人工决定。"), "custodes purge", name=name)
        if volume.under_floor(settings.retention_days):
            yield fault(
                FORECAST,
                _("存储卷 {name} 按现在的写入速度容不下 {days} 日（第三十二条）。"),
                "CUSTODES_VOLUMES=…,/mnt/more",
                name=name,
                days=settings.retention_days,
            )
        elif volume.days_held is not None:
            yield ok(
                FORECAST,
                _("存储卷 {name} 按现在的写入速度共可存储 {days} 日。"),
                name=name,
                days=int(volume.days_held),
            )


RETENTION = "retention"


def check_retention(patient: Examined) -> Iterator[DoctorFinding]:
    """Under 30 days the settings themselves refuse; a training installation is named as what it is."""
    settings = patient.settings
    if settings.training:
        yield attention(
            RETENTION, _("训练装置：录像只留存 {minutes} 分钟，不得接入真实摄像机。"), "CUSTODES_TRAINING=false",
            minutes=settings.training_retention_minutes,
        )  # fmt: skip
    else:
        yield ok(RETENTION, _("录像留存 {days} 日（第三十二条）。"), days=settings.retention_days)


BACKUP = "backup"
BACK_UP = "custodes backup"


def check_backup(patient: Examined) -> Iterator[DoctorFinding]:
    """Its age."""
    at, every = last_made(patient.settings.data), patient.settings.backup_every_days
    if patient.settings.training or not every:
        return
    if at is None:
        yield attention(BACKUP, _("没有备份的记录：数据库和存证日志应当每天备份到其他磁盘。"), BACK_UP)
    elif patient.at - at > datetime.timedelta(days=every):
        yield attention(BACKUP, _("最近一次备份在 {days} 日前。"), BACK_UP, days=(patient.at - at).days)
    else:
        yield ok(BACKUP, _("最近一次备份在 {hours} 小时前。"), hours=int((patient.at - at).total_seconds() // 3600))


PAPERS = "papers"


def check_papers(patient: Examined) -> Iterator[DoctorFinding]:
    """Existence and size of each; its hash is checked whenever it is read."""
    known = lacking = 0
    for sha256, size in Paper.objects.order_by().values_list("sha256", "size").distinct().iterator():
        known += 1
        try:
            lacking += path_of(sha256).stat().st_size != size
        except FileNotFoundError:
            lacking += 1
    if lacking:
        yield fault(
            PAPERS,
            _("{lacking} 份材料的内容缺失或者长度不符（共 {known} 份）。"),
            f"custodes restore BACKUP --into FOLDER && cp -an FOLDER/papers/. {patient.settings.papers_folder}/",
            lacking=lacking,
            known=known,
        )
    else:
        yield ok(PAPERS, _("{known} 份材料都在。"), known=known)


DISKS = "disks"
#: A file system with fewer free inodes than this soon takes no new segment, however many bytes are free.
LOW_INODES = 10_000
DATA_FREE_BYTES = 1 << 30


def check_disks(patient: Examined) -> Iterator[DoctorFinding]:
    """The disks of this machine; the web's own user can't look into the volumes."""
    yield from _data(patient)
    if patient.on_server:
        for path in patient.settings.volume_paths:
            yield from _volume(patient, path)


def _data(patient: Examined) -> Iterator[DoctorFinding]:
    data = patient.settings.data
    free = shutil.disk_usage(data).free
    if free < DATA_FREE_BYTES:
        yield fault(
            DISKS,
            _("数据目录所在磁盘只剩 {free} MiB，数据库和存证日志即将无法写入。"),
            f"df -h {data}",
            free=free >> 20,
        )
    else:
        yield ok(DISKS, _("数据目录所在磁盘可用 {free} GiB。"), free=free >> 30)


def _volume(patient: Examined, path: Path) -> Iterator[DoctorFinding]:
    settings = patient.settings
    if not path.exists():
        yield attention(DISKS, _("存储卷 {path} 还没有建立：媒体节点第一次启动时建立。"), "custodes up", path=path)
        return
    try:
        read_identity(path)
        room = os.statvfs(path)
    except (VolumeRefused, OSError):
        yield fault(DISKS, _("存储卷 {path} 没有身份文件，或者不可读：可能没有挂载。"), f"findmnt -T {path}", path=path)
        return
    free = room.f_bavail * room.f_frsize
    if free <= settings.volume_reserve_bytes:
        yield fault(
            DISKS, _("存储卷 {path} 已满，录像已停止；未到期的录像不会删除。"), "custodes volumes list", path=path
        )
    elif room.f_files > 0 and room.f_favail < LOW_INODES:
        yield attention(DISKS, _("存储卷 {path} 的文件数即将用尽。"), f"df -i {path}", path=path)
    else:
        yield ok(DISKS, _("存储卷 {path} 身份相符，可用 {free} GiB。"), path=path, free=free >> 30)
    if not settings.training and path.stat().st_dev == settings.data.stat().st_dev:
        yield attention(
            DISKS,
            _("存储卷 {path} 与数据库在同一块磁盘：磁盘损坏时录像和记录会一起丢失。"),
            "CUSTODES_VOLUMES=/mnt/footage",
            path=path,
        )
