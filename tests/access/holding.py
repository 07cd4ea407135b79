"""Placing holds in tests, and letting the pushes run in the caller's own thread."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import pytest
from django.utils import timezone

from custodes.access.holds import delivering
from custodes.access.holds.placing import PlacingBasis, hold
from custodes.access.models import Hold, HoldBasis, HoldDelivery
from custodes.places.models import Camera
from tests.places.stage import Stage

BEGINS = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def push_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pushes happen at once, in the thread that asks for them and on its connection."""

    def submit(call: Any, key: int) -> Future[bool]:
        done: Future[bool] = Future()
        row = HoldDelivery.objects.select_related("hold", "node").get(pk=key)
        done.set_result(delivering.push(row, timezone.now()))
        return done

    monkeypatch.setattr(delivering._pushes, "submit", submit)


def basis(**how: Any) -> PlacingBasis:
    return PlacingBasis(
        **{
            "kind": HoldBasis.CASE, "case_name": "校门口纠纷", "reason": "取证", "number": "城公（治）调字〔2026〕12号",
            "asked_by": "城关区公安分局", **how,
        }
    )  # fmt: skip


def place(stage: Stage, cameras: Sequence[Camera] = (), member: str = "approver", **how: Any) -> Hold:
    """A hold of the school's gate, by its approver."""
    whose = stage.cast.members[member]
    assert whose.post is not None
    return hold(
        list(cameras) or [stage.gate],
        (BEGINS, BEGINS + HOUR),
        basis(**how),
        whose.person,
        timezone.now(),
        unit=whose.post.unit,
    )
