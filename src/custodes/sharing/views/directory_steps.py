"""What is done with a directory: begun, compared, edited, submitted, sent back, published, an entry withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.access.views.agency.filling import revision_of
from custodes.people.forms.faults import faults_of
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.sharing.directory import compiling, publishing, withdrawing
from custodes.sharing.directory.candidates import built
from custodes.sharing.forms.directory import AddForm, EntryForm, WithdrawForm, WordsForm
from custodes.sharing.models import Directory
from custodes.sharing.models.directory import PUBLIC
from custodes.sharing.reach import offices
from custodes.sharing.stepping import StepRefused, Taken
from custodes.sharing.views.common import INVALID, crumbs_of
from custodes.sharing.views.directory import draw, own, seen

MOST = 200
"""Systems that the choice of the form for adding holds; a search narrows it down."""
_DONE = {
    "refresh": _("已按登记核对。"),
    "submit": _("已报请批准，由没有参与编制的人员批准。"),
    "send_back": _("已退回修改。"),
    "publish": _("已批准并公布。"),
}


@require_POST
@needs(Permission.MANAGE_SHARING)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the next version of one of the person's offices."""
    viewer = Viewer.of(request)
    mine = offices(viewer.person, viewer.at)
    uuid = request.POST.get("unit", "")
    office = next((one for one in mine if str(one.uuid) == uuid), None)
    if office is None:
        raise Http404
    try:
        row = compiling.begin(office, Taken(viewer.person, viewer.at))
    except StepRefused as refused:
        messages.error(request, str(refused))
        return redirect("sharing:directories")
    messages.success(request, _("已按登记列出应当接入的系统，请核对。"))
    return redirect(row)


@require_POST
@needs(Permission.MANAGE_SHARING)
def act(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """Take a step, or say what is in its way."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    if event not in _DONE:
        raise Http404
    form = WordsForm(request.POST, label=_("退回的原因"), required=event == "send_back")
    if not form.is_valid():
        return draw(request, viewer, seen(viewer, pk), error=faults_of(form), status=INVALID)
    try:
        _take(row, event, Taken(viewer.person, viewer.at, form.cleaned_data["words"], seen=revision_of(request)))
    except StepRefused as refused:
        return draw(request, viewer, seen(viewer, pk), error=str(refused), unmet=refused.unmet, status=INVALID)
    messages.success(request, _DONE[event])
    return redirect(row)


def _take(row: Directory, event: str, taken: Taken) -> None:
    match event:
        case "refresh":
            compiling.refresh(row, taken)
        case "submit":
            publishing.submit(row, taken)
        case "send_back":
            publishing.send_back(row, taken)
        case "publish":
            publishing.publish(row, taken)


@needs(Permission.MANAGE_SHARING)
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a system that the register does not ask for by itself."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    systems = built(row.unit).exclude(pk__in=row.entries.values("system")).select_related("unit").order_by("name", "pk")
    if query:
        systems = systems.filter(Q(name__icontains=query) | Q(unit__name__icontains=query))
    form = AddForm(request.POST or None, systems=systems)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            compiling.add(row, told["system"], told["name"], told["reason"], Taken(viewer.person, viewer.at))
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已增列。"))
            return redirect(row)
    form.show(MOST)
    context = {
        "row": row,
        "form": form,
        "query": query,
        "crumbs": crumbs_of((str(row), row.get_absolute_url()), (_("增列系统"), "")),
    }
    return render(request, "sharing/directory_add.html", context, status=INVALID if form.errors else 200)


@needs(Permission.MANAGE_SHARING)
def entry(request: HttpRequest, pk: UUID, entry: int) -> HttpResponse:
    """List an entry or leave it out, and say under which name it is published."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    found = get_object_or_404(row.entries.select_related("system"), pk=entry)
    stale = request.method == "POST" and revision_of(request) != row.revision
    form = EntryForm(None if stale else request.POST or None, instance=found)
    if request.method == "POST" and not stale and form.is_valid():
        told: dict[str, Any] = form.cleaned_data
        try:
            compiling.decide(
                row, found.pk, listed=told.get("listed", True), name=told["name"], reason=told["reason"],
                taken=Taken(viewer.person, viewer.at, seen=row.revision),
            )  # fmt: skip
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已保存。"))
            return redirect(row)
    title = gettext("修改条目：%(name)s") % {"name": found.system.name}
    context = {
        "row": row,
        "entry": found,
        "form": form,
        "stale": stale,
        "title": title,
        "crumbs": crumbs_of((str(row), row.get_absolute_url()), (title, "")),
    }
    status = INVALID if stale or form.errors else 200
    return render(request, "sharing/directory_entry.html", context, status=status)


@require_POST
@needs(Permission.MANAGE_SHARING)
def take_out(request: HttpRequest, pk: UUID, entry: int) -> HttpResponse:
    """Take an added system out again."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    try:
        compiling.take_out(row, entry, Taken(viewer.person, viewer.at, seen=revision_of(request)))
    except StepRefused as refused:
        return draw(request, viewer, seen(viewer, pk), error=str(refused), status=INVALID)
    messages.success(request, _("已撤销增列。"))
    return redirect(row)


@needs(Permission.MANAGE_SHARING)
def withdraw(request: HttpRequest, pk: UUID, entry: int) -> HttpResponse:
    """Take an entry out of what is published, at once and by one person."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    published = row.entries.filter(listed=True, directory__state__in=[one.value for one in PUBLIC])
    found = get_object_or_404(published, pk=entry)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        taken = Taken(viewer.person, viewer.at, form.cleaned_data["words"], seen=revision_of(request))
        try:
            number = withdrawing.withdraw(row, found.pk, taken)
        except StepRefused as refused:
            return draw(request, viewer, seen(viewer, pk), error=str(refused), status=INVALID)
        messages.success(
            request, gettext("已撤下，涉及 %(number)d 版目录；这些版次的文件不再提供。") % {"number": number}
        )
        return redirect(row)
    title = gettext("撤下条目：%(name)s") % {"name": found.name}
    context = {
        "row": row,
        "entry": found,
        "form": form,
        "title": title,
        "crumbs": crumbs_of((str(row), row.get_absolute_url()), (title, "")),
    }
    return render(request, "sharing/directory_withdraw.html", context, status=INVALID if form.errors else 200)
