"""Probing an address on trial: rate-limited for each person, run on the node, and recorded whatever comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from custodes.people.models import Person
from custodes.places.devices.stepwords import step_words
from custodes.places.doubts import SpotRefused, check_spot
from custodes.places.models import CONNECTABLE, Camera, Probe, TrialAddress
from custodes.places.node_answers import ProbeResult
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client
from custodes.places.register import record_change


def grouped(fingerprint: str) -> str:
    """`fingerprint` (64 hex digits) in groups, so that the eye finds its place again."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)).upper()


PROBES_PER_MINUTE = 6
"""One person's probes in a minute; the node has a limit of its own for all persons together."""

FRESH_SECONDS = 60
"""How long a probe stands for this attempt: the node keeps its key frame as long (wire.md §3)."""

ADOPT_SECONDS = 600
"""How long a successful probe allows the address to be adopted."""

FAILURES: dict[str, tuple[Promise, Promise]] = {
    "not_allowed": (
        _("该地址不在允许接入的网络范围内"),
        _("请核对地址；确需接入的，由系统管理员调整允许的网络（CUSTODES_CAMERA_NETWORKS）。"),
    ),
    "loopback": (
        _("该地址是媒体节点本机"),
        _("只有训练装置接入本机上的模拟设备；正式装置请填写设备在摄像机网络中的地址。"),
    ),
    "name": (_("主机名无法解析"), _("请核对主机名，或者改填 IP 地址。")),
    "refused": (_("设备拒绝连接"), _("请核对端口和传输方式，并确认设备的视频服务已开启。")),
    "timeout": (_("设备没有应答"), _("请核对地址，检查设备供电和网络。")),
    "password": (_("登录名或者密码不正确"), _("请重新填写登录名和密码。多次错误可能使设备锁定。")),
    "path": (_("设备上没有该码流"), _("请核对地址中的路径。")),
    "codec": (_("码流编码不支持"), _("请在设备上改为 H.264 或者 H.265；只有 Motion JPEG 的，可以在地址页允许转码。")),
    "protocol": (_("设备应答不符合协议"), _("请确认该地址是所填协议的视频服务。")),
    "certificate": (_("设备证书未经确认"), _("请与设备上显示的证书指纹核对，一致的再确认。")),
    "busy": (_("媒体节点正在检测其他地址"), _("请稍后再试。")),
    "node": (_("媒体节点没有应答"), _("请由系统管理员检查媒体节点是否运行。")),
    "rate": (_("检测过于频繁"), _("请一分钟后再试。")),
    "onvif": (
        _("该主机没有 ONVIF 服务，或者应答不符合 ONVIF"),
        _("请在设备上开启 ONVIF 并核对端口，或者改用地址模板、手工填写。"),
    ),
    "onvif_port": (_("设备拒绝连接"), _("请核对 ONVIF 端口（常见的有 80、8000、8080），并确认设备已开启 ONVIF。")),
    "ntp": (_("设备由 NTP 服务器校时，未作更改"), _("请在设备上核对 NTP 服务器是否可用。")),
    "clock": (_("媒体节点自身的时钟未同步，未作更改"), _("请由系统管理员先检查媒体节点的校时。")),
    "stage": (
        _("系统尚未施工，或者已经拆除、不再建设，不能接入点位"),
        _("请先在系统页面办理立项、设计、施工；施工开始后可以接入，试运行开始后录像。"),
    ),
    "spot": (
        _("该点位待核对，或者已认定禁止安装"),
        _("描述涉及禁止安装的部位，须由公安机关或者审批人核对后才能检测、接入（第十条、条例第八条）。"),
    ),
    "right": (_("发起检测的人员已无权维护该系统"), _("请由现任系统管理人重新发起检测。")),
}


@dataclass(frozen=True)
class ProbeFailure:
    """What failed and what to do, in words for the page."""

    reason: Promise
    remedy: Promise


def failure_words(failure: str) -> ProbeFailure:
    """The words for a probe's failure code; of a channel of GB/T 28181 it is a step, ``gb:STEP``."""
    step = step_words(failure)
    if step is not None:
        return ProbeFailure(step.reason, step.remedy)
    return ProbeFailure(*FAILURES.get(failure, (_("检测未成功"), _("请核对地址后再试。"))))


def probe_trial(camera: Camera, trial: TrialAddress, person: Person, at: datetime, *, in_batch: bool = False) -> Probe:
    """Probe the address on trial and keep what came of it.

    Args:
        in_batch: one of many that the web tries at a pace of its own (`places.bulk.probing`).
    """
    if camera.system.state not in CONNECTABLE:
        result = ProbeResult(ok=False, failure="stage")
    elif not in_batch and too_often(person, at):
        result = ProbeResult(ok=False, failure="rate")
    elif not _spot_allows(camera, person, at):
        result = ProbeResult(ok=False, failure="spot")
    else:
        result = _ask_node(camera, trial)
    probe = Probe.objects.create(
        camera=camera.pk,
        person=person,
        system=camera.system,
        at=at,
        address=trial.digest,
        ok=result.ok,
        failure=result.failure[:32],
        detail=result.detail[:300],
        codec=result.codec[:16],
        width=max(0, result.width),
        height=max(0, result.height),
        frame_rate=max(0.0, result.frame_rate),
        bitrate=max(0, result.bitrate),
        certificate=result.certificate[:64],
        in_batch=in_batch,
    )
    if result.failure != "rate":
        outcome = "ok" if result.ok else result.failure
        record_change(person, "places.probe", str(camera.pk), {"result": [None, outcome]}, at)
    return probe


def _spot_allows(camera: Camera, person: Person, at: datetime) -> bool:
    """A probe keeps a picture: none is taken where it is not known that one may be."""
    try:
        check_spot(camera, person, at)
    except SpotRefused:
        return False
    return True


def too_often(person: Person, at: datetime) -> bool:
    """Whether the person has probed as often as one may in a minute."""
    recent = Probe.objects.filter(person=person, in_batch=False, at__gt=at - timedelta(minutes=1))
    return recent.count() >= PROBES_PER_MINUTE


def last_probe(camera: Camera, trial: TrialAddress) -> Probe | None:
    """The latest probe of exactly this address, login and password."""
    return Probe.objects.filter(camera=camera.pk, address=trial.digest).exclude(failure="rate").first()


def fresh_probe(camera: Camera, trial: TrialAddress, at: datetime) -> Probe | None:
    """The successful probe of exactly this address by which it may be adopted at `at`; None when there is none."""
    if camera.system.state not in CONNECTABLE:
        return None
    probe = last_probe(camera, trial)
    fresh = probe is not None and probe.ok and probe.at > at - timedelta(seconds=ADOPT_SECONDS)
    return probe if fresh else None


def _ask_node(camera: Camera, trial: TrialAddress) -> ProbeResult:
    client = worker_client(camera.node, camera.worker)
    try:
        return client.probe(
            *(camera.pk, trial.main_url, trial.username, trial.sealed_password),
            transport=trial.transport,
            certificate=trial.certificate,
            reencode=trial.reencode,
        )
    except NodeBusy:
        return ProbeResult(ok=False, failure="busy")
    except NodeUnreachable:
        return ProbeResult(ok=False, failure="node")
