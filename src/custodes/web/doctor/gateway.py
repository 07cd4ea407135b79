"""Whether the gateway is the platform that links with upper platforms speak for (S22)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.sharing.models import Platform, PlatformRole
from custodes.sharing.models.link import Link, LinkState
from custodes.web.doctor.finding import Finding, Patient, attention, ok

SUBJECT = "gateway"


def check(patient: Patient) -> Iterator[Finding]:
    """An upper knows us by one id: that of the own platform, and the gateway answers to its own."""
    own_id = patient.settings.gateway_id
    if not own_id:
        return
    rows = list(Platform.objects.filter(role=PlatformRole.OWN).order_by("gb_id"))
    other = [row for row in rows if row.gb_id != own_id]
    for row in other:
        yield attention(
            SUBJECT,
            _("“{name}”登记的平台编码 {own} 与国标网关的编码 {gateway} 不同，上级平台按登记的编码呼叫时网关不应答。"),
            f"CUSTODES_GATEWAY_ID={row.gb_id}",
            name=row.name,
            own=row.gb_id,
            gateway=own_id,
        )
    if rows and not other:
        yield ok(SUBJECT, _("国标网关的编码与登记的本级平台相同。"))
    unable = sum(not link.sealed_password for link in _uppers())
    if unable and not patient.settings.training:
        yield attention(
            SUBJECT,
            _("有 {count} 个已启用的上级平台联网没有登记密码，国标网关不能注册。"),
            "/sharing/links/",
            count=unable,
        )


def _uppers() -> Iterator[Link]:
    yield from Link.objects.filter(state=LinkState.IN_FORCE, platform__role=PlatformRole.UPPER)
