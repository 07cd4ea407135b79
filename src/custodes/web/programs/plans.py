"""Plans (S34(6), S10(3)): interruptions, a vote's among them, and maintenance windows, asked for and taken back by programs, approved by
people alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.people.models import ProgramScope
from custodes.people.permissions import Permission
from custodes.places import deciding, planning
from custodes.places.deciding import RequestRefused
from custodes.places.forms.deciding import EndForm
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, CameraState, Plan
from custodes.places.planning import ask_all
from custodes.places.scope import plannable_cameras
from custodes.settings import get_settings
from custodes.upkeep.forms.plans import PlanForm
from custodes.web.programs import kinds
from custodes.web.programs import lifeschemas as life
from custodes.web.programs.cases import told_plainly
from custodes.web.programs.keys import call_of
from custodes.web.programs.kinds import BY_NAME
from custodes.web.programs.lifewishes import PlanIn, WordsIn
from custodes.web.programs.problems import FieldProblem, of_form, plain
from custodes.web.programs.reaching import refuse_secret_words
from custodes.web.programs.reads import one_of
from custodes.web.programs.writing import Write, WriteOutcome, form_data, words_of

_WRITE, _MAY = ProgramScope.PLANS_WRITE, Permission.ASK_PLANS
_KIND = BY_NAME["plans"]
_CLAUSES = {"ends": "S34(6)", "begins": "S34(6)", "silences": "S34(6)"}


def enter() -> None:
    """Make them answer."""
    Write("POST", "/plans", _WRITE, "plans", life.PlanOut, permission=_MAY, clause="S34(6)").enter(ask_plan)
    Write(
        "POST", "/plans/{uuid:id}/withdraw", _WRITE, "plan_withdraw", life.PlanOut, (200,), permission=_MAY, clause="S34(6)"
    ).enter(withdraw_plan)  # fmt: skip


def ask_plan(request: HttpRequest, wish: PlanIn) -> WriteOutcome:
    """Ask for an interruption, such as the hours of a vote, or for a maintenance window. Another person approves it, at the page; then nodes
    keep it by themselves. A plan that repeats is asked for at the page."""
    call = call_of(request)
    refuse_secret_words(wish)
    own = plannable_cameras(call.person, call.at).filter(state=CameraState.CONNECTED)
    own = own.filter(call.within("system__site__division"), system__classified=False)
    given = {**wish.dict(), "begins": _local(wish.begins, "begins"), "ends": _local(wish.ends, "ends")}
    form = PlanForm(form_data(given), cameras=own, at=call.at)
    if not form.is_valid():
        raise of_form(form.errors.get_json_data(), _CLAUSES)
    cameras: list[Camera] = list(form.cleaned_data["cameras"])
    longest = timedelta(hours=get_settings().plan_max_hours)
    try:
        row = ask_all([form.plan()], cameras, call.person, call.at, longest)
    except RequestRefused as refusal:
        raise _refused(refusal) from refusal
    return told_plainly(call, _KIND, row.pk, 201)


def withdraw_plan(request: HttpRequest, id: UUID, wish: WordsIn) -> WriteOutcome:
    """Take back what waits or has not begun; end what runs."""
    call = call_of(request)
    refuse_secret_words(wish)
    row: Plan = one_of(call, kinds.plans(call), id)
    form = EndForm(form_data(wish.dict()))
    if not form.is_valid():
        raise of_form(form.errors.get_json_data())
    tail = f"（{words_of(call)}）"
    most = Plan._meta.get_field("ended_words").max_length or 0
    try:
        deciding.end(row, planning.RULES, call.person, call.at, wish.words.strip()[: most - len(tail)] + tail)
    except RequestRefused as refusal:
        raise _refused(refusal) from refusal
    return told_plainly(call, _KIND, row.pk, 200)


def _refused(refusal: RequestRefused) -> StepRefused:
    return StepRefused(str(refusal), clause=refusal.clauses[0] if refusal.clauses else "")


def _local(moment: datetime, field: str) -> str:
    """As the form takes it: on the clock of the installation."""
    if timezone.is_naive(moment):
        remedy = _("请写明时区，例如 2026-12-01T08:00:00+08:00。")
        raise plain(422, errors=[FieldProblem(field, "schema:timezone", _("没有写明时区"), remedy)])
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M:%S")
