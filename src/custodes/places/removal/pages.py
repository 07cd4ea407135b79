"""The pages of removals (S18): their list, a report before it is made, and one that is planned, reported, carried out or found.

Each shows the day that the law leaves for it.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.cases.views import Around, CasePages, Crumbs
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import finding_text_and_caveats
from custodes.people.lawful import terms as terms_now
from custodes.people.permissions import Permission
from custodes.people.table import Table
from custodes.people.viewer import Viewer, needs
from custodes.places.changes.clock import removal_finding, unfiled
from custodes.places.drafts.removal import REMOVAL as REPORT
from custodes.places.models import Removal, RemovalState, Remover, Site, System
from custodes.places.models.cases import AHEAD, OPEN_REMOVALS
from custodes.places.network import keeps_nothing_classified
from custodes.places.removal.case import BADGES, REMOVAL
from custodes.places.removal.rules import (
    REPORTABLE,
    earliest,
    finding_of,
    first_day,
    latest_report,
    leaving,
    visible_removals,
)
from custodes.places.scope import built_systems, exact_cameras, handled_systems, told_exactly
from custodes.places.views.cases import Beginning, CaseList
from custodes.places.views.draft import start
from custodes.places.views.system import crumbs_of

LIST = CaseList(
    tab="removals",
    title=_("拆除"),
    what=("ground_told", _("拆除理由")),
    days={"reported_on": _("报告日期"), "planned": _("拟拆除日期")},
    default="-planned",
    states=list(RemovalState.choices),
    badges=BADGES,
    empty=_("没有拆除"),
    hint=_("需要拆除的，在系统的“办理与经过”页面办理。"),
    groups={"ahead": (_("办理中"), tuple(OPEN_REMOVALS))},
)


def removals_asked(request: HttpRequest) -> QuerySet[Removal]:
    """The removals that the person may see, narrowed down as the address says."""
    viewer = Viewer.of(request)
    return LIST.asked(request, visible_removals(viewer.person, viewer.at))


def removal_table(request: HttpRequest) -> Table:
    """The columns of the list of removals."""
    return LIST.table(request)


@require_safe
@needs(Permission.VIEW_PLACES)
def removal_list(request: HttpRequest) -> HttpResponse:
    """Removals of the systems that the person may see."""
    viewer = Viewer.of(request)
    reportable = built_systems(viewer.person, viewer.at).filter(state__in=REPORTABLE)
    beginning = Beginning.of(_("报告拆除"), reportable, "places:removal_add")
    return LIST.draw(request, visible_removals(viewer.person, viewer.at), beginning)


@keeps_nothing_classified
@needs(Permission.MANAGE_PLACES)
def removal_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Before one reports a removal: from which day it may be done; begin, or go on with what lies there."""
    viewer = Viewer.of(request)
    rows = built_systems(viewer.person, viewer.at).select_related("site__division", "unit")
    first = earliest(timezone.localdate(viewer.at), terms_now())
    return start(request, viewer, REPORT, get_object_or_404(rows, pk=pk), first=first)


def more(viewer: Viewer, row: Removal, today: date, terms: LegalTerms) -> dict[str, Any]:
    """What the page says besides: until when to report, from when it may be done, what is known of one that was found."""
    beforehand, first = latest_report(row, terms), first_day(row, terms)
    finding_words, caveats = finding_text_and_caveats(finding_of(row, today, terms), terms)
    builds = built_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists()
    handled = handled_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists()
    return {
        "removal": row,
        "system": row.system,
        "cameras": told_exactly(leaving(row).order_by("number"), exact_cameras(viewer.person, viewer.at))[:200],
        "beforehand": beforehand,
        "report_days": (beforehand.latest - today).days,
        "first": first,
        "first_days": None if first is None else (first - today).days,
        "too_soon": first is not None and row.planned < first,
        "finding_words": finding_words,
        "caveats": caveats,
        "change": _change(row, today, builds, terms),
        "ahead": row.state in AHEAD,
        "found_facts": _found_facts(row),
        "fine_query": urlencode(fine_facts(row)) if row.unauthorised and handled else "",
    }


def fine_facts(row: Removal) -> dict[str, str]:
    """What S40 and N30 ask of a removal that was found, as the calculator of fines takes it; what nobody knows is left out."""
    assert row.found_on is not None, "it was found on a day"
    on = row.gone_on or row.found_on
    own = row.remover == Remover.OWN
    facts = {
        "clause": "S40" if own else "N30",
        "respondent": "person" if row.remover == Remover.PERSON else "unit",
        "conduct_from": f"{on:%Y-%m-%d}",
        "conduct_to": f"{on:%Y-%m-%d}",
        "discovered": f"{row.found_on:%Y-%m-%d}",
        "decided": f"{timezone.localdate():%Y-%m-%d}",
        "building_or_using_unit": "yes" if own else "no",
    }
    site: Site = row.system.site
    if site.law_basis is not None:
        facts["n7_system"] = "no" if site.n9 else "yes"
    if row.grave:
        facts["grave"] = "on"
    return facts


def _found_facts(row: Removal) -> list[tuple[Any, Any]]:
    """What is known of one that was found; empty for one that was reported."""
    if not row.unauthorised:
        return []
    unknown = _("尚未查明")
    facts: list[tuple[Any, Any]] = [
        (_("发现日期"), row.found_on), (_("发现人及其单位"), row.found_by),
        (_("拆除日期（已知的）"), row.gone_on or unknown), (_("由谁拆除"), row.get_remover_display()),
        (_("拆除人的名称、姓名"), row.removed_by or unknown), (_("造成严重后果"), _("是") if row.grave else _("否")),
    ]  # fmt: skip
    if row.decided_by is not None:
        facts.append((_("认定不再恢复"), row.decided_by))
    return facts


def _change(row: Removal, today: date, builds: bool, terms: LegalTerms) -> dict[str, Any] | None:
    """The filing of the change that a removal of some cameras of a filed system is (N14); None where none is owed."""
    if not unfiled(row):
        return None
    finding = removal_finding(row, today, terms)
    assert finding.due is not None, "it was removed on a day"
    days = (finding.due - today).days
    return {
        "kind": "danger" if days < 0 else "attention",
        "title": _("变更备案已逾期") if days < 0 else _("还要办理变更备案"),
        "due": finding.due,
        "days": days,
        "href": reverse("places:filing_begin", args=[row.system_id]) if builds else "",
    }


def _life(system: System) -> Crumbs:
    return crumbs_of(system, (_("办理与经过"), reverse("places:life", args=[system.pk])))


def _begin(viewer: Viewer, system: System, request: HttpRequest) -> dict[str, Any]:
    chosen = request.GET.getlist("camera")
    return {"system": system, "initial": {"cameras": chosen} if chosen else None}


REMOVALS = CasePages(
    REMOVAL,
    Around(
        above_parent=_life,
        above=lambda row: _life(row.system),
        above_list=[],
        begin_form=_begin,
        taking_in=keeps_nothing_classified,
        template="places/removal.html",
        more=more,
    ),
)
