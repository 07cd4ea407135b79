"""A camera's position and field of view on its page, for who may read them (R9)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.people.lawful import RESTRICTED, finding_text
from custodes.people.models import Person
from custodes.places.fields import CAMERA, Group
from custodes.places.geometry import draw
from custodes.places.models import Camera
from custodes.places.overlap import SHOWN, overlap_finding, overlap_of
from custodes.places.scope import exact_cameras
from custodes.places.views.site import STATES


def base_facts(camera: Camera, *, exact: bool) -> list[tuple[Any, Any]]:
    """Position, field, device; and whether sign and mask have their pictures, which everybody may know.

    Args:
        exact: the reader may read base data exactly.
    """
    facts: list[tuple[Any, Any]] = [(_("告知标识（第十五条）"), _paper(camera, "sign", camera.sign_paper, exact))]
    if camera.mask_zone:
        told = _paper(camera, "mask", camera.mask_paper, exact)
        facts.append((_("隐私遮挡"), format_html("{} · {}", camera.get_mask_zone_display(), told)))
    if not exact:
        return facts
    if camera.longitude is not None:
        facts.append((_("经度、纬度"), f"{camera.longitude}, {camera.latitude}"))
    if camera.mount_height is not None:
        facts.append((_("安装高度"), _("%(height)s 米") % {"height": camera.mount_height}))
    if camera.field is not None:
        said = {"azimuth": f"{camera.field.azimuth:g}", "angle": f"{camera.field.angle:g}", "reach": camera.reach}
        facts.append((_("视场"), _("方位角 %(azimuth)s°，视角 %(angle)s°，可视距离 %(reach)s 米") % said))
    if camera.tilt_low is not None:
        ends = _said(low=camera.tilt_low, high=camera.tilt_high)
        facts.append((_("俯仰角（水平为 0，向下为负）"), _("%(low)s° 至 %(high)s°") % ends))
    if camera.turns_pan is not None:
        ends = _said(pan=camera.turns_pan, low=camera.turns_low, high=camera.turns_high)
        facts.append((_("设备转动范围"), _("水平 %(pan)s°，垂直 %(low)s° 至 %(high)s°") % ends))
    if camera.maker or camera.model:
        facts.append((_("设备"), f"{camera.maker} {camera.model}".strip()))
    return facts


def plain_facts(camera: Camera, *groups: Group) -> list[tuple[Any, Any]]:
    """What stands under these headings and needs no words of its own; base data for its readers (`Camera.exact`)."""
    facts: list[tuple[Any, Any]] = []
    for field in CAMERA:
        if field.shown and field.group in groups:
            kept = field.base_data and not camera.exact
            facts.append((gettext(field.label), RESTRICTED if kept else in_words(camera, field.name) or _("未填写")))
    return facts


def in_words(row: Any, name: str) -> Any:
    """What stands in a column, a choice by its label."""
    column: Any = row._meta.get_field(name)
    return getattr(row, f"get_{name}_display")() if column.choices else getattr(row, name)


def _said(**degrees: Decimal | None) -> dict[str, str]:
    return {name: "?" if one is None else f"{float(one):g}" for name, one in degrees.items()}


def _paper(camera: Camera, name: str, paper: Any, exact: bool) -> Any:
    """Whether it is there; for who may read it a link to it."""
    told = paper_words(paper, exact=exact)
    if paper is None or not exact:
        return told
    href = reverse("places:camera_paper", args=[camera.pk, name])
    return format_html('<a href="{}" download>{}</a>', href, told)


def paper_words(paper: Any, *, exact: bool) -> Any:
    """Whether a paper is there; its name and digest for who may read them."""
    if paper is None:
        return _("缺少照片")
    day = timezone.localdate(paper.at)
    return f"{day:%Y-%m-%d} · {paper.name} · SHA-256 {paper.sha256[:12]}…" if exact else _("已有照片")


def field_context(camera: Camera, person: Person, at: datetime) -> dict[str, Any]:
    """The drawing, and what others see of the field; nothing where the reader may not read the position."""
    exact = exact_cameras(person, at)
    field = camera.field
    if field is None or not exact.filter(pk=camera.pk).exists():
        return {}
    overlap = overlap_of(field, exact, without=camera.pk)
    shown = overlap.cameras[:SHOWN]
    finding = overlap_finding(overlap, camera.overlap_reason, timezone.localdate(at))
    state, label = STATES[finding.status]
    return {
        "drawing": draw(field, [other.field for other, _share in shown if other.field is not None]),
        "overlap": overlap.share * 100,
        "overlapping": [(other, share * 100) for other, share in shown],
        "overlap_words": finding_text(finding),
        "overlap_clauses": finding.clauses,
        "overlap_state": state,
        "overlap_label": label,
    }
