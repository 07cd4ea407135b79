"""Of unit A's system all that programs read: what its life holds (`tests.places.life.rows`), an acceptance, a firm and a certificate."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.places.models import Acceptance
from tests.places.life import rows
from tests.places.life.papers import certified, firm
from tests.places.stage import Stage


def make(stage: Stage, at: datetime.datetime) -> None:
    """Lay them out."""
    by = stage.cast.caretaker.person
    rows.make(stage, at)
    firm(stage.school, by, at)
    certified(stage.school, by, at)
    Acceptance.objects.create(
        system=stage.school, on=timezone.localdate(at), passed=False, parts={"design": "符合设计"}, members="王强",
        words="夜间不清", by=by, at=at,
    )  # fmt: skip
