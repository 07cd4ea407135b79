"""The steps of bringing a camera in, as the stepper shows them."""

from __future__ import annotations

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
    labels = (_("填写登记"), _("检测地址"), _("核对画面"), _("确认接入"))
    current = done.index(False)
    return [
        Step(label, "done" if finished else "current" if position == current else "todo")
        for position, (label, finished) in enumerate(zip(labels, done, strict=True))
    ]
