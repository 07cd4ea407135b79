"""What waits for a person's decision about persons, units and programs, and about what is planned: plans, sound, doubtful spots, units and
programs that want to be let in; what puts power into a person's hands and waits for a second; trainings and vettings.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from custodes.law.duties.finding import DutyStatus
from custodes.people import credentials
from custodes.people.applying import applications_for
from custodes.people.entrusting import confirmable
from custodes.people.lawful import finding_text
from custodes.people.models import (
    ApplicationState,
    Credential,
    EntrustmentState,
    Program,
    ProgramState,
    UnitApplication,
)
from custodes.people.models.credential import TRAININGS
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope, persons_in, scope_for, scope_of, within
from custodes.places.doubts import settleable
from custodes.places.models import Doubt
from custodes.places.retiring import awaiting as stops_awaiting
from custodes.places.sound import awaiting as sound_awaiting
from custodes.upkeep.dates.asking import Asking, Some, Waits, first_of
from custodes.upkeep.plans import awaiting as plans_awaiting


def gather_decisions(asking: Asking) -> list[Some[Waits]]:
    """All of them, as far as a post of theirs decides."""
    ways = {
        Permission.APPROVE_SOUND: _sound,
        Permission.SETTLE_DOUBTS: _doubts,
        Permission.CONFIRM_UNITS: _applications,
        Permission.APPROVE_PROGRAMS: _programs,
    }
    plans = [_plans(asking), _stops(asking)] if Permission.APPROVE_PLANS in asking.may else []
    return plans + [way(asking) for permission, way in ways.items() if permission in asking.may]


def _plans(asking: Asking) -> Some[Waits]:
    rows = plans_awaiting(asking.person, asking.at)
    told = (Waits("plan", _("待批准的计划"), row.words, row.get_absolute_url()) for row in rows)
    return Some.of(told, asking.most)


def _stops(asking: Asking) -> Some[Waits]:
    rows = stops_awaiting(asking.person, asking.at)
    told = (
        Waits("plan", _("待批准停用：%(name)s") % {"name": row.camera.name}, row.words, row.get_absolute_url())
        for row in rows
    )
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
    divisions = DivisionScope(division_paths=scope_of(asking.person, asking.at).division_paths)
    reached = within(divisions, "", "division")
    rows = Program.objects.filter(reached, state=ProgramState.WAITING)

    def told(row: Program) -> Waits:
        return Waits("program", _("待批准的接入程序：%(name)s") % {"name": row.name}, "", row.get_absolute_url())

    return first_of(rows.order_by("pk"), asking.most, told)


def gather_entrustments(asking: Asking) -> list[Some[Waits]]:
    """Those that this person may confirm: not their own, and not for themselves."""
    if Permission.CONFIRM_PEOPLE not in asking.may:
        return []
    rows = confirmable(asking.person, asking.at).filter(state=EntrustmentState.WAITING)
    others = rows.exclude(made_by=asking.person).exclude(person=asking.person).select_related("person")
    return [first_of(others.order_by("made_at", "pk"), asking.most, _entrustment)]


def _entrustment(row: object) -> Waits:
    name = _("待确认：%(what)s，%(name)s") % {"what": row.get_kind_display(), "name": row.person.name}  # type: ignore[attr-defined]
    return Waits("entrustment", name, row.about, row.get_absolute_url())  # type: ignore[attr-defined]


def gather_staff(asking: Asking) -> list[Some[Waits]]:
    """The own training, and how many others lack theirs, for whoever keeps their files."""
    found = []
    if any(post.kind in credentials.STAFF_POSTS for post in asking.posts):
        found.append(_own_staff(asking))
    if Permission.MANAGE_CREDENTIALS in asking.may:
        found.append(_staff_of_others(asking))
    return found


def _own_staff(asking: Asking) -> Some[Waits]:
    held = Credential.objects.standing().filter(person=asking.person, kind__in=TRAININGS)
    if set(held.values_list("kind", flat=True)) >= set(TRAININGS):
        return Some()
    finding = credentials.training(asking.person, asking.at)
    if finding.status is DutyStatus.MET:
        return Some()
    name = _("岗位技能和保密知识培训未完成（第三十四条第五项）")
    return Some.of([Waits("training", name, finding_text(finding), reverse("people:profile"))], asking.most)


def _staff_of_others(asking: Asking) -> Some[Waits]:
    scope = scope_for(asking.person, Permission.MANAGE_CREDENTIALS, asking.at)
    count = credentials.untrained(persons_in(scope), asking.at).exclude(pk=asking.person.pk).count()
    if not count:
        return Some()
    name = _("培训没有完成或者已过期：%(count)d 人") % {"count": count}
    note = _("监看、操作、维护人员应当经过岗位技能和保密知识培训。")
    return Some.of([Waits("training", name, note, reverse("people:credential_list"))], asking.most)
