"""Steps of a link on pages of their own: a unit asks, a test is entered, a password is kept."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.cases.taking import take
from custodes.cases.views import step_of
from custodes.people.forms import faults_of
from custodes.people.lawful import StepRefused, terms
from custodes.people.papers.kinds import PaperRefused, takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.forms.links import AskForm, PasswordForm, TestForm
from custodes.sharing.links.case import LINK, enter_test
from custodes.sharing.links.case import ask as ask_link
from custodes.sharing.links.testing import last_of, speaks
from custodes.sharing.models import Link, PlatformRole
from custodes.sharing.models.link import OPEN
from custodes.sharing.offices import linkable_systems
from custodes.sharing.views.common import INVALID, act_with, link_crumbs
from custodes.sharing.views.links import LINKS, own


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
                lambda step: ask_link(data["system"], step, terms()),
            )  # fmt: skip
        except (StepRefused, PaperRefused) as refused:
            form.add_error(None, _told(refused))
        else:
            messages.success(request, LINK.event("ask_system").said)
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
    begins = {"on": min(row.test_on or today, today), "seen": row.revision}
    form = TestForm(request.POST or None, request.FILES or None, initial=begins)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data | {"parts": form.parts}
        try:
            passed = act_with(
                request, viewer, f"sharing.link:{row.pk}", data, lambda step: enter_test(row, step, terms())
            )
        except (StepRefused, PaperRefused) as refused:
            form.add_error(None, str(refused))
            # The page says what happened meanwhile; sent again, it is about that.
            sent = request.POST.copy()
            sent["seen"] = str(own(viewer, pk).revision)
            form.data = sent
        else:
            messages.success(request, LINK.event("pass_test" if passed else "fail_test").said)
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
        return LINKS.page(request, viewer, pk, faults_of(form))
    event = LINK.event("secret")
    try:
        take(LINK, row, event.name, step_of(event, form, viewer), terms())
    except StepRefused as refused:
        return LINKS.page(request, viewer, pk, str(refused))
    messages.success(request, event.said)
    return redirect(row)


def _told(refused: Exception) -> str:
    unmet = getattr(refused, "unmet", ())
    return " ".join(f"{one.reason_zh}（{one.clause}）。{one.remedy_zh}。" for one in unmet) or str(refused)
