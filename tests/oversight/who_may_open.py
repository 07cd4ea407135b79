"""The evidence log."""

from __future__ import annotations

from tests.cast import EVERYBODY
from tests.web.registry import Opens, Public, members

READERS = members("auditor", "inspector")
#: An entry that is not in the log is found by nobody; what is there is tried in `tests/oversight`.
NOBODY: frozenset[str] = frozenset()

VIEWS: dict[str, Opens | Public] = {
    "oversight:ledger": Opens(READERS),
    "oversight:mine": Opens(EVERYBODY),
    "oversight:entry": Opens(NOBODY, lambda cast: {"index": 0}),
    "oversight:proof": Opens(NOBODY, lambda cast: {"index": 0}),
    "oversight:checkpoint": Opens(READERS),
    "oversight:note": Opens(READERS),
    "oversight:checks": Opens(READERS),
    "oversight:verify": Opens(READERS, method="post"),
    "oversight:reconciliation": Opens(READERS),
}
