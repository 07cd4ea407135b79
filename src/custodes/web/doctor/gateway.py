"""Whether uppers and devices know the gateway by one id, and whether it can register above (S22)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.sharing.models import Platform, PlatformRole
from custodes.sharing.models.link import Link, LinkState
from custodes.web.doctor.finding import Finding, Patient, attention, ok

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


def _uppers() -> Iterator[Link]:
    yield from Link.objects.filter(state=LinkState.IN_FORCE, platform__role=PlatformRole.UPPER)
