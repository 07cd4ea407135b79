"""Steps of a link: asking, examining, testing, putting in force, stopping; its password; its grants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.access.views.agency.filling import revision_of
from custodes.people.forms.faults import faults_of
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.forms.links import AskForm, DayForm, GrantForm, PasswordForm, StepForm, TestForm, TrialForm
from custodes.sharing.links import alarming, granting, passwords, steps, trying
from custodes.sharing.links.tried import last_of, speaks
from custodes.sharing.models import Link, LinkGrant, PlatformRole
from custodes.sharing.models.link import OPEN
from custodes.sharing.reach import handled_links, linkable_systems
from custodes.sharing.stepping import StepRefused, Taken
from custodes.sharing.views.common import INVALID, act_with, link_crumbs
from custodes.sharing.views.links import draw, own, seen

_STEPS: dict[str, tuple[Callable[[Link, Taken], Link], bool, Any]] = {
    "refuse": (steps.refuse, True, _("已登记为不予联网。")),
    "put_in_force": (steps.put_in_force, False, _("已启用。")),
    "suspend": (steps.suspend, True, _("已暂停，立即生效。")),
    "resume": (steps.resume, False, _("已恢复启用。")),
    "end": (steps.end, True, _("已终止。")),
    "trial": (trying.ask_trial, False, _("已交国标网关试联。")),
    "alarms_ask": (alarming.ask_alarms, True, _("已提出报警上报，由另一人批准后生效。")),
    "alarms_on": (alarming.tell_alarms, False, _("已批准，开始向上级平台报送报警。")),
    "alarms_off": (alarming.stop_alarms, True, _("已停止报送报警，立即生效。")),
}
_GRANT_STEPS: dict[str, tuple[Callable[[LinkGrant, Taken], LinkGrant], bool, Any]] = {
    "approve": (granting.approve, False, _("已批准授权。")),
    "refuse": (granting.refuse, True, _("授权未获批准。")),
    "end": (granting.end, True, _("授权已终止，立即生效。")),
}


@takes_papers()
@require_POST
@needs(Permission.MANAGE_SHARING)
def act(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """Take a step, or say what is in its way."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    if event in ("examine", "test_day"):
        form: StepForm = DayForm(request.POST, request.FILES)
    elif event == "trial":
        form = TrialForm(request.POST, request.FILES)
    elif event in _STEPS:
        form = StepForm(request.POST, request.FILES, required=_STEPS[event][1])
    else:
        raise Http404
    if not form.is_valid():
        return draw(request, viewer, seen(viewer, pk), error=faults_of(form), status=INVALID)
    data = form.cleaned_data
    try:
        act_with(request, viewer, f"sharing.link:{row.pk}", data, lambda taken: _take(row, event, data, taken))
    except (StepRefused, PaperRefused) as refused:
        unmet = getattr(refused, "unmet", ())
        return draw(request, viewer, seen(viewer, pk), error=str(refused), unmet=unmet, status=INVALID)
    done: Any = _STEPS[event][2] if event in _STEPS else _("已保存。")
    messages.success(request, done)
    return redirect(row)


def _take(row: Link, event: str, data: dict[str, Any], taken: Taken) -> None:
    if event == "examine":
        steps.examine(row, data["test_on"], taken)
    elif event == "test_day":
        if data["test_on"] is None:
            raise StepRefused(gettext("测试日期：请填写。"))
        steps.set_test_day(row, data["test_on"], taken)
    elif event == "trial":
        trying.ask_trial(row, taken, call=data["call"])
    else:
        _STEPS[event][0](row, taken)


@takes_papers()
@needs(Permission.ANSWER_SHARING)
def ask(request: HttpRequest) -> HttpResponse:
    """A unit asks for one of its systems to be joined."""
    viewer = Viewer.of(request)
    taken = Link.objects.filter(system__isnull=False, state__in=OPEN).values("system")
    systems = nameable(linkable_systems(viewer.person, viewer.at)).exclude(pk__in=taken)
    systems = systems.select_related("unit__division", "site__division").order_by("name", "pk")
    form = AskForm(request.POST or None, request.FILES or None, systems=systems)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        about = f"places.system:{data['system'].pk}"
        try:
            row = act_with(
                request, viewer, about, data,
                lambda step: steps.ask_system(data["system"], data["need"], Taken(step.by, step.at, data["need"], step.papers)),
            )  # fmt: skip
        except (StepRefused, PaperRefused) as refused:
            form.add_error(None, _told(refused))
        else:
            messages.success(request, _("已提出联网申请，由同级公安机关审查。"))
            return redirect(row)
    context = {"form": form, "none": not systems.exists(), "crumbs": link_crumbs((_("申请联网"), ""))}
    return render(request, "sharing/link_ask.html", context, status=INVALID if form.errors else 200)


