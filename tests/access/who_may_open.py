"""Looking. The operator stands duty and looks at the school's gate (`tests/places/furnishings.py`); nobody else does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from custodes.access.individual.workflow import ask
from custodes.access.models import Grant, IndividualRequest
from custodes.access.supervised.stepping import Taken
from tests.access.missing.desk import somebodys_case, somebodys_session
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


def _case(cast: Cast) -> Mapping[str, Any]:
    """A case of the county's police: the school's staff hold posts of the same kind, and see none of it."""
    return {"pk": somebodys_case(cast).pk}


def _individual(cast: Cast) -> Mapping[str, Any]:
    """A request to the school that waits for its answer."""
    found = IndividualRequest.objects.first()
    if found is None:
        at = datetime.now(UTC)
        row = IndividualRequest(
            claim="self", name="多布杰", document="id_card", interest="property", purpose="试", content="试"
        )
        found = ask(row, cast.units["a"], Taken(cast.caretaker.person, at))
    return {"pk": found.pk}


def _session(cast: Cast) -> Mapping[str, Any]:
    return {"pk": somebodys_session(cast).pk}


VIEWS: dict[str, Opens | Public] = {
    "access:wall": Opens(members("operator", "lead", "outsider")),
    "access:camera": Opens(members("operator", "lead"), _camera),
    "access:still": Opens(EDITS_SCHOOL, _camera, "post"),
    "access:viewings": Opens(EVERYBODY),
    "access:viewings_all": Opens(members("lead", "approver", "inspector", "auditor")),
    "access:stop": Opens(STOPS, _look("pk"), "post", lambda cast: {"reason": "试"}),
    "access:missing_list": Opens(NOBODY),
    "access:missing_open": Opens(NOBODY),
    "access:missing_check": Opens(NOBODY, method="post"),
    "access:missing": Opens(NOBODY, _case),
    "access:missing_facts": Opens(NOBODY, _case),
    "access:missing_scope": Opens(NOBODY, _case),
    "access:missing_found": Opens(NOBODY, _case, "post"),
    "access:missing_stop": Opens(NOBODY, _case, "post", lambda cast: {"words": "试"}),
    "access:missing_review": Opens(NOBODY, _case, "post", lambda cast: {"words": "试"}),
    "access:missing_paper_add": Opens(NOBODY, _case, "post"),
    "access:missing_paper": Opens(NOBODY, lambda cast: {**_case(cast), "paper": uuid4()}),
    "print:missing_sheet": Opens(NOBODY, _case),
    "print:missing_pledge": Opens(NOBODY, _case),
    "access:session_begin": Opens(NOBODY, _case),
    "access:session_alone": Opens(NOBODY, lambda cast: {**_case(cast), "kind": "preview"}, "post"),
    "access:session": Opens(NOBODY, _session),
    "access:missing_turn": Opens(NOBODY, _case),
    "access:individual_list": Opens(CARETAKERS),
    "access:individual_new": Opens(CARETAKERS),
    "access:individual": Opens(members("caretaker"), _individual),
    "access:individual_decide": Opens(members("caretaker"), _individual, "post"),
    "access:individual_close": Opens(members("caretaker"), _individual, "post"),
    "access:individual_session": Opens(members("caretaker"), _individual),
    "print:individual_notice": Opens(frozenset(), _individual),
    "access:session_pictured": Opens(NOBODY, _session, "post"),
    "access:session_end": Opens(NOBODY, _session, "post"),
    "access:session_find": Opens(NOBODY, _session, "post"),
    # The library's own address; nothing is there.
    "access:api:api-root": Opens(NOBODY),
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
    "access:api:renew": Opens(LOOKS, _look("grant"), "post"),
    "access:api:end": Opens(LOOKS, _look("grant"), "post"),
    "access:api:timeline": Opens(
        SEES_SCHOOL,
        lambda cast: {"camera": gate(cast).pk},
        data=lambda cast: {"from": "2026-03-02T00:00:00Z", "to": "2026-03-02T01:00:00Z"},
    ),
}
