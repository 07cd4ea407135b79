"""Whether uppers and devices know the gateway by one id, and whether it can register above (S22)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from custodes.sharing.links import renewing
from custodes.sharing.links.certificates import SOON
from custodes.sharing.models import Platform, PlatformRole
from custodes.sharing.models.link import Link, LinkState
from custodes.tls.pinned import gateway_statements
from custodes.tls.reading import read
from custodes.web.doctor.finding import Finding, Patient, attention, fault, ok

SUBJECT = "gateway"


def check(patient: Patient) -> Iterator[Finding]:
    """An upper calls the own platform of its link, devices the gateway: each is answered, but one platform has one id (GB/T 28181 Annex D)."""
    own_id = patient.settings.gateway_id
    if not own_id:
        return
    rows = list(Platform.objects.filter(role=PlatformRole.OWN).order_by("gb_id"))
    same = any(row.gb_id == own_id for row in rows)
    for row in () if same else rows:
        yield attention(
            SUBJECT,
            _(
                "“{name}”登记的平台编码 {own} 与国标网关的编码 {gateway} 不同：上级平台使用前者，设备和下级平台使用后者。两者都有应答，请核对是否确需不同。"
            ),
            f"CUSTODES_GATEWAY_ID={row.gb_id}",
            name=row.name,
            own=row.gb_id,
            gateway=own_id,
        )
    if same:
        yield ok(SUBJECT, _("国标网关的编码与登记的本级平台相同。"))
    unable = sum(not link.sealed_password for link in _uppers())
    if unable and not patient.settings.training:
        yield attention(
            SUBJECT,
            _("有 {count} 个已启用的上级平台联网没有登记密码，国标网关不能注册。"),
            "/sharing/links/",
            count=unable,
        )

    yield from _statements(patient)


def _statements(patient: Patient) -> Iterator[Finding]:
    """Whether who asks, and why, can be said below and heard from above (wire.md §9)."""
    between = Link.objects.filter(state=LinkState.IN_FORCE, platform__custodes=True).select_related("platform")
    for link in between.filter(platform__role=PlatformRole.LOWER).order_by("number"):
        assert link.platform is not None
        if not link.platform.statements_url or not link.platform.statements_certificate:
            yield attention(
                SUBJECT,
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
            SUBJECT,
            _(
                "已登记 {count} 个上级平台的事由说明接口证书，但本机没有设置接收端口：上级的查阅、下载录像和云台控制会被拒绝。"
            ),
            "CUSTODES_GATEWAY_STATEMENTS_PORT=8443",
            count=count,
        )
    own = gateway_statements(patient.settings.keys_folder).cert
    if (port or between.exists()) and not own.exists():
        yield attention(
            SUBJECT,
            _("国标网关没有向上下级平台说明调用人员和事由的证书。"),
            "custodes init",
        )
    elif between.exists():
        yield from _ending(own, patient.at)
    following = renewing.next_one()
    if following is not None:
        yield attention(
            SUBJECT,
            _("说明通道的新证书自 {day} 起等待启用，还有 {count} 个平台没有登记。"),
            "custodes rotate gateway-statements",
            day=f"{localdate(following.since):%Y-%m-%d}",
            count=renewing.owed(following).count(),
        )


def _ending(path: Path, at: datetime) -> Iterator[Finding]:
    """Said as early as on the pages: two offices have to act (decision 0404)."""
    try:
        left = read(path).ends - at
    except (OSError, ValueError):
        yield fault(SUBJECT, _("证书 {path} 无法读取。"), "ls -l keys/public", path=path.name)
        return
    if left <= timedelta(0):
        words = _("说明通道证书 {path} 已经到期，上下级平台不再受理说明。")
        yield fault(SUBJECT, words, "custodes rotate gateway-statements", path=path.name)
    elif left <= SOON:
        words = _("说明通道证书 {path} 还有 {days} 日到期。")
        yield attention(SUBJECT, words, "custodes rotate gateway-statements", path=path.name, days=left.days)


def _uppers() -> Iterator[Link]:
    yield from Link.objects.filter(state=LinkState.IN_FORCE, platform__role=PlatformRole.UPPER)
