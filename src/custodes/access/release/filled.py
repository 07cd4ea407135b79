"""Which of a release's footage is the device's own recording, taken later: as the records of its steps say it, also when the node has deleted its files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from custodes.access.models import Release

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TELLING = ("mask", "review")


def device_stretches(row: Release) -> list[tuple[datetime, datetime]]:
    """From when to when; none where all of it was sealed as it was recorded, or no film was read yet."""
    last = row.steps.filter(event__in=TELLING).select_related("record").order_by("-revision").first()
    told = last.record.record.get("device", ()) if last is not None else ()
    return [(_EPOCH + timedelta(microseconds=begin), _EPOCH + timedelta(microseconds=end)) for begin, end in told]
