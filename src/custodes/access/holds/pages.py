"""The pages of holds (S33.2a): the list; one with what each worker said of it, added up as it was when they answered; and the form that
places one, for which cameras are searched and chosen, several times if need be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from custodes.access.forms.holds import HoldForm
from custodes.access.holds import delivering
from custodes.access.holds.awaited import awaiting, kept_by_another, shortens, words_before_handover
from custodes.access.holds.case import HOLD, RELEASERS
from custodes.access.holds.reach import holdable_cameras, placing_unit, seen_cameras
from custodes.access.models import Hold, HoldDelivery, HoldState
from custodes.cases.step import StepInput
from custodes.cases.taking import begin, reaches
from custodes.cases.views import INVALID, Around, CasePages
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import StepRefused, terms
from custodes.people.models import Paper
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS, PaperRefused, takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Camera

ANSWER_SECONDS = 1.5
_LIST = [(_("信息保全"), reverse_lazy("access:hold_list"))]


def more(viewer: Viewer, row: Hold, today: date, terms: LegalTerms) -> dict[str, Any]:
    """What each worker said, what of it the reader may see, and what a release still waits for."""
    seen = seen_cameras(viewer.person, viewer.at).filter(pk__in=row.cameras.values("pk"))
    within = set(seen.values_list("pk", flat=True))
    deliveries = list(row.deliveries.select_related("node"))
    asked = row.state == HoldState.RELEASE_ASKED
    may = reaches(RELEASERS, row, viewer.person, viewer.at)
    request = awaiting(row) if asked else None
    return {
        "hold": row,
        "found": found_of(row, deliveries, within),
        "unseen": row.cameras.count() - len(within),
        "answered": [one for one in deliveries if one.answered_at is not None],
        "unanswered": [one for one in deliveries if one.version < row.version],
        "review_due": row.review_due(today),
        "review_days": (row.review_on - today).days,
        "first": asked and row.release_by_id == viewer.person.pk,
        "awaits": words_before_handover(row, confirms=asked) if may and row.open and not shortens(row) else "",
        "smaller": kept_by_another(row, request) if request is not None else None,
        "crumbs": [*_LIST, (row.case_name, "")],
    }


def waited(row: Hold) -> None:
    """A moment for the workers to answer, so that the next page can say how it went."""
    delivering.wait_a_moment(row, ANSWER_SECONDS)


HOLDS = CasePages(
    HOLD,
    Around(
        above_parent=lambda unit: _LIST,
        above=lambda row: _LIST,
        above_list=[],
        template="access/holds/one.html",
        more=more,
        list_template="access/holds/list.html",
        listed=lambda rows: rows.annotate(spots=Count("cameras", distinct=True)),
        after=waited,
    ),
)


LAST = timedelta(minutes=30)
AROUND = timedelta(minutes=5)


@takes_papers()
@needs(Permission.PLACE_HOLDS)
def place(request: HttpRequest) -> HttpResponse:
    """The form, and the hold. `find` draws it again with more cameras to choose from."""
    viewer = Viewer.of(request)
    cameras = holdable_cameras(viewer.person, viewer.at)
    finding = request.method != "POST" or "find" in request.POST
    given = request.POST if request.method == "POST" else request.GET
    chosen = [key for key in given.getlist("cameras" if request.method == "POST" else "camera") if _is_uuid(key)]
    how: dict[str, Any] = {
        "cameras": cameras,
        "chosen": chosen,
        "query": given.get("q", "").replace("\x00", "").strip()[:80],
        "at": viewer.at,
    }
    if finding:
        form = HoldForm(initial=_initial(request, chosen, viewer.at), **how)
        return _place_page(request, form, 200)
    form = HoldForm(request.POST, request.FILES, **how)
    if form.is_valid():
        try:
            with transaction.atomic():
                row = _placed(viewer, form)
        except PaperRefused as refusal:
            form.add_error("paper", str(refusal))
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            waited(row)
            messages.success(request, HOLD.event("place").said)
            return redirect(row)
    return _place_page(request, form, INVALID)


def _placed(viewer: Viewer, form: HoldForm) -> Hold:
    data, upload = form.cleaned_data, form.cleaned_data.get("paper")
    papers: tuple[Paper, ...] = ()
    if upload:
        about = Hold._meta.label_lower
        papers = (keep_paper(upload, by=viewer.person, at=viewer.at, kinds=SCANS, about=about, field="paper"),)
    step = StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at), data["reason"], papers, data=data)
    row: Hold = begin(HOLD, "place", placing_unit(viewer.person, viewer.at), step, terms())
    return row


def _place_page(request: HttpRequest, form: HoldForm, status: int) -> HttpResponse:
    crumbs = [(_("信息保全"), reverse("access:hold_list")), (_("设定保全"), "")]
    return render(request, "access/holds/place.html", {"form": form, "crumbs": crumbs}, status=status)


def _initial(request: HttpRequest, chosen: list[str], at: datetime) -> dict[str, Any]:
    """What the form begins with: of a search what was typed, of a link its cameras and span, else the last half hour."""
    if request.method == "POST":
        return {name: request.POST[name] for name in HoldForm.base_fields if name in request.POST} | {"cameras": chosen}
    begins, ends = _moment(request.GET.get("from", "")), _moment(request.GET.get("to", ""))
    around = _moment(request.GET.get("at", ""))
    if around is not None and begins is None:
        begins, ends = around - AROUND, around + AROUND
    ends = ends or at.replace(microsecond=0)
    return {"cameras": chosen, "begins": begins or ends - LAST, "ends": ends, "q": request.GET.get("q", "")[:80]}


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        return None
    if found is not None and timezone.is_naive(found):
        found = timezone.make_aware(found)
    return found


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class HeldFootage:
    """Of one camera, in microseconds; all of them 0 and `answered` false while no worker has answered."""

    camera: Camera
    answered: bool
    there_us: int = 0
    deleted_us: int = 0
    never_us: int = 0
    ahead_us: int = 0


def found_of(hold: Hold, deliveries: Iterable[HoldDelivery], seen: Collection[UUID]) -> list[HeldFootage]:
    """Each camera of the hold that the reader may see, by name.

    Where a camera has footage on two nodes, what one has the other never recorded: what is there and what was deleted adds up.
    """
    reports: dict[str, list[dict[str, int]]] = {}
    for delivery in deliveries:
        for one in delivery.report:
            reports.setdefault(str(one["camera"]), []).append(one)
    lines = []
    for camera in hold.cameras.select_related("system__unit").order_by("name", "pk"):
        if camera.pk not in seen:
            continue
        told = reports.get(str(camera.pk), [])
        lines.append(
            HeldFootage(
                camera,
                bool(told),
                sum(int(one["there_us"]) for one in told),
                sum(int(one["deleted_us"]) for one in told),
                min((int(one["never_us"]) for one in told), default=0),
                min((int(one["ahead_us"]) for one in told), default=0),
            )
        )
    return lines
