"""One request: how it stands, what is met and missing, the one next step, and everything that was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.access.agency import deciding
from custodes.access.agency.approvals import asks_for
from custodes.access.agency.facts import facts_of
from custodes.access.agency.letter import used_elsewhere
from custodes.access.agency.looking import handing_unmet
from custodes.access.agency.naming import in_a_row
from custodes.access.agency.narrowing import open_of
from custodes.access.agency.presence import sitting_of
from custodes.access.agency.reach import above
from custodes.access.agency.stepping import Taken
from custodes.access.agency.story import story_of
from custodes.access.agency.warning import unannounced
from custodes.access.forms.agency import AgencyPaperForm, ConfirmForm, ExtendForm, RegisterForm, WordsForm
from custodes.access.looks.reach import kept_from
from custodes.access.models import AgencyRequest, AgencyState, AsksAs, AsksFor, Intake, PackageState, Way
from custodes.access.views.agency import common
from custodes.access.views.agency.choosing import ending_of
from custodes.access.views.agency.packages import BADGES as PACKAGE_BADGES
from custodes.access.views.embargo import line_of
from custodes.law.grounds import agency
from custodes.law.grounds.agency import WAYS
from custodes.law.grounds.agency_checklist import Checked, checklist
from custodes.law.grounds.ground import Unmet
from custodes.people.permissions import Permission
from custodes.people.said import in_english
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle import said
from custodes.places.lifecycle.stepping import StepRefused

_P = Permission
#: Who takes each step, in words of `common.Part`.
TAKES: dict[str, tuple[str, ...]] = {
    "give_back": ("takes",),
    "review_law": ("takes",),
    "register": ("takes",),
    "grant_urgent": ("approves", "refuses"),
    "serve": ("takes",),
    "close": ("takes",),
    "take_back": ("takes", "approves"),
    "refuse": ("refuses",),
    "approve": ("approves",),
    "send_back": ("approves",),
    "review": ("approves",),
    "extend": ("approves",),
}
DONE = {
    "give_back": _("已退回补充。"),
    "review_law": _("已记录核对。"),
    "register": _("已登记，请审批人办理。"),
    "refuse": _("已拒绝。请打印拒绝告知单交给来访人员。"),
    "approve": _("已审批。"),
    "send_back": _("已退回核对。"),
    "grant_urgent": _("已紧急准予，请另一名审批人按时补审。"),
    "review": _("已补审。"),
    "serve": _("已登记提供。"),
    "close": _("已办结。"),
    "take_back": _("已收回，画面随即停止。"),
    "extend": _("已延长。"),
}


@require_safe
@needs(*common.ANY)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page."""
    viewer = Viewer.of(request)
    return draw(request, viewer, common.opened(viewer, pk))


