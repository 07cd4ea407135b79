"""One request: how it stands, what is met and missing, the one next step, and everything that was done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.access.agency.approvals import asks_for, outlook_of
from custodes.access.agency.asking import used_elsewhere
from custodes.access.agency.case import AGENCY
from custodes.access.agency.deciding import refusal
from custodes.access.agency.facts import asked_of, facts_of
from custodes.access.agency.guards import GUARDS
from custodes.access.agency.looking import handing_unmet
from custodes.access.agency.narrowing import open_of
from custodes.access.agency.presence import sitting_of
from custodes.access.agency.reach import above
from custodes.access.forms.agency import AgencyPaperForm
from custodes.access.looks.reach import kept_from
from custodes.access.models import AgencyRequest, AgencyState, AsksAs, AsksFor, Intake, PackageState, Way
from custodes.access.views.agency import common
from custodes.access.views.agency.choosing import ending_of
from custodes.access.views.agency.packages import BADGES as PACKAGE_BADGES
from custodes.access.views.embargo import line_of
from custodes.cases.step import StepInput
from custodes.cases.taking import form_of, last_seq
from custodes.cases.views import Around, CasePages
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds import agency
from custodes.law.grounds.agency import WAYS, CheckedCondition, checklist
from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import in_english
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.places.lifecycle import said

_P = Permission


def more(viewer: Viewer, row: AgencyRequest, today: date, terms: LegalTerms) -> dict[str, Any]:
    """What is met and missing, the one next step with what stands around it, and what the request says."""
    part = common.part_of(viewer, row)
    facts = facts_of(row, registered=_counts_as_registered(row))
    checked = checklist(facts, viewer.at)
    missing = [one for each in checked for one in each.unmet]
    lacks, without_power = (agency.refusable(facts, viewer.at, no_power) for no_power in (False, True))
    cameras = list(row.cameras.select_related("system__site").order_by("number"))
    refused = [Unmet(**one) for one in row.missing]
    ways = [_way(one) for one in WAYS] if row.requester != AsksAs.ORGAN else []
    asks, registered = asks_for(row, viewer.person), row.steps.filter(event="register", by=viewer.person).exists()
    mine = row.officers.filter(person=viewer.person).first()
    return {
        "part": part,
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
        # A warning that hinders nothing: for a penalty footage has to come from a camera that was made known (PL41). Publication of places is
        # not registered here.
        "unannounced": [one for one in cameras if one.sign_paper_id is None]
        if row.penalty and not row.base_data
        else [],
        "edits": part.edits(row),
        "chooses": part.chooses(row),
        "narrows": part.narrows(row),
        "narrowing": open_of(row),
        "ending": ending_of(viewer, row, cameras) if row.state in _UNDECIDED and (part.takes or part.approves) else [],
        "may_hold": viewer.may(_P.PLACE_HOLDS),
        "confirms": mine is not None and mine.confirmed_at is None and row.state in _FILLED,
        "barred": [_told(one) for one in _barred(viewer, row)] if part.approves else [],
        "outlook": outlook_of(row, viewer.at) if row.state in _DECIDING else None,
        "sets_approvals": viewer.may(_P.REFUSE_REQUESTS) or viewer.may(_P.APPROVE_REQUESTS),
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
        "denial": form_of(
            AGENCY.event("refuse"),
            initial={"words": refusal(without_power), "no_power": True, "seen": last_seq(AGENCY, row.pk)},
        ),
        "today": today,
        "embargo": line_of(row, viewer.at) if row.state != AgencyState.DRAFT else None,
        "crumbs": common.crumbs(row),
    }


def _elsewhere(viewer: Viewer, row: AgencyRequest) -> list[AgencyRequest]:
    """Requests to other holders on the same letter, without those of which this holder may learn nothing yet (decision 0287)."""
    kept = kept_from(viewer.person, viewer.at).values("pk")
    return list(used_elsewhere(row).exclude(pk__in=kept))


def _makes(viewer: Viewer, row: AgencyRequest, part: common.AgencyRole) -> bool:
    """Whether a package may be made here and now: the sitting at the counter is theirs, and its page stays open meanwhile."""
    if row.way == Way.CONSULT or row.base_data or not common.is_open(row) or not part.takes or handing_unmet(row):
        return False
    return sitting_of(row, viewer.person) is not None


#: States that an approver's answer ends, and the event that it is.
_DECIDING = {AgencyState.REGISTERED: "approve", AgencyState.GRANTED_URGENT: "review"}


def _barred(viewer: Viewer, row: AgencyRequest) -> tuple[Unmet, ...]:
    """Why an approver's answer would be refused to this viewer: what can't be done is not offered."""
    event = _DECIDING.get(AgencyState(row.state))
    if event is None:
        return ()
    return GUARDS[event](asked_of(row, event, StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at))))


_OVER = (AgencyState.CLOSED, AgencyState.REFUSED, AgencyState.LAPSED, AgencyState.REVOKED)
_UNDECIDED = (AgencyState.CHECKING, AgencyState.REGISTERED)
_FILLED = (AgencyState.DRAFT, AgencyState.CHECKING)
_VERBS = {Way.CONSULT: _("批准查阅"), Way.RETRIEVE: _("批准调取"), Way.COPY: _("批准复制")}


def _counts_as_registered(row: AgencyRequest) -> bool | None:
    """Before the registration its lack is no fault of who asks: the list shows it as the step that comes."""
    return True if row.state in _FILLED else None


def _line(one: CheckedCondition, row: AgencyRequest) -> dict[str, Any]:
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


REQUESTS = CasePages(
    AGENCY,
    Around(
        above_parent=lambda unit: [],
        above=lambda row: [],
        above_list=[],
        template="access/agency/request.html",
        more=more,
        may=common.ANY,
        told=common.told,
    ),
)
