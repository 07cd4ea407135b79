"""The evidence log. Its one entry is the operator's grant (`tests/places/furnishings.py`)."""

from __future__ import annotations

from tests.cast import EVERYBODY
from tests.web.registry import Opens, Public, members

READERS = members("auditor", "inspector")
OF_THE_OPERATOR = READERS | members("operator")

VIEWS: dict[str, Opens | Public] = {
    "oversight:ledger": Opens(READERS),
    "oversight:mine": Opens(EVERYBODY),
    "oversight:entry": Opens(OF_THE_OPERATOR, lambda cast: {"index": 0}),
    "oversight:proof": Opens(OF_THE_OPERATOR, lambda cast: {"index": 0}),
    "oversight:checkpoint": Opens(READERS),
    "oversight:note": Opens(READERS),
    "oversight:checks": Opens(READERS),
    "oversight:verify": Opens(READERS, method="post"),
    "oversight:reconciliation": Opens(READERS),
}