@require_POST
@needs(*common.ANY)
def act(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """One step of the holder's."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    part = common.part_of(viewer, row)
    if not any(getattr(part, name) for name in TAKES.get(event, ())):
        raise Http404
    form = _form(event, row, request.POST)
    if not form.is_valid():
        return draw(request, viewer, row, _("请核对填写的内容。"), {event: form}, common.INVALID)
    taken = Taken(viewer.person, viewer.at, form.cleaned_data["words"].strip())
    try:
        if event == "review_law":
            row = deciding.review_law(row, viewer.person, viewer.at)
        elif event == "extend":
            row = deciding.extend(row, form.cleaned_data["days"], taken)
        elif event == "register":
            row = deciding.register(row, taken, originals=form.cleaned_data.get("originals", False))
        elif event == "refuse":
            row = deciding.refuse(row, taken, no_power="no_power" in request.POST)
        else:
            row = getattr(deciding, event)(row, taken)
    except StepRefused as refusal:
        again = common.opened(viewer, pk)
        return draw(request, viewer, again, common.told(refusal), {event: form}, common.INVALID)
    messages.success(request, DONE[event])
    return redirect(row)


def draw(
    request: HttpRequest,
    viewer: Viewer,
    row: AgencyRequest,
    error: Any = "",
    bound: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with what went wrong and the form as it was sent."""
    part = common.part_of(viewer, row)
    facts = facts_of(row, registered=_counts_as_registered(row))
    checked = checklist(facts, viewer.at)
    missing = [one for each in checked for one in each.unmet]
    lacks = agency.refusable(facts, viewer.at)
    cameras = list(row.cameras.select_related("system__site").order_by("number"))
    refused = [Unmet(**one) for one in row.missing]
    ways = [_way(one) for one in WAYS] if row.requester != AsksAs.ORGAN else []
    asks, registered = asks_for(row, viewer.person), row.steps.filter(event="register", by=viewer.person).exists()
    mine = row.officers.filter(person=viewer.person).first()
    context = {
        "row": row,
        "part": part,
        "badge": common.BADGES[AgencyState(row.state)],
        "error": error,
        "checked": [_line(one, row) for one in checked] if row.state not in _OVER else [],
        "missing": missing,
        "refused": [_told(one) for one in refused],
        "ways": ways,
        "officers": list(row.officers.select_related("person__unit")),
        "cameras": cameras,
        "lacks": [_told(one) for one in lacks],
        "returns": bool(agency.returnable(facts, viewer.at)),
        "no_camera": part.chooses(row) and not cameras and not row.base_data and not ways,
        "packages": [(one, PACKAGE_BADGES[PackageState(one.state)]) for one in row.packages.select_related("by__unit")],
        "makes": _makes(viewer, row, part),
        "papers": list(row.papers.select_related("paper", "by__unit")),
        "approvals": list(row.approvals.filter(void=False).select_related("by__unit")),
        "elsewhere": _elsewhere(viewer, row) if part.takes or part.approves else [],
        "unannounced": unannounced(row),
        "edits": part.edits(row),
        "chooses": part.chooses(row),
        "narrows": part.narrows(row),
        "narrowing": open_of(row),
        "ending": ending_of(viewer, row, cameras) if row.state in _UNDECIDED and (part.takes or part.approves) else [],
        "may_hold": viewer.may(_P.PLACE_HOLDS),
        "confirms": mine is not None and mine.confirmed_at is None and row.state in _FILLED,
        "own": part.approves and (asks or registered),
        "hurries": (part.approves or part.refuses) and not (asks or registered or row.begun_by_id == viewer.person.pk),
        "above": above(row.holder, viewer.at),
        "open": common.is_open(row),
        "expired": row.expires_at is not None and row.expires_at <= viewer.at,
        "late": row.escalated_at is not None,
        "sitting": sitting_of(row),
        "online": row.intake == Intake.ONLINE,
        "views": common.is_open(row) and not row.base_data and (part.asks or part.takes),
        "law_waits": row.basis == AsksFor.NAMED_LAW and row.law and row.law_reviewed_by_id is None,
        "hands_over": row.way != Way.CONSULT or row.base_data,
        "packs": row.way != Way.CONSULT and not row.base_data,
        "verb": _VERBS[Way(row.way)],
        "paper_form": AgencyPaperForm() if part.takes and row.state not in _OVER else None,
        "confirm_form": ConfirmForm(),
        "forms": _forms(row, bound or {}, lacks),
        "denial": WordsForm(prefix="refuse", initial={"words": _refusal(agency.refusable(facts, viewer.at, True))}),
        "today": timezone.localdate(viewer.at),
        "embargo": line_of(row, viewer.at) if row.state != AgencyState.DRAFT else None,
        "story": list(story_of(row)),
        "crumbs": common.crumbs(row),
    }
    return render(request, "access/agency/request.html", context, status=status)


def _elsewhere(viewer: Viewer, row: AgencyRequest) -> list[AgencyRequest]:
    """Requests to other holders on the same letter, without those of which this holder may learn nothing yet (decision 0287)."""
    kept = kept_from(viewer.person, viewer.at).values("pk")
    return list(used_elsewhere(row).exclude(pk__in=kept))


def _makes(viewer: Viewer, row: AgencyRequest, part: common.Part) -> bool:
    """Whether a package may be made here and now: the sitting at the counter is theirs, and its page stays open meanwhile."""
    if row.way == Way.CONSULT or row.base_data or not common.is_open(row) or not part.takes or handing_unmet(row):
        return False
    return sitting_of(row, viewer.person) is not None


_OVER = (AgencyState.CLOSED, AgencyState.REFUSED, AgencyState.LAPSED, AgencyState.REVOKED)
_UNDECIDED = (AgencyState.CHECKING, AgencyState.REGISTERED)
_FILLED = (AgencyState.DRAFT, AgencyState.CHECKING)
_VERBS = {Way.CONSULT: _("批准查阅"), Way.RETRIEVE: _("批准调取"), Way.COPY: _("批准复制")}


def _counts_as_registered(row: AgencyRequest) -> bool | None:
    """Before the registration its lack is no fault of who asks: the list shows it as the step that comes."""
    return True if row.state in _FILLED else None


def _form(event: str, row: AgencyRequest, sent: Any = None, initial: Any = None) -> Any:
    if event == "register":
        return RegisterForm(sent, prefix=event, counter=row.intake == Intake.COUNTER)
    return (ExtendForm if event == "extend" else WordsForm)(sent, prefix=event, initial=initial)


def _forms(row: AgencyRequest, bound: dict[str, Any], lacks: Sequence[Unmet]) -> dict[str, Any]:
    initial = {"refuse": {"words": _refusal(lacks)}}
    return {event: bound.get(event) or _form(event, row, initial=initial.get(event)) for event in TAKES}


def _refusal(lacks: Sequence[Unmet]) -> str:
    """What the reason says unless somebody writes another; in the record's language, with the articles by name."""
    return f"缺少：{in_a_row(lacks)}"[:500] if lacks else ""


def _line(one: Checked, row: AgencyRequest) -> dict[str, Any]:
    return {
        "comes": one.name == "registered" and row.state in _FILLED,
        "name": one.en if in_english() else one.zh,
        "clause": one.clause,
        "met": one.met,
        "unmet": [_told(each) for each in one.unmet],
    }


def _told(one: Unmet) -> dict[str, str]:
    return {"reason": said.reason(one), "remedy": said.remedy(one), "clause": one.clause}


def _way(one: Any) -> dict[str, str]:
    return {"clause": one.clause, "text": one.en if in_english() else one.zh}
