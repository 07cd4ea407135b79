"""The pages of orders to upgrade (S16.2c)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.cases.views import Around, CasePages, Crumbs, Lead
from custodes.people.viewer import Viewer
from custodes.places.models import System
from custodes.places.network import keeps_nothing_classified
from custodes.places.upgrades.case import UPGRADE
from custodes.places.views.system import crumbs_of


def _life(system: System) -> Crumbs:
    return crumbs_of(system, (_("办理与经过"), reverse("places:life", args=[system.pk])))


def _begin(viewer: Viewer, system: System, request: HttpRequest) -> dict[str, Any]:
    return {"initial": {"guide": viewer.person.unit.name, "guide_phone": viewer.person.unit.phone}}


UPGRADES = CasePages(
    UPGRADE,
    Around(
        above_parent=_life,
        above=lambda order: _life(order.system),
        above_list=[(pgettext_lazy("列表", "点位"), reverse_lazy("places:camera_list"))],
        lead=lambda order: Lead(
            order.system.name, reverse("places:life", args=[order.system_id]), order.system.unit.name
        ),
        tab="upgrades",
        tabs="places/tabs.html",
        begin_form=_begin,
        taking_in=keeps_nothing_classified,
    ),
)
