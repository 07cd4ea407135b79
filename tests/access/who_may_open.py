"""Looking. The operator stands duty and looks at the school's gate (`tests/places/furnishings.py`); nobody else does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from custodes.access.models import (
    AgencyPaper,
    AgencyRequest,
    AgencyState,
    EvidencePackage,
    Grant,
    Hold,
    IndividualRequest,
    LookFinding,
    Narrowing,
    OwnImageRequest,
    Release,
)
from custodes.cases.models import CaseStep
from custodes.places.models import Camera
from tests.access.individual.requests import ask
from tests.access.missing.desk import somebodys_case, somebodys_session
from tests.access.ownimage import steps as own_images
from tests.cast import EVERYBODY, Cast
from tests.places.who_may_open import EDITS_SCHOOL, SEES_SCHOOL, gate
from tests.web.registry import Opens, Public, members

LOOKS = members("operator")
STOPS = members("lead", "inspector")
NOBODY: frozenset[str] = frozenset()
CARETAKERS = members("caretaker", "outside_caretaker")


def _look(name: str) -> Callable[[Cast], Mapping[str, Any]]:
    return lambda cast: {name: Grant.objects.get(person=cast.operator.person).pk}


def _camera(cast: Cast) -> Mapping[str, Any]:
    return {"pk": gate(cast).pk}


HOLDS_PLACED = members("lead", "approver", "inspector")
HOLDS_SEEN = HOLDS_PLACED | members("auditor")
HOLDS_RELEASED = members("approver", "inspector")


def _own_hold() -> Hold:
    """The one that somebody placed; a request that may take footage away has one of its own."""
    return Hold.objects.get(request="")


def _spoken(cast: Cast) -> dict[str, str]:
    """The gate is a channel with a loudspeaker."""
    url, output = "gb28181://54010200021188000001/54010200021318000001", "54010200021378000001"
    Camera.objects.filter(pk=gate(cast).pk).update(main_url=url, voice_output=output)
    grant = Grant.objects.get(person=cast.operator.person)
    return {"camera": str(gate(cast).pk), "grant": str(grant.pk), "reason": "疏导人群"}


def _hold(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _own_hold().pk}


def _hold_paper(cast: Cast) -> Mapping[str, Any]:
    return {**_hold(cast), "paper": CaseStep.objects.get(case_id=_own_hold().pk).papers.get().pk}


TAKES = members("operator", "lead", "caretaker")
REFUSES = members("lead", "caretaker")
APPROVES = members("approver")
#: Whoever reads what unit A was asked: its desk, its approver, and the audit administrator.
READS = TAKES | members("approver", "auditor")
ASKS = members("officer")
#: Staff of another unit, who have a register of their own.
ELSEWHERE = members("outsider", "outside_caretaker")


def _request(state: AgencyState, **more: Any) -> Callable[[Cast], Mapping[str, Any]]:
    return lambda cast: {"pk": AgencyRequest.objects.get(state=state).pk, **more}


def _paper(cast: Cast) -> Mapping[str, Any]:
    held = AgencyPaper.objects.get()
    return {"pk": held.request_id, "paper": held.pk}


def _package(cast: Cast) -> Mapping[str, Any]:
    held = EvidencePackage.objects.get()
    return {"pk": held.request_id, "package": held.pk}


_GRANTED = _request(AgencyState.GRANTED)
_DRAFT = _request(AgencyState.DRAFT)


def _narrowing(cast: Cast) -> Mapping[str, Any]:
    """A smaller scope that waits for the officers; the staff take it back."""
    row = AgencyRequest.objects.get(state=AgencyState.GRANTED)
    made = row.narrowings.first() or Narrowing.objects.create(
        request=row, span_from=row.span_from, span_to=row.span_to, words="试", by=cast.caretaker.person, at=row.begun_at
    )
    return {"pk": row.pk, "narrowing": made.pk, "answer": "withdraw"}


def _choosing(cast: Cast) -> Mapping[str, Any]:
    return {"subject": f"agency:{AgencyRequest.objects.get(state=AgencyState.DRAFT).pk}"}


def _case(cast: Cast) -> Mapping[str, Any]:
    """A case of the county's police: the school's staff hold posts of the same kind, and see none of it."""
    return {"pk": somebodys_case(cast).pk}


def _individual(cast: Cast) -> Mapping[str, Any]:
    """A request to the school that waits for its answer."""
    found = IndividualRequest.objects.first()
    if found is None:
        at = datetime.now(UTC)
        said = {
            "claim": "self",
            "name": "多布杰",
            "document": "id_card",
            "interest": "property",
            "purpose": "试",
            "content": "试",
        }
        found = ask(said, cast.units["a"], cast.caretaker.person, at)
    return {"pk": found.pk}


def _own_image(cast: Cast) -> Mapping[str, Any]:
    """A request to the school that waits for its answer."""
    found = OwnImageRequest.objects.first()
    if found is None:
        told = {"name": "卓玛", "document": "id_card", "document_number": "54", "place": "校门口", "content": "试"}
        found = own_images.ask(told, cast.units["a"], own_images.said(cast.caretaker.person, datetime.now(UTC)))
    return {"pk": found.pk}


def _session(cast: Cast) -> Mapping[str, Any]:
    return {"pk": somebodys_session(cast).pk}


RELEASES = members("lead", "caretaker")
LOOKS_AT_RELEASES = RELEASES | members("approver")
SEES_RELEASES = LOOKS_AT_RELEASES | members("auditor", "inspector")
#: Of the hotel, with releases of its own.
RELEASES_ELSEWHERE = members("outside_caretaker")


def _release(state: str, **more: Any) -> Callable[[Cast], Mapping[str, Any]]:
    return lambda cast: {"pk": Release.objects.get(state=state).pk, **more}


def _release_paper(cast: Cast) -> Mapping[str, Any]:
    step = CaseStep.objects.get(kind="access.release", papers__isnull=False)
    return {"pk": step.case_id, "paper": step.papers.get().pk}


REVIEWS = members("approver", "auditor", "inspector")
#: A unit's caretaker keeps its register of looks (N16.2(3)).
READS_LOOKS = members("lead", "caretaker", "outside_caretaker", "approver", "auditor", "inspector")


def _finding(cast: Cast) -> Mapping[str, Any]:
    """The operator looked outside of duty; they open it to explain, and the reviewers to judge."""
    return {"pk": LookFinding.objects.get().pk}


VIEWS: dict[str, Opens | Public] = {
    "access:release_list": Opens(SEES_RELEASES | RELEASES_ELSEWHERE),
    "access:release_export": Opens(SEES_RELEASES | RELEASES_ELSEWHERE, lambda cast: {"form": "csv"}),
    "access:release_propose": Opens(RELEASES | RELEASES_ELSEWHERE),
    "access:release": Opens(SEES_RELEASES, _release("masked")),
    "access:release_complete": Opens(RELEASES, _release("returned")),
    # Whoever may take a step is told that it is not the time for it, or what is missing; the one who proposed it drops it.
    **{
        f"access:release_{event}": Opens(who, _release("returned"), "post")
        for who, events in (
            (RELEASES, ("begin", "mask", "find", "write", "review", "publish", "drop")),
            (members("approver"), ("remask", "second_review")),
            (LOOKS_AT_RELEASES, ("give_back", "assess", "refuse", "withdraw", "forget")),
        )
        for event in events
    },
    "access:release_progress": Opens(LOOKS_AT_RELEASES, _release("masked")),
    "access:release_masks": Opens(LOOKS_AT_RELEASES, _release("masked")),
    # The node is away: 503 for whoever was let in.
    "access:release_film": Opens(LOOKS_AT_RELEASES, _release("masked")),
    "access:release_tracks": Opens(LOOKS_AT_RELEASES, _release("masked")),
    "access:release_save": Opens(
        RELEASES, _release("masked"), "post", lambda cast: {"version": 1, "looked": 0}, json=True
    ),
    "access:release_leaks": Opens(LOOKS_AT_RELEASES, _release("masked")),
    "access:release_copy": Opens(LOOKS_AT_RELEASES, _release("masked")),
    "access:release_publication": Opens(SEES_RELEASES, _release("approved")),
    "access:release_paper": Opens(LOOKS_AT_RELEASES, _release_paper),
    "access:release_print_form": Opens(SEES_RELEASES, _release("masked")),
    "access:viewings_export": Opens(READS_LOOKS, lambda cast: {"form": "csv"}),
    "access:findings": Opens(REVIEWS),
    "access:findings_export": Opens(REVIEWS, lambda cast: {"form": "csv"}),
    "access:finding": Opens(REVIEWS | members("operator"), _finding),
    **{
        f"access:finding_{event}": Opens(REVIEWS | members("operator"), _finding, "post")
        for event in ("explain", "ask", "in_order", "incident", "settle")
    },
    # A request to the school itself: whoever opens it is told that nothing is kept from the school.
    "access:embargo": Opens(READS | ASKS, _GRANTED),
    "access:embargo_act": Opens(READS | ASKS, _request(AgencyState.GRANTED, event="lift"), "post"),
    "access:wall": Opens(members("operator", "lead", "outsider")),
    "access:camera": Opens(members("operator", "lead"), _camera),
    "access:requests": Opens(READS | ASKS | ELSEWHERE),
    "access:requests_export": Opens(READS | ASKS | ELSEWHERE, lambda cast: {"form": "csv"}),
    "access:request_begin": Opens(TAKES | ASKS | ELSEWHERE),
    "access:request_approvals": Opens(REFUSES | members("approver", "outside_caretaker")),
    # The court's officer reads the own one alone; it came in online.
    "access:request": Opens(READS | ASKS, _GRANTED),
    "access:request_fill": Opens(TAKES, _request(AgencyState.DRAFT, page="who")),
    "access:request_cameras": Opens(TAKES, _DRAFT),
    "access:request_narrow": Opens(TAKES, _GRANTED),
    "access:request_narrow_answer": Opens(TAKES, _narrowing, "post"),
    # For a request on record, whoever chooses its cameras; the page itself holds no position.
    "access:choosing_window": Opens(TAKES, method="post", data=_choosing, json=True),
    "access:request_submit": Opens(TAKES, _DRAFT, "post"),
    "access:request_confirm": Opens(ASKS, _GRANTED, "post", lambda cast: {"card": "1"}),
    # Whoever may take a step is told that it is not the time for it, or what is missing.
    **{
        f"access:request_{step}": Opens(TAKES, _GRANTED, "post")
        for step in ("give_back", "review_law", "register", "close")
    },
    "access:request_serve": Opens(TAKES, _GRANTED, "post", lambda cast: {"words": "移交光盘一张"}),
    "access:request_refuse": Opens(REFUSES, _GRANTED, "post"),
    **{f"access:request_{step}": Opens(APPROVES, _GRANTED, "post") for step in ("approve", "send_back", "review")},
    "access:request_extend": Opens(APPROVES, _GRANTED, "post", lambda cast: {"days": "5"}),
    "access:request_grant_urgent": Opens(REFUSES | APPROVES, _GRANTED, "post"),
    "access:request_take_back": Opens(TAKES | APPROVES, _GRANTED, "post"),
    "access:request_again": Opens(TAKES, _request(AgencyState.REFUSED), "post"),
    "access:request_paper_add": Opens(TAKES, _GRANTED, "post"),
    "access:request_paper": Opens(READS | ASKS, _paper),
    "access:request_look": Opens(TAKES | ASKS, _GRANTED),
    "access:request_sit": Opens(TAKES, _GRANTED, "post"),
    "access:request_rise": Opens(TAKES, _GRANTED, "post"),
    "access:request_print_form": Opens(READS | ASKS, _GRANTED),
    "access:request_print_undertaking": Opens(READS | ASKS, _GRANTED),
    "access:request_print_extraction": Opens(READS | ASKS, _GRANTED),
    "access:package": Opens(READS | ASKS, _package),
    "access:package_progress": Opens(READS | ASKS, _package),
    "access:package_hand": Opens(TAKES, _package, "post", lambda cast: {}),
    "access:package_signed": Opens(READS | ASKS, _package),
    "access:evidence_keys": Opens(READS | ASKS | ELSEWHERE),
    "print:evidence": Opens(TAKES, _GRANTED, "post"),
    "access:request_print_copy": Opens(READS | ASKS, _GRANTED),
    "access:request_print_refusal": Opens(READS, _request(AgencyState.REFUSED)),
    "access:still": Opens(EDITS_SCHOOL, _camera, "post"),
    "access:hold_list": Opens(HOLDS_SEEN),
    "access:hold_export": Opens(HOLDS_SEEN, lambda cast: {"form": "csv"}),
    "access:hold_place": Opens(HOLDS_PLACED),
    "access:hold": Opens(HOLDS_SEEN, _hold),
    # The auditor sees that there is a paper, and does not read it.
    "access:hold_step_paper": Opens(HOLDS_PLACED, _hold_paper),
    "access:hold_review": Opens(HOLDS_RELEASED, _hold, "post"),
    "access:hold_shorten": Opens(HOLDS_RELEASED, _hold, "post"),
    "access:hold_ask_release": Opens(HOLDS_RELEASED, _hold, "post"),
    "access:hold_confirm_release": Opens(HOLDS_RELEASED, _hold, "post"),
    "access:hold_decline_release": Opens(HOLDS_RELEASED, _hold, "post"),
    "access:viewings": Opens(EVERYBODY),
    "access:viewings_all": Opens(READS_LOOKS),
    "access:stop": Opens(STOPS, _look("pk"), "post", lambda cast: {"reason": "试"}),
    "access:missing_list": Opens(NOBODY),
    "access:missing_export": Opens(NOBODY, lambda cast: {"form": "csv"}),
    "access:missing_open": Opens(NOBODY),
    "access:missing_check": Opens(NOBODY, method="post"),
    "access:missing": Opens(NOBODY, _case),
    "access:missing_facts": Opens(NOBODY, _case),
    "access:missing_scope": Opens(NOBODY, _case),
    "access:missing_found": Opens(NOBODY, _case, "post"),
    "access:missing_not_found": Opens(NOBODY, _case, "post", lambda cast: {"words": "试"}),
    "access:missing_stop": Opens(NOBODY, _case, "post", lambda cast: {"words": "试"}),
    "access:missing_review": Opens(NOBODY, _case, "post", lambda cast: {"words": "试"}),
    "access:missing_paper_add": Opens(NOBODY, _case, "post"),
    "access:missing_paper": Opens(NOBODY, lambda cast: {**_case(cast), "paper": uuid4()}),
    "access:missing_print_sheet": Opens(NOBODY, _case),
    "access:missing_print_pledge": Opens(NOBODY, _case),
    "access:session_begin": Opens(NOBODY, _case),
    "access:session_alone": Opens(NOBODY, lambda cast: {**_case(cast), "kind": "preview"}, "post"),
    "access:session": Opens(NOBODY, _session),
    "access:missing_turn": Opens(NOBODY, _case),
    "access:individual_list": Opens(CARETAKERS),
    "access:individual_export": Opens(CARETAKERS, lambda cast: {"form": "csv"}),
    "access:individual_new": Opens(CARETAKERS),
    "access:individual": Opens(members("caretaker"), _individual),
    "access:individual_decide": Opens(members("caretaker"), _individual, "post"),
    "access:individual_close": Opens(members("caretaker"), _individual, "post"),
    "access:individual_session": Opens(members("caretaker"), _individual),
    "access:individual_print_notice": Opens(frozenset(), _individual),
    "access:own_image_list": Opens(CARETAKERS),
    "access:own_image_export": Opens(CARETAKERS, lambda cast: {"form": "csv"}),
    "access:own_image_new": Opens(CARETAKERS),
    "access:own_image": Opens(members("caretaker"), _own_image),
    "access:own_image_answer": Opens(members("caretaker"), _own_image, "post"),
    "access:own_image_close": Opens(members("caretaker"), _own_image, "post"),
    "access:own_image_reopen": Opens(members("caretaker"), _own_image, "post"),
    "access:own_image_withdraw": Opens(members("caretaker"), _own_image, "post"),
    "access:own_image_copy": Opens(members("caretaker"), _own_image, "post"),
    "access:own_image_check": Opens(members("caretaker"), _own_image, "post"),
    "access:own_image_session": Opens(members("caretaker"), _own_image),
    "access:own_image_print_reply": Opens(frozenset(), _own_image),
    "access:session_pictured": Opens(NOBODY, _session, "post"),
    "access:session_end": Opens(NOBODY, _session, "post"),
    "access:session_find": Opens(NOBODY, _session, "post"),
    # The library's own address; nothing is there.
    "access:api:api-root": Opens(NOBODY),
    "access:api:here": Opens(EVERYBODY, method="post"),
    "access:api:views": Opens(
        LOOKS,
        method="post",
        data=lambda cast: {"cameras": [str(gate(cast).pk)], "live": True, "span": None, "reason": None},
        json=True,
    ),
    "access:api:steering": Opens(
        LOOKS,
        method="post",
        data=lambda cast: {
            "camera": str(gate(cast).pk),
            "grant": str(Grant.objects.get(person=cast.operator.person).pk),
        },
        json=True,
    ),
    "access:api:speaking": Opens(LOOKS, method="post", data=_spoken, json=True),
    "access:api:present": Opens(
        TAKES | ASKS, lambda cast: {"request_id": _GRANTED(cast)["pk"]}, "post", lambda cast: {}, json=True
    ),
    "access:api:leave": Opens(
        ASKS, lambda cast: {"request_id": _GRANTED(cast)["pk"]}, "post", lambda cast: {}, json=True
    ),
    "access:api:renew": Opens(LOOKS, _look("grant"), "post"),
    "access:api:end": Opens(LOOKS, _look("grant"), "post"),
    # The court's officers: within the span that was granted to them.
    "access:api:timeline": Opens(
        SEES_SCHOOL | ASKS,
        lambda cast: {"camera": gate(cast).pk},
        data=lambda cast: {"from": "2026-03-02T00:00:00Z", "to": "2026-03-02T01:00:00Z"},
    ),
}
