"""The outbox says of which row a change tells."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.people.records import config_changed, record, record_many
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_a_change_is_found_by_its_row_and_other_records_are_of_none(cast: Cast) -> None:
    now, unit = timezone.now(), cast.units["a"]
    one = config_changed(unit, {"name": ("甲", "乙")}, by=None, at=now)
    assert one is not None
    assert one.about == f"people.unit:{unit.uuid}"
    fields = {"by": "system", "object": "places.camera", "object_id": str(uuid4()), "changes": {"name": [None, "丙"]}}
    [many] = record_many("config.changed", at=now, each=[fields])
    assert RecordOutbox.objects.get(about=f"places.camera:{fields['object_id']}") == many
    person = {"account": uuid4(), "person": None, "method": "password", "address": "192.0.2.1", "reason": ""}
    assert record("logout", at=now, **person).about == ""
