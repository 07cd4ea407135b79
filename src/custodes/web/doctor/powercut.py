"""What a power cut may cost on each disk of this machine: measured, and what speaks against the measure (invariant 4)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from custodes.video.losswindow import Doubt, LossWindow, measure_loss_window
from custodes.web.doctor.finding import Finding, Patient, attention, fault, ok

SUBJECT = "powercut"
LOST = frozenset({Doubt.MEMORY, Doubt.NO_BARRIERS})
"""Doubts with which nothing is promised at all."""
_WORDS = {
    Doubt.MEMORY: _("{path} 在内存中，断电后全部丢失。"),
    Doubt.NETWORK: _("{path} 在另一台机器上：对方已应答而未写盘的部分，会随其断电丢失。"),
    Doubt.OVERLAY: _("{path} 在容器的可写层中：数据和录像应当放在各自的卷上。"),
    Doubt.VIRTUAL: _(
        "{path} 在虚拟磁盘上：写盘指令是否到达硬盘由宿主机决定，请将其缓存模式设为 none 或者 writethrough。"
    ),
    Doubt.NO_BARRIERS: _("{path} 所在文件系统关闭了写屏障，写盘指令到不了硬盘；请去掉挂载选项 nobarrier。"),
    Doubt.WRITE_THROUGH: _(
        "系统认为 {path} 所在硬盘的缓存是直写，不向其发送写盘指令；请确认硬盘或者控制器断电后能保住缓存。"
    ),
    Doubt.TOO_FAST: _("{path} 所在机械硬盘写盘过快，应答的是缓存；请确认其断电后不丢失（电池、电容），或者关闭缓存。"),
    Doubt.TOO_SLOW: _("{path} 写盘过慢，断电时除正在写入的片段外可能丢失两秒以上。"),
    Doubt.UNKNOWN: _("系统没有说明 {path} 在哪块硬盘上。"),
}


def check(patient: Patient) -> Iterator[Finding]:
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
            continue  # that it is not there, or can't be written, is for `disks` to say
        yield from _said(path, found)


def _said(path: Path, found: LossWindow) -> Iterator[Finding]:
    if found.seconds is not None:
        yield ok(
            SUBJECT,
            _("{path}：断电时除正在写入的片段外，最多丢失 {seconds} 秒（写盘最慢 {slowest} 毫秒）。"),
            path=path,
            seconds=f"{found.seconds:.1f}",
            slowest=round(found.flush_seconds[3] * 1000),
        )
    for doubt in found.doubts:
        say = fault if doubt in LOST else attention
        yield say(SUBJECT, _WORDS[doubt], f"findmnt -T {path}", path=path)
