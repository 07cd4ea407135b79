"""The steps of bringing a camera in, as the stepper shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Step:
    """One step: `state` is ``done``, ``current`` or ``todo``."""

    label: Promise
    state: str


def address_steps(probed: bool, looked: bool) -> list[Step]:
    """Fill in, probe, look, adopt."""
    done = (True, probed, probed and looked, False)
    return _steps((_("填写登记"), _("检测地址"), _("核对画面"), _("确认接入")), done.index(False))


#: Step by step: where the camera looks, its address, its picture, its name.
PLACE, ADDRESS, PICTURE, NAME = range(4)


def wizard_steps(current: int) -> list[Step]:
    """The steps with `current` (`PLACE` to `NAME`) under way."""
    return _steps((_("位置和采集范围"), _("设备地址"), _("检测和画面"), _("名称和编号")), current)


def trial_steps(naming: bool, probed: bool, looked: bool) -> list[Step]:
    """The steps of a camera whose address is on trial, in whichever way it came in."""
    if not naming:
        return address_steps(probed, looked)
    return wizard_steps(NAME if probed and looked else PICTURE)


def _steps(labels: Sequence[Promise], current: int) -> list[Step]:
    return [
        Step(label, "done" if position < current else "current" if position == current else "todo")
        for position, label in enumerate(labels)
    ]
