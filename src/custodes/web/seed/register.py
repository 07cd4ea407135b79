"""The story's register: what places rest on, a key target, two places without a system, an overlap with its reason, a doubt."""

from __future__ import annotations

import datetime

from custodes.people.models import Division, Unit
from custodes.places.models import Camera, Node, PlaceRole, PlaceRoleKind, Site, System
from custodes.places.models.recorded import CAMERA_FIELDS, SITE_FIELDS
from custodes.places.register import save_recorded
from custodes.web.seed import story
from custodes.web.seed.acting import person


def plant_register(units: dict[str, Unit], systems: dict[str, System], node: Node, now: datetime.datetime) -> None:
    """Plant it; each row in the name of whoever would enter it."""
    by = person(story.REGISTRAR)
    for key, told in story.PLACES.items():
        site = Site.objects.get(pk=systems[key].site_id)
        for name, value in told.items():
            setattr(site, name, value)
        save_recorded(site, SITE_FIELDS, by, now)
        if not site.state_owned:
            PlaceRole.objects.create(site=site, unit=site.unit, role=PlaceRoleKind.OWNER, since=now.date() - story.HELD)
    for gap in story.GAPS:
        unit = units[gap.unit]
        site = Site(
            name=gap.name,
            category=gap.category,
            address=gap.address,
            division=Division.objects.get(code=gap.division),
            unit=unit,
            created_by=by,
            **gap.more,
        )
        save_recorded(site, SITE_FIELDS, by, now)
        PlaceRole.objects.create(site=site, unit=unit, role=PlaceRoleKind.OWNER, since=now.date() - story.HELD)
    for name, field in story.FIELDS_OF_VIEW.items():
        camera = Camera.objects.get(name=name)
        for key, value in field.items():
            setattr(camera, key, value)
        save_recorded(camera, CAMERA_FIELDS, by, now)
    caretaker = person(story.CARETAKER)
    name, place, view, note = story.DOUBTED
    doubted = Camera(
        system=systems["school"], node=node, number="SCHOOL-09", name=name, place=place, view=view,
        screening_note=note, created_by=caretaker,
    )  # fmt: skip
    save_recorded(doubted, CAMERA_FIELDS, caretaker, now)
