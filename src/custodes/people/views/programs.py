"""接入程序: the list, one program with its keys, and what administrators do to it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people import programs
from custodes.people.forms import PlainText
from custodes.people.models import ADMINISTRATORS, Division, Person, Post, Program, ProgramState
from custodes.people.models.program import SCOPES
from custodes.people.permissions import Permission
from custodes.people.programs import PER_MINUTE, ProgramWish
from custodes.people.scope import DivisionScope, persons_in
from custodes.people.unit_forms import DivisionChoice
from custodes.people.viewer import Viewer, needs
from custodes.settings import get_settings


class _PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Name and unit."""
        return f"{obj.name} · {obj.unit.name}"


class ProgramForm(PlainText, forms.Form):
    """A program that is asked for."""

    name = forms.CharField(label=_("程序名称"), max_length=80)
    person = _PersonChoice(
        Person.objects.none(),
        label=_("负责人"),
        help_text=_("程序以此人的岗位办理，能看到、能办理的不超过此人；其岗位终止，程序随即不能使用。"),
    )
    division = DivisionChoice(Division.objects.none(), label=_("限于行政区划"), empty_label=None)
    scopes = forms.MultipleChoiceField(label=_("权限"), choices=SCOPES, widget=forms.CheckboxSelectMultiple)
    why = forms.CharField(label=_("用途"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, scope: DivisionScope, at: datetime.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        divisions = [one.pk for one in Division.objects.all() if scope.sees_division(one)]
        self.fields["division"].queryset = Division.objects.filter(pk__in=divisions)  # type: ignore[attr-defined]
        held = Post.objects.valid(at)
        people = persons_in(scope).filter(pk__in=held.values("person")).select_related("unit")
        people = people.exclude(pk__in=held.filter(kind__in=ADMINISTRATORS).values("person"))
        self.fields["person"].queryset = people.order_by("unit__name", "name")  # type: ignore[attr-defined]

    def wanted(self) -> ProgramWish:
        """What is asked for."""
        data = self.cleaned_data
        return ProgramWish(data["name"], data["person"], data["division"], tuple(data["scopes"]), data["why"])


class DecideProgramForm(PlainText, forms.Form):
    """Words of the decision."""

    words = forms.CharField(label=_("意见"), max_length=300, required=False, help_text=_("不批准的，请写明理由。"))


class KeyForm(forms.Form):
    """How long a key holds and how often it may ask."""

    days = forms.IntegerField(label=_("有效天数"), min_value=1, initial=180)
    per_minute = forms.IntegerField(
        label=_("每分钟请求数"), min_value=PER_MINUTE[0], max_value=PER_MINUTE[1], initial=60
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = get_settings().program_key_days
        self.fields["days"].max_value = most  # type: ignore[attr-defined]
        self.fields["days"].initial = min(180, most)
        self.fields["days"].widget.attrs["max"] = most


MANAGES, APPROVES = Permission.MANAGE_PROGRAMS, Permission.APPROVE_PROGRAMS
BADGES = {
    ProgramState.WAITING: "attention",
    ProgramState.APPROVED: "fine",
    ProgramState.REFUSED: "danger",
    ProgramState.ENDED: "off",
}


def _reached(viewer: Viewer, *permissions: Permission) -> QuerySet[Program]:
    """Programs whose division lies within a post that gives one of these permissions."""
    seen = Q(pk__in=[])
    for permission in permissions:
        for path in viewer.scope(permission).division_paths:
            seen |= Q(division__path__startswith=path)
    people = ("person__unit", "division", "asked_by__unit", "decided_by__unit", "ended_by__unit")
    return Program.objects.filter(seen).select_related(*people)


@require_safe
@needs(MANAGES, APPROVES)
def program_list(request: HttpRequest) -> HttpResponse:
    """Programs of the administrator's division."""
    viewer = Viewer.of(request)
    rows = _reached(viewer, MANAGES, APPROVES).prefetch_related("keys")
    context = {
        "rows": [(row, BADGES[ProgramState(row.state)], _live(row, viewer)) for row in rows],
        "may_add": viewer.may(MANAGES),
    }
    return render(request, "people/program_list.html", context)


def _live(row: Program, viewer: Viewer) -> int:
    return sum(key.stands(viewer.at) for key in row.keys.all())


@needs(MANAGES)
def program_add(request: HttpRequest) -> HttpResponse:
    """Enter a program."""
    viewer = Viewer.of(request)
    form = ProgramForm(request.POST or None, scope=viewer.scope(MANAGES), at=viewer.at)
    if request.method == "POST" and form.is_valid():
        try:
            row = programs.ask(form.wanted(), viewer.person, viewer.at)
        except programs.ProgramRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记，由安全管理员批准后可以发放密钥。"))
            return redirect(row)
    context = {"form": form, "crumbs": [*_crumbs(), (_("登记接入程序"), "")]}
    return render(request, "people/program_form.html", context, status=422 if form.errors else 200)


@require_safe
@needs(MANAGES, APPROVES)
def program(request: HttpRequest, program: UUID) -> HttpResponse:
    """One program."""
    viewer = Viewer.of(request)
    return _page(request, viewer, get_object_or_404(_reached(viewer, MANAGES, APPROVES), uuid=program))


def _page(
    request: HttpRequest, viewer: Viewer, row: Program, *, secret: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    words = dict(SCOPES)
    manages = _reached(viewer, MANAGES).filter(pk=row.pk).exists()
    approves = _reached(viewer, APPROVES).filter(pk=row.pk).exists()
    open_ = row.state in (ProgramState.WAITING, ProgramState.APPROVED)
    context = {
        "program": row,
        "badge": BADGES[ProgramState(row.state)],
        "scopes": [(scope, words[scope]) for scope in programs.scopes_in_order(row.scopes)],
        "keys": [(key, key.stands(viewer.at)) for key in row.keys.select_related("issued_by", "revoked_by")],
        "secret": secret,
        "error": error,
        "may_decide": approves
        and row.state == ProgramState.WAITING
        and viewer.person.pk not in (row.asked_by_id, row.person_id),
        "may_end": open_ and (manages or approves),
        "may_issue": manages and row.state == ProgramState.APPROVED,
        "may_revoke": manages or approves,
        "decide_form": DecideProgramForm(),
        "key_form": KeyForm(),
        "crumbs": [*_crumbs(), (row.name, "")],
    }
    answer = render(request, "people/program.html", context, status=status)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _crumbs() -> list[tuple[Any, str]]:
    return [(_("接入程序"), reverse("people:program_list"))]


def _do(request: HttpRequest, viewer: Viewer, row: Program, act: Callable[[], object], said: Any) -> HttpResponse:
    try:
        act()
    except programs.ProgramRefused as refusal:
        return _page(request, viewer, row, error=str(refusal), status=409)
    messages.success(request, said)
    return redirect(row)


@require_POST
@needs(APPROVES)
def program_decide(request: HttpRequest, program: UUID) -> HttpResponse:
    """Let it in, or not."""
    viewer = Viewer.of(request)
    row = get_object_or_404(_reached(viewer, APPROVES), uuid=program)
    form = DecideProgramForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, row, error=str(_("请检查意见。")), status=422)
    approve, words = "approve" in request.POST, form.cleaned_data["words"]

    def act() -> object:
        return programs.decide(row, approve=approve, words=words, by=viewer.person, at=viewer.at)

    return _do(request, viewer, row, act, _("已批准。") if approve else _("已登记为不批准。"))


@require_POST
@needs(MANAGES, APPROVES)
def program_end(request: HttpRequest, program: UUID) -> HttpResponse:
    """Stop it."""
    viewer = Viewer.of(request)
    row = get_object_or_404(_reached(viewer, MANAGES, APPROVES), uuid=program)
    return _do(
        request, viewer, row, lambda: programs.end(row, viewer.person, viewer.at), _("接入程序已停用，密钥全部失效。")
    )


@require_POST
@needs(MANAGES)
def program_key(request: HttpRequest, program: UUID) -> HttpResponse:
    """Issue a key; its secret is on this one answer and nowhere else."""
    viewer = Viewer.of(request)
    row = get_object_or_404(_reached(viewer, MANAGES), uuid=program)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, row, error=str(_("请检查有效天数和每分钟请求数。")), status=422)
    try:
        _key, secret = programs.issue(row, **form.cleaned_data, by=viewer.person, at=viewer.at)
    except programs.ProgramRefused as refusal:
        return _page(request, viewer, row, error=str(refusal), status=409)
    return _page(request, viewer, row, secret=secret)


@require_POST
@needs(MANAGES, APPROVES)
def program_key_revoke(request: HttpRequest, program: UUID, prefix: str) -> HttpResponse:
    """Make a key dead."""
    viewer = Viewer.of(request)
    row = get_object_or_404(_reached(viewer, MANAGES, APPROVES), uuid=program)
    key = get_object_or_404(row.keys, prefix=prefix)
    return _do(request, viewer, row, lambda: programs.revoke(key, viewer.person, viewer.at), _("密钥已吊销。"))
