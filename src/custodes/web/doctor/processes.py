"""Whether the processes answer, and whether the gateway is what its platforms and its neighbours' certificates say it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from custodes.sharing.links import certificates
from custodes.sharing.links.certificates import SOON
from custodes.sharing.models import Platform, PlatformRole
from custodes.sharing.models.link import Link, LinkState
from custodes.tls.names import url_host
from custodes.tls.pinned import gateway_statements
from custodes.tls.reading import read
from custodes.web.doctor.finding import DoctorFinding, Examined, attention, fault, ok
from custodes.web.doctor.listening import accepts, answers, reachable_host

GATEWAY = "gateway"


def check_gateway(patient: Examined) -> Iterator[DoctorFinding]:
    """An upper calls the own platform of its link, devices the gateway: each is answered, but one platform has one id (GB/T 28181 Annex D)."""
    own_id = patient.settings.gateway_id
    if not own_id:
        return
    rows = list(Platform.objects.filter(role=PlatformRole.OWN).order_by("gb_id"))
    same = any(row.gb_id == own_id for row in rows)
    for row in () if same else rows:
        yield attention(
            GATEWAY,
            _(
                "“{name}”登记的平台编码 {own} 与国标网关的编码 {gateway} 不同：上级平台使用前者，设备和下级平台使用后者。两者都有应答，请核对是否确需不同。"
            ),
            f"CUSTODES_GATEWAY_ID={row.gb_id}",
            name=row.name,
            own=row.gb_id,
            gateway=own_id,
        )
    if same:
        yield ok(GATEWAY, _("国标网关的编码与登记的本级平台相同。"))
    unable = sum(not link.sealed_password for link in _uppers())
    if unable and not patient.settings.training:
        yield attention(
            GATEWAY,
            _("有 {count} 个已启用的上级平台联网没有登记密码，国标网关不能注册。"),
            "/sharing/links/",
            count=unable,
        )

    yield from _statements(patient)


def _statements(patient: Examined) -> Iterator[DoctorFinding]:
    """Whether who asks, and why, can be said below and heard from above (wire.md §9)."""
    between = Link.objects.filter(state=LinkState.IN_FORCE, platform__custodes=True).select_related("platform")
    for link in between.filter(platform__role=PlatformRole.LOWER).order_by("number"):
        assert link.platform is not None
        if not link.platform.statements_url or not link.platform.statements_certificate:
            yield attention(
                GATEWAY,
                _(
                    "下级平台“{name}”使用本系统，但没有登记事由说明接口的地址或者证书：查阅、下载录像和云台控制会被对方拒绝。请向对方索取后填写。"
                ),
                f"/sharing/platforms/{link.platform_id}/",
                name=link.platform.name,
            )
    uppers = between.filter(platform__role=PlatformRole.UPPER).exclude(platform__statements_certificate="")
    port = patient.settings.gateway_statements_port
    if not port and (count := uppers.count()):
        yield attention(
            GATEWAY,
            _(
                "已登记 {count} 个上级平台的事由说明接口证书，但本机没有设置接收端口：上级的查阅、下载录像和云台控制会被拒绝。"
            ),
            "CUSTODES_GATEWAY_STATEMENTS_PORT=8443",
            count=count,
        )
    own = gateway_statements(patient.settings.keys_folder).cert
    if (port or between.exists()) and not own.exists():
        yield attention(
            GATEWAY,
            _("国标网关没有向上下级平台说明调用人员和事由的证书。"),
            "custodes init",
        )
    elif between.exists():
        yield from _statements_ending(own, patient.at)
    following = certificates.next_one()
    if following is not None:
        yield attention(
            GATEWAY,
            _("说明通道的新证书自 {day} 起等待启用，还有 {count} 个平台没有登记。"),
            "custodes rotate gateway-statements",
            day=f"{localdate(following.since):%Y-%m-%d}",
            count=certificates.owed(following).count(),
        )


def _statements_ending(path: Path, at: datetime) -> Iterator[DoctorFinding]:
    """Said as early as on the pages: two offices have to act (decision 0381)."""
    try:
        left = read(path).ends - at
    except (OSError, ValueError):
        yield fault(GATEWAY, _("证书 {path} 无法读取。"), "ls -l keys/public", path=path.name)
        return
    if left <= timedelta(0):
        words = _("说明通道证书 {path} 已经到期，上下级平台不再受理说明。")
        yield fault(GATEWAY, words, "custodes rotate gateway-statements", path=path.name)
    elif left <= SOON:
        words = _("说明通道证书 {path} 还有 {days} 日到期。")
        yield attention(GATEWAY, words, "custodes rotate gateway-statements", path=path.name, days=left.days)


def _uppers() -> Iterator[Link]:
    yield from Link.objects.filter(state=LinkState.IN_FORCE, platform__role=PlatformRole.UPPER)


PORTS = "ports"


def check_ports(patient: Examined) -> Iterator[DoctorFinding]:
    """The web's port, one a worker, and the gateway's where there is one."""
    settings = patient.settings
    places = [(_("网页服务"), "web", settings.web_host, settings.web_port, "/health/")]
    places += [
        (_("媒体节点"), "node", settings.node_host, settings.node_port + worker, "/healthz")
        for worker in range(settings.worker_count)
    ]
    if settings.gateway_id:
        places.append((_("国标网关"), "gateway", settings.gateway_host, settings.gateway_port, "/healthz"))
    for name, server, listens, port, path in places:
        host = reachable_host(listens)
        scheme = "http" if settings.tls_of(server) is None else "https"
        if answers(f"{scheme}://{url_host(host)}:{port}{path}"):
            yield ok(PORTS, _("{name}在端口 {port} 应答。"), name=name, port=port)
        elif accepts(host, port):
            yield fault(
                PORTS,
                _("端口 {port} 被占用，或者{name}没有正常应答。"),
                f"ss -ltnp 'sport = :{port}'",
                name=name,
                port=port,
            )
        else:
            yield attention(PORTS, _("{name}没有运行（端口 {port} 无人监听）。"), "custodes up", name=name, port=port)
    if settings.gateway_id and not settings.training and ipaddress.ip_address(settings.gateway_sip_host).is_loopback:
        yield attention(
            PORTS, _("国标网关的 SIP 只监听本机，其他机器上的设备无法注册。"), "CUSTODES_GATEWAY_SIP_HOST=…"
        )