@takes_papers()
@needs(Permission.MANAGE_SHARING)
def test(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter the results of a test."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    today = timezone.localdate(viewer.at)
    form = TestForm(request.POST or None, request.FILES or None, initial={"on": min(row.test_on or today, today)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            found = act_with(
                request, viewer, f"sharing.link:{row.pk}", data,
                lambda taken: steps.enter_test(row, form.parts, data["on"], data["latency_ms"], taken),
            )  # fmt: skip
        except (StepRefused, PaperRefused) as refused:
            form.add_error(None, str(refused))
        else:
            passed: Any = _("测试结果已登记：五项全部通过。") if found.passed else _("测试结果已登记：没有全部通过。")
            messages.success(request, passed)
            return redirect(row)
    context = {
        "row": row,
        "form": form,
        "trial": trial if (trial := last_of(row)) is not None and speaks(trial, viewer.at) else None,
        "crumbs": link_crumbs((str(row), row.get_absolute_url()), (_("登记测试结果"), "")),
    }
    return render(request, "sharing/link_test.html", context, status=INVALID if form.errors else 200)


@never_cache
@require_POST
@needs(Permission.MANAGE_SHARING)
def password(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the password that an upper gave."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    if row.platform is None or row.platform.role == PlatformRole.LOWER:
        raise Http404
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return draw(request, viewer, seen(viewer, pk), error=faults_of(form), status=INVALID)
    taken = Taken(viewer.person, viewer.at, seen=revision_of(request))
    try:
        passwords.set_password(row, form.cleaned_data["password"], taken)
    except StepRefused as refused:
        return draw(request, viewer, seen(viewer, pk), error=str(refused), status=INVALID)
    messages.success(request, _("密码已加密保存。"))
    return redirect(row)


@needs(Permission.MANAGE_SHARING)
def grant(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose a grant; another person approves it."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    if not row.upper or row.platform is None:
        raise Http404
    today = timezone.localdate(viewer.at)
    form = GrantForm(
        request.POST or None,
        nodes=row.nodes.order_by("path"),
        custodes=row.platform.custodes,
        initial={"from_on": today},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        hours = (data["day_from"], data["day_to"]) if data["day_from"] is not None else None
        try:
            granting.propose(
                row, data["verb"], Taken(viewer.person, viewer.at, data["reason"]), from_on=data["from_on"],
                until_on=data["until_on"], node=data["node"], hours=hours,
            )  # fmt: skip
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已提出授权，由另一人批准后生效。"))
            return redirect(row)
    context = {"row": row, "form": form, "crumbs": link_crumbs((str(row), row.get_absolute_url()), (_("提出授权"), ""))}
    return render(request, "sharing/link_grant.html", context, status=INVALID if form.errors else 200)


@require_POST
@needs(Permission.MANAGE_SHARING)
def grant_act(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """Approve a grant, refuse it, or end it at once."""
    viewer = Viewer.of(request)
    mine = handled_links(viewer.person, viewer.at)
    row = get_object_or_404(LinkGrant.objects.filter(link__in=mine).select_related("link"), pk=pk)
    if event not in _GRANT_STEPS:
        raise Http404
    step, required, done = _GRANT_STEPS[event]
    form = StepForm(request.POST, required=required)
    if not form.is_valid():
        return draw(request, viewer, seen(viewer, row.link_id), error=faults_of(form), status=INVALID)
    try:
        step(row, Taken(viewer.person, viewer.at, form.cleaned_data["words"], seen=revision_of(request)))
    except StepRefused as refused:
        return draw(request, viewer, seen(viewer, row.link_id), error=str(refused), status=INVALID)
    messages.success(request, done)
    return redirect(row.link)


def _told(refused: Exception) -> str:
    unmet = getattr(refused, "unmet", ())
    return " ".join(f"{one.reason_zh}（{one.clause}）。{one.remedy_zh}。" for one in unmet) or str(refused)
