"""A kind of case as a newcomer would write it: emergency drills (应急演练) of a unit. `docs/guide/new-case.md` explains it line by line."""

from uuid import uuid4

from django import forms
from django.db.models import PROTECT, CharField, DateField, ForeignKey, TextChoices, UUIDField

from custodes.cases import records
from custodes.cases.forms import StepForm
from custodes.cases.kind import Actor, CaseKind, Event, Fact, ListColumn, PaperRule, Print
from custodes.cases.models import CasePaper
from custodes.documents.forms.individual import MissingSheet
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Unit
from custodes.people.permissions import Permission
from custodes.people.scope import scope_for, units_in, within
from custodes.people.statefield import StateField, Stateful

# fmt: off


class DrillState(TextChoices):
    PLANNED = "planned", "已计划"
    HELD = "held", "已演练，待整改"
    FIXED = "fixed", "已整改"


class Drill(Stateful):
    id = UUIDField(primary_key=True, default=uuid4)
    unit = ForeignKey(Unit, PROTECT, related_name="+")
    planned = DateField("拟演练日期")
    lacking = CharField("发现的问题", max_length=500, blank=True)
    state = StateField("状态", max_length=10, choices=DrillState, default=DrillState.PLANNED)

    class Meta:
        app_label = "cases"

    def get_absolute_url(self) -> str:
        return f"/drills/{self.pk}/"


class PlanForm(StepForm):
    planned = forms.DateField(label="拟演练日期")


class HeldForm(StepForm):
    lacking = forms.CharField(label="发现的问题", required=False)


def drills(permission):
    return lambda person, at: Drill.objects.filter(within(scope_for(person, permission, at)))


def held(facts, on, today):
    return () if "sheet" in facts else (Unmet("S34(5)", "缺少签到表", "no list of who took part", "请上传签到表", "add it"),)


class Sort(TextChoices):
    SHEET = "sheet", "签到表"


MANAGE, P = Permission.MANAGE_PLACES, DrillState
LEAD = Actor((MANAGE,), drills(MANAGE))
UNITS = Actor((MANAGE,), lambda person, at: units_in(scope_for(person, MANAGE, at)))
OTHER = Actor((MANAGE,), drills(MANAGE), not_by=("hold",))
DRILL = CaseKind(
    model=Drill, name="应急演练", url="drill", states=P, badges={P.PLANNED: "info", P.HELD: "attention", P.FIXED: "fine"},
    facts=lambda drill, today, terms: set(CasePaper.objects.filter(case_id=drill.pk).values_list("sort", flat=True)),
    recorder=records.cases, view=Permission.VIEW_PLACES, shown_to=drills(Permission.VIEW_PLACES), locks=("unit",), related=("unit",),
    papers=PaperRule(Sort, (P.PLANNED,), ((LEAD, ("sheet",)),), ("S34(5)",), "加入签到表"), columns=(ListColumn("单位", "unit__name", lambda drill: drill.unit.name),),
    order="planned", shown=(Fact("拟演练日期", lambda drill, terms: drill.planned), Fact("发现的问题", lambda drill, terms: drill.lacking)),
    prints=(Print(label="打印演练记录", key="record", fill=lambda drill, today, terms: MissingSheet(looks=drill.lacking, police=drill.unit.name),
                  there=lambda drill: drill.state != P.PLANNED),), empty=("没有应急演练", ""),
    events=(
        Event(name="plan", verb="计划演练", story="计划演练", said="已计划。", target=P.PLANNED, actor=UNITS, clauses=("S34(5)",), form=PlanForm,
              hint="每年至少演练一次。", make=lambda unit, step, terms: Drill(unit=unit, planned=step.data["planned"])),
        Event(name="hold", verb="登记演练", story="登记演练", said="已登记。", sources=(P.PLANNED,), target=P.HELD, actor=LEAD, clauses=("S34(5)",),
              form=HeldForm, guard=held, fill=lambda drill, step, terms: setattr(drill, "lacking", step.data["lacking"])),
        Event(name="fix", verb="登记整改", story="完成整改", said="已办结。", sources=(P.HELD,), target=P.FIXED, actor=OTHER, clauses=("S34(5)",),
              needs_words="请写明如何整改。"),
    ),
)
