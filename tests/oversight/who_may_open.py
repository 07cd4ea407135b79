"""The evidence log. Its one entry is the operator's grant (`tests/places/furnishings.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custodes.access.models import Grant
from custodes.settings import get_settings
from tests.cast import EVERYBODY, Cast
from tests.oversight import below
from tests.web.registry import Opens, Public, members

READERS = members("auditor", "inspector")
KEEPING = EVERYBODY - members("officer", "security_admin", "bystander")
OF_THE_OPERATOR = READERS | members("operator")


def _look(cast: Cast) -> Mapping[str, Any]:
    """The operator's, at the school's gate."""
    return {"pk": Grant.objects.get(person=cast.operator.person).pk}


def _below(cast: Cast) -> Mapping[str, Any]:
    """A log below, cosigned once."""
    return {"key": below.stand(get_settings().witness_folder)}


def _contradiction(cast: Cast) -> Mapping[str, Any]:
    """What it can't have signed honestly."""
    return {**_below(cast), "digest": below.contradict(get_settings().witness_folder).digest}


VIEWS: dict[str, Opens | Public] = {
    "oversight:look": Opens(members("operator", "lead", "caretaker", "approver", "auditor", "inspector"), _look),
    "oversight:ledger": Opens(READERS),
    "oversight:mine": Opens(EVERYBODY),
    "oversight:entry": Opens(OF_THE_OPERATOR, lambda cast: {"index": 0}),
    "oversight:proof": Opens(OF_THE_OPERATOR, lambda cast: {"index": 0}),
    "oversight:checkpoint": Opens(READERS),
    "oversight:note": Opens(READERS),
    "oversight:checks": Opens(READERS),
    "oversight:verify": Opens(READERS, method="post"),
    "oversight:witnessed": Opens(READERS),
    "oversight:witnessed_log": Opens(READERS, _below),
    "oversight:witnessed_note": Opens(READERS, _below),
    "oversight:witnessed_evidence": Opens(READERS, _contradiction),
    "oversight:reconciliation": Opens(READERS),
    # Whoever reads completeness reads it of their own rows (test_retention_pages.py).
    "oversight:retention": Opens(KEEPING),
    "oversight:export_retention": Opens(KEEPING, lambda cast: {"form": "csv"}),
    "print:retention_report": Opens(KEEPING),
    "oversight:next_pass": Opens(KEEPING - members("operator", "outsider", "approver")),
}
