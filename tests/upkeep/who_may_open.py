"""Completeness and storage."""

from __future__ import annotations

from tests.cast import EVERYBODY
from tests.places.who_may_open import SEES_SCHOOL, SIGNED, gate
from tests.web.registry import Opens, Public, members

READERS = EVERYBODY - members("officer", "security_admin", "bystander")

VIEWS: dict[str, Opens | Public] = {
    "upkeep:completeness": Opens(READERS),
    "upkeep:down": Opens(READERS),
    "upkeep:camera_day": Opens(SEES_SCHOOL, lambda cast: {"pk": gate(cast).pk, "day": "2026-03-02"}),
    "upkeep:forecast": Opens(READERS - members("operator", "outsider", "approver")),
    "upkeep:nodes": Opens(READERS - members("operator", "outsider", "approver")),
    "upkeep:rollup": Public(SIGNED, 401, "post"),
    "upkeep:status": Public(SIGNED, 401, "post"),
}
