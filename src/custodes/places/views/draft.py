"""Filing and removing step by step: what is needed, one page after another, everything once more, handed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.cases.views import INVALID
from custodes.people.lawful import terms as terms_now
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.drafts import keeping
from custodes.places.drafts.filing import FILING
from custodes.places.drafts.keeping import editable_drafts
from custodes.places.drafts.matter import CHECK, DraftAuthor, DraftMatter, PageOf, hand_in
from custodes.places.drafts.removal import REMOVAL, choose
from custodes.places.filing.fields import SPOTS
from custodes.places.forms.page import DraftPage
from custodes.places.lifecycle import said
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Draft, DraftKind, FilingState, System
from custodes.places.network import keeps_nothing_classified
from custodes.places.views.system import crumbs_of

MATTERS = {DraftKind.FILING: FILING, DraftKind.REMOVAL: REMOVAL}


def start(
    request: HttpRequest,
    viewer: Viewer,
    matter: DraftMatter,
    system: System,
    *,
    on_behalf: bool = False,
    **context: Any,
) -> HttpResponse:
    """Before one begins: what will be asked; a press begins or goes on. `?camera=` chooses cameras."""
    lying = Draft.objects.filter(kind=matter.kind, system=system, lapsed_at__isnull=True).select_related("by__unit")
    former = lying.first()
    try:
        matter.check(system)
        if request.method == "POST":
            first = matter.pages[0].key
            answers = matter.begin(system) | _chosen(request)
            draft = keeping.begin(matter.kind, system, first, answers, viewer.person, viewer.at, on_behalf=on_behalf)
            return redirect(_with_chosen(request, viewer, draft))
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("places:life", pk=system.pk)
    return render(
        request,
        "places/draft_start.html",
        {
            "matter": matter,
            "system": system,
            "former": former,
            "lapses": None if former is None else keeping.lapses_on(former),
            "chosen": request.GET.getlist("camera"),
            "returned": _returned(system, matter),
            "clauses": matter.clauses(system),
            "crumbs": _crumbs(system, matter),
            **context,
        },
    )


def _chosen(request: HttpRequest) -> dict[str, Any]:
    cameras = request.POST.getlist("camera")
    return {"what": "cameras", "cameras": cameras} if cameras else {}


def _with_chosen(request: HttpRequest, viewer: Viewer, row: Draft) -> Draft:
    """A draft that lay there takes the cameras that were chosen since; never in silence."""
    cameras = request.POST.getlist("camera")
    if row.kind != DraftKind.REMOVAL or not cameras:
        return row
    row, more = choose(row, cameras, viewer.person, viewer.at)
    if more:
        messages.info(request, _("已把所选点位加入尚未提交的草稿，请核对。"))
    elif row.answers.get("what") == "whole":
        messages.info(request, _("尚未提交的草稿是拆除整个系统，已包括所选点位。"))
    return row


@keeps_nothing_classified
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def draft(request: HttpRequest, pk: UUID, page: str) -> HttpResponse:
    """One page: kept at every press, right or wrong; on to the next one when it is right."""
    viewer = Viewer.of(request)
    row = _open(viewer, pk)
    matter, asking = MATTERS[DraftKind(row.kind)], _asking(viewer)
    if page == CHECK:
        return _check(request, row, matter, asking)
    asked = matter.page(page)
    if asked is None:
        raise Http404
    if request.method != "POST":
        return _draw(request, row, matter, asked, asked.form(row, asking, initial=row.answers))
    form = asked.form(row, asking, data=request.POST)
    aside = "aside" in request.POST
    right = form.is_valid()
    # Whoever mends one answer from the check comes back to it.
    following = CHECK if request.GET.get("back") == CHECK else matter.after(page)
    ahead = following if right and not aside else page
    try:
        row = keeping.keep(
            row, page, form.answers(), seen=_seen(request), reached=ahead, by=viewer.person, at=viewer.at
        )
    except keeping.Overtaken as overtaken:
        return _draw(
            request, overtaken.draft, matter, asked, form, theirs=_theirs(overtaken.draft, matter, asked, asking)
        )
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("places:life", pk=row.system_id)
    if aside:
        messages.success(request, _("草稿已保存。可以随时从工作台继续填写。"))
        return redirect("home")
    return redirect(row) if right else _draw(request, row, matter, asked, form)


@require_POST
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def draft_hand_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything is asked once more, and handed in."""
    viewer = Viewer.of(request)
    row = _open(viewer, pk)
    matter, asking = MATTERS[DraftKind(row.kind)], _asking(viewer)
    try:
        case, unsaid = hand_in(row, matter, asking, seen=_seen(request))
    except StepRefused as refusal:
        if not Draft.objects.filter(pk=row.pk).exists():
            messages.error(request, str(refusal))
            return redirect("places:life", pk=row.system_id)
        return _check(request, Draft.objects.get(pk=row.pk), matter, asking, error=str(refusal))
    messages.success(request, matter.said)
    if unsaid:
        names = gettext("、").join(camera.name for one in unsaid for camera in one.cameras)
        told = gettext(
            "备案内容没有写明“%(names)s”变更后的安装位置，该变更仍待变更备案（条例第十四条）。"
            "请撤回备案，重新办理；公安机关已经接收的，另行办理变更备案。"
        )
        messages.warning(request, told % {"names": names})
    return redirect(case)


