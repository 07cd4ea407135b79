"""Looking. The operator stands duty and looks at the school's gate (`tests/places/furnishings.py`); nobody else does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from custodes.access.models import Grant, Hold
from tests.cast import EVERYBODY, Cast
from tests.places.who_may_open import EDITS_SCHOOL, SEES_SCHOOL, gate
from tests.web.registry import Opens, Public, members

LOOKS = members("operator")
STOPS = members("lead", "inspector")
NOBODY: frozenset[str] = frozenset()


def _look(name: str) -> Callable[[Cast], Mapping[str, Any]]:
    return lambda cast: {name: Grant.objects.get(person=cast.operator.person).pk}


def _camera(cast: Cast) -> Mapping[str, Any]:
    return {"pk": gate(cast).pk}


HOLDS_PLACED = members("lead", "approver", "inspector")
HOLDS_SEEN = HOLDS_PLACED | members("auditor")
HOLDS_RELEASED = members("approver", "inspector")


def _hold(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Hold.objects.get().pk}


def _hold_paper(cast: Cast) -> Mapping[str, Any]:
    return {**_hold(cast), "paper": Hold.objects.get().steps.get().papers.get().pk}


VIEWS: dict[str, Opens | Public] = {
    "access:wall": Opens(members("operator", "lead", "outsider")),
    "access:camera": Opens(members("operator", "lead"), _camera),
    "access:still": Opens(EDITS_SCHOOL, _camera, "post"),
    "access:holds": Opens(HOLDS_SEEN),
    "access:hold_place": Opens(HOLDS_PLACED),
    "access:hold": Opens(HOLDS_SEEN, _hold),
    # The auditor sees that there is a paper, and does not read it.
    "access:hold_paper": Opens(HOLDS_PLACED, _hold_paper),
    "access:hold_review": Opens(HOLDS_RELEASED, _hold, "post"),
    "access:hold_ask_release": Opens(HOLDS_RELEASED, _hold, "post"),
    "access:hold_confirm_release": Opens(HOLDS_RELEASED, _hold, "post"),
    "access:hold_decline_release": Opens(HOLDS_RELEASED, _hold, "post"),
    "access:viewings": Opens(EVERYBODY),
    "access:viewings_all": Opens(members("lead", "approver", "inspector", "auditor")),
    "access:stop": Opens(STOPS, _look("pk"), "post", lambda cast: {"reason": "试"}),
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
