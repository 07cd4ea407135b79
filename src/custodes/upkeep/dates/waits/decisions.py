"""What waits for a person's decision: plans, sound, doubtful spots, units and programs that want to be let in."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from custodes.people.applying.reach import applications_for
from custodes.people.models import ApplicationState, Program, ProgramState, UnitApplication
from custodes.people.permissions import Permission
from custodes.people.scope import Scope, scope_of, within
from custodes.places.doubts import settleable
from custodes.places.models import Doubt
from custodes.places.sound import awaiting as sound_awaiting
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits
from custodes.upkeep.plans import awaiting as plans_awaiting


def gather(asking: Asking) -> list[Some[Waits]]:
    """All of them, as far as a post of theirs decides."""
    ways = {
        Permission.APPROVE_PLANS: _plans,
        Permission.APPROVE_SOUND: _sound,
        Permission.SETTLE_DOUBTS: _doubts,
        Permission.CONFIRM_UNITS: _applications,
        Permission.APPROVE_PROGRAMS: _programs,
    }
    return [way(asking) for permission, way in ways.items() if permission in asking.may]


def _plans(asking: Asking) -> Some[Waits]:
    rows = plans_awaiting(asking.person, asking.at)
    told = (Waits("plan", _("待批准的计划"), row.words, row.get_absolute_url()) for row in rows)
    return Some.of(told, asking.most)


def _sound(asking: Asking) -> Some[Waits]:
    rows = sound_awaiting(asking.person, asking.at)
    told = (
        Waits("sound", _("待批准采集声音：%(name)s") % {"name": row.camera.name}, row.why, row.get_absolute_url())
        for row in rows
    )
    return Some.of(told, asking.most)


def _doubts(asking: Asking) -> Some[Waits]:
    rows = settleable(asking.person, asking.at).select_related("camera").order_by("at", "pk")
    rows = rows.only("described", "camera__name")

    def told(doubt: Doubt) -> Waits:
        name = _("待核对是否禁止安装：%(name)s") % {"name": doubt.camera.name}
        return Waits("doubt", name, doubt.described, doubt.get_absolute_url())

    return first_of(rows, asking.most, told)


def _applications(asking: Asking) -> Some[Waits]:
    rows = applications_for(asking.person, asking.at).filter(state=ApplicationState.WAITING, lapses_at__gt=asking.at)

    def told(row: UnitApplication) -> Waits:
        href = reverse("people:application_detail", args=[row.uuid])
        return Waits("application", _("待核实的单位登记申请：%(unit)s") % {"unit": row.name}, "", href)

    return first_of(rows.order_by("lapses_at", "pk"), asking.most, told)


def _programs(asking: Asking) -> Some[Waits]:
    divisions = Scope(division_paths=scope_of(asking.person, asking.at).division_paths)
    reached = within(divisions, "", "division")
    rows = Program.objects.filter(reached, state=ProgramState.WAITING)

    def told(row: Program) -> Waits:
        return Waits("program", _("待批准的接入程序：%(name)s") % {"name": row.name}, "", row.get_absolute_url())

    return first_of(rows.order_by("pk"), asking.most, told)