@require_POST
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def draft_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw it away."""
    row = _open(Viewer.of(request), pk)
    keeping.discard(row)
    messages.success(request, _("草稿已删除。"))
    return redirect("places:life", pk=row.system_id)


def _draw(
    request: HttpRequest, row: Draft, matter: DraftMatter, asked: PageOf, form: DraftPage, theirs: Any = None
) -> HttpResponse:
    number = matter.pages.index(asked) + 1
    context = {
        **_frame(row, matter, number),
        "asked": asked,
        "form": form,
        "theirs": theirs,
        "back": matter.before(asked.key),
        "papers": asked.key == "papers",
    }
    return render(request, "places/draft.html", context, status=INVALID if form.errors or theirs else 200)


def _check(request: HttpRequest, row: Draft, matter: DraftMatter, asking: DraftAuthor, error: str = "") -> HttpResponse:
    """Everything once more: what is wrong stands beside the page on which it is mended."""
    pages = matter.sent(row, asking)
    checked = [(page, pages[page.key], pages[page.key].is_valid(), pages[page.key].told()) for page in matter.pages]
    context = {
        **_frame(row, matter, len(matter.pages) + 1),
        "checked": checked,
        "ready": all(right for _page, _form, right, _told in checked),
        "error": error,
        "back": matter.before(CHECK),
        "police": row.system.site.division,
        "unsaid": matter.unsaid(row, asking),
        "findings": [said.line(one) for one in matter.findings(row, pages)],
        "spots": SPOTS,
    }
    return render(request, "places/draft_check.html", context, status=INVALID if error else 200)


def _frame(row: Draft, matter: DraftMatter, number: int) -> dict[str, Any]:
    labels = [*(page.title for page in matter.pages), _("核对并提交")]
    return {
        "draft": row,
        "system": row.system,
        "matter": matter,
        "clauses": matter.clauses(row.system),
        "number": number,
        "count": len(labels),
        "steps": [
            {"label": label, "state": "done" if at < number else "current" if at == number else "todo"}
            for at, label in enumerate(labels, 1)
        ],
        "lapses": keeping.lapses_on(row),
        "returned": _returned(row.system, matter),
        "crumbs": _crumbs(row.system, matter),
    }


def _returned(system: System, matter: DraftMatter) -> str:
    """Why police sent back what is filled in anew."""
    if matter.kind != DraftKind.FILING:
        return ""
    words = system.filings.filter(state=FilingState.RETURNED).values_list("returned_words", flat=True).first()
    return str(words or "")


def _theirs(row: Draft, matter: DraftMatter, asked: PageOf, asking: DraftAuthor) -> list[tuple[Any, Any]]:
    """What the other one wrote on this page."""
    page = matter.sent(row, asking)[asked.key]
    page.is_valid()
    return page.told()


def _open(viewer: Viewer, pk: UUID) -> Draft:
    rows = editable_drafts(viewer.person, viewer.at)
    return get_object_or_404(
        rows.select_related("system__site__division", "system__unit", "by__unit", "changed_by__unit"), pk=pk
    )


def _asking(viewer: Viewer) -> DraftAuthor:
    return DraftAuthor(viewer.person, viewer.at, terms_now())


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _crumbs(system: System, matter: DraftMatter) -> list[tuple[Any, str]]:
    return crumbs_of(system, (_("办理与经过"), reverse("places:life", args=[system.pk])), (matter.title, ""))
