"""Completeness and storage."""

from __future__ import annotations

from tests.cast import EVERYBODY, Cast
from tests.places.who_may_open import SEES_SCHOOL, SIGNED, gate
from tests.web.registry import Opens, Public, members

READERS = EVERYBODY - members("officer", "security_admin", "bystander")


def node(cast: Cast) -> dict[str, object]:
    """The school's node."""
    return {"pk": gate(cast).node_id}


VIEWS: dict[str, Opens | Public] = {
    "upkeep:completeness": Opens(READERS),
    "upkeep:down": Opens(READERS),
    "upkeep:camera_day": Opens(SEES_SCHOOL, lambda cast: {"pk": gate(cast).pk, "day": "2026-03-02"}),
    "upkeep:forecast": Opens(READERS - members("operator", "outsider", "approver")),
    # The form opens for whoever may order at all; an order over another unit's cameras is refused (test_shortage.py).
    "upkeep:thinning": Opens(members("lead", "system_admin"), node),
    "upkeep:thinning_end": Opens(members("lead", "system_admin"), node, "post"),
    "upkeep:nodes": Opens(READERS - members("operator", "outsider", "approver")),
    "upkeep:rollup": Public(SIGNED, 401, "post"),
    "upkeep:status": Public(SIGNED, 401, "post"),
}
