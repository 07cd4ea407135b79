"""What the views of releases share: the row for whom it is open, what a viewer is to it, and what the node's desk could not do, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.access.grants import NotaryDown, ViewClosed
from custodes.access.leave import LeaveRefused
from custodes.access.models import Release
from custodes.access.release.case import RELEASE
from custodes.access.release.desk import TROUBLES
from custodes.access.release.reach import visible_releases, worked_on
from custodes.access.release.working import MaskingRefused
from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import StepRefused, in_english
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.places.lifecycle import said

__all__ = ["TROUBLES"]

_P = Permission


@dataclass(frozen=True)
class ReleaseRole:
    """What a viewer is to a release, by post: proposes, reviews (and assesses), approves."""

    proposes: bool
    reviews: bool
    approves: bool

    @property
    def works(self) -> bool:
        """Whether they have any part in it; whoever only oversees it reads."""
        return self.proposes or self.reviews or self.approves

    @property
    def looks(self) -> bool:
        """Whether its film is for their eyes."""
        return self.reviews or self.approves


def part_of(viewer: Viewer, row: Release) -> ReleaseRole:
    """What the viewer is to it."""

    def has(permission: Permission) -> bool:
        return worked_on(viewer.person, viewer.at, permission).filter(pk=row.pk).exists()

    return ReleaseRole(has(_P.PROPOSE_RELEASES), has(_P.REVIEW_RELEASES), has(_P.APPROVE_RELEASES))


def opened(viewer: Viewer, pk: UUID) -> Release:
    """The release, for whom it is open; or 404."""
    return get_object_or_404(visible_releases(viewer.person, viewer.at).select_related(*RELEASE.related), pk=pk)


def told(refusal: StepRefused) -> str:
    """Why a step can't be taken, each condition with its clause and what to do."""
    return " ".join([str(refusal), *(in_words(one) for one in refusal.unmet)])


def wrong(form: BaseForm) -> str:
    """What is wrong with a form that stands on another page than the one that says so: each with its field."""
    found = [
        f"{form.fields[name].label}{_('：')}{error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]
    return " ".join(dict.fromkeys(found))


def in_words(one: Unmet) -> str:
    """What is missing, its clause, what to do about it."""
    return f"{said.reason(one)}（{one.clause}）：{said.remedy(one)}。"


def troubled(error: Exception) -> str:
    """What the node or the notary could not do, and what helps."""
    if isinstance(error, MaskingRefused):
        return error.reason_en if in_english() else error.reason_zh
    if isinstance(error, LeaveRefused):
        return " ".join(in_words(one) for one in error.refused.unmet)
    if isinstance(error, NotaryDown):
        return _("存证服务不可用，没有读取录像。请稍后重试；仍不可用的，请联系系统管理员。")
    if isinstance(error, ViewClosed):
        return _("查看的准予已被收回。请重新打开页面。")
    return _("媒体节点没有应答，没有办理。请稍后重试；仍不应答的，请联系系统管理员。")


def crumbs(row: Release | None, here: Any = "") -> list[tuple[Any, str]]:
    """From the register to here."""
    found: list[tuple[Any, str]] = [(gettext_lazy("公共传播"), reverse("access:release_list"))]
    if row is not None:
        found.append((row.number, row.get_absolute_url() if here else ""))
    return [*found, (here, "")] if here else found


def about(row: Release) -> str:
    """As records of papers name it."""
    return f"access.release:{row.pk}"
