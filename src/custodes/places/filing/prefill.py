"""What the register knows already of what a filing asks: nobody types it twice."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import override

from custodes.places.lifecycle.gathering import day_of
from custodes.places.models import Camera, CameraState, FirmStep, System


def content_of(system: System) -> dict[str, str]:
    """Answers for `fields.FIELDS` as far as they are known; empty for what is not."""
    with override("zh-hans"):  # an official form, whoever's page it is filled in on
        return _content_of(system)


def _content_of(system: System) -> dict[str, str]:
    site, unit = system.site, system.unit
    cameras = list(system.cameras.exclude(state=CameraState.RETIRED).order_by("number"))
    firms = {firm.step: str(firm.unit) for firm in system.firms.select_related("unit").order_by("since")}
    accepted, used = day_of(system, "accept"), day_of(system, "put_in_use")
    return {
        "unit": unit.name,
        "uscc": unit.uscc,
        "contact": unit.contact,
        "phone": unit.phone,
        "unit_address": unit.address,
        "site": site.name,
        "address": site.address,
        "division": site.division.name_zh,
        "places": "\n".join(f"{camera.number}　{camera.name}　{camera.place}" for camera in cameras),
        "devices": _devices(cameras),
        "retention": str(min((camera.retention_days for camera in cameras), default="")),
        "network": str(system.get_network_display()),
        "mlps": " ".join(filter(None, (str(system.get_mlps_level_display() or ""), system.mlps_number))),
        "norm": system.norm_version,
        "designer": firms.get(FirmStep.DESIGN, ""),
        "constructor": firms.get(FirmStep.CONSTRUCTION, ""),
        "maintainer": firms.get(FirmStep.MAINTENANCE, ""),
        "accepted": accepted.isoformat() if accepted else "",
        "used": used.isoformat() if used else "",
    }


def _devices(cameras: list[Camera]) -> str:
    """Number and kinds: ``摄像机 5 台：H.264 1920×1080 4 台，类型未登记 1 台``."""
    if not cameras:
        return ""
    kinds = Counter(
        f"{camera.codec} {camera.width}×{camera.height}" if camera.codec else "类型未登记" for camera in cameras
    )
    parts = "，".join(f"{kind} {number} 台" for kind, number in kinds.most_common())
    return f"摄像机 {len(cameras)} 台：{parts}"
