"""The evidence log. Its one entry is the operator's grant (`tests/places/furnishings.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custodes.access.models import Grant
from tests.cast import EVERYBODY, Cast
from tests.web.registry import Opens, Public, members

READERS = members("auditor", "inspector")
KEEPING = EVERYBODY - members("officer", "security_admin", "bystander")
OF_THE_OPERATOR = READERS | members("operator")


def _look(cast: Cast) -> Mapping[str, Any]:
    """The operator's, at the school's gate."""
    return {"pk": Grant.objects.get(person=cast.operator.person).pk}


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
    "oversight:reconciliation": Opens(READERS),
    # Whoever reads completeness reads it of their own rows (test_retention_pages.py).
    "oversight:retention": Opens(KEEPING),
    "oversight:export_retention": Opens(KEEPING, lambda cast: {"form": "csv"}),
    "print:retention_report": Opens(KEEPING),
    "oversight:next_pass": Opens(KEEPING - members("operator", "outsider", "approver")),
}
