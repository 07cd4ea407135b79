"""Fills a register quickly for measurements: units, places, systems in every state of filing, cameras with fields of view.

Rows are made by `bulk_create`, past the ledger: it is a register for measurements, never a real one. A module that measures calls
`fill` inside a Django that is set up and migrated.
"""

from __future__ import annotations

import datetime
import math
import random
import uuid
from dataclasses import dataclass

from custodes.cases.models import CaseStep
from custodes.people.models import Account, Division, Person, Post, PostKind, Unit, UnitKind
from custodes.places.models import (
    Camera,
    CameraState,
    Filing,
    FilingKind,
    FilingState,
    Node,
    Site,
    System,
    SystemState,
)

BATCH = 2000
#: Degrees around which the places of a county lie; most of them in the city.
SEATS = {
    "540102": (91.14, 29.65, 0.55), "540103": (91.00, 29.65, 0.2), "540104": (91.35, 29.67, 0.1),
    "540121": (91.26, 29.90, 0.05), "540124": (90.74, 29.35, 0.05), "540127": (91.73, 29.83, 0.05),
}  # fmt: skip
#: States of systems and whether their filing is handed in, with their shares.
STANDING = (
    ((SystemState.LEGACY, True), 0.55), ((SystemState.LEGACY, False), 0.1), ((SystemState.IN_USE, True), 0.25),
    ((SystemState.IN_USE, False), 0.05), ((SystemState.ACCEPTED, False), 0.05),
)  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """Who looks: an inspector of the city's police, and the caretaker of one unit."""

    inspector: Account
    caretaker: Account


def fill(*, cameras: int, systems: int, units: int, gaps: int, now: datetime.datetime, seed: int = 1) -> Filled:
    """Fill an empty register with rows that are the same each time."""
    chance = random.Random(seed)
    divisions = {row.code: row for row in Division.objects.filter(code__in=[*SEATS, "540100"])}
    police = Unit.objects.create(name="市局", kind=UnitKind.PUBLIC_SECURITY, division=divisions["540100"])
    inspector = _account("inspector", police, PostKind.INSPECTOR, now)
    codes = chance.choices(list(SEATS), [seat[2] for seat in SEATS.values()], k=units)
    held = Unit.objects.bulk_create(
        [
            Unit(name=f"单位 {number}", kind=UnitKind.INSTITUTION, division=divisions[code], path=f"x{number}/")
            for number, code in enumerate(codes)
        ],
        batch_size=BATCH,
    )
    for unit in held:
        unit.path = f"{unit.pk}/"
    Unit.objects.bulk_update(held, ["path"], batch_size=BATCH)
    caretaker = _account("caretaker", held[0], PostKind.CARETAKER, now)
    sites = [_site(number, held[number % units], chance) for number in range(systems + gaps)]
    Site.objects.bulk_create(sites, batch_size=BATCH)
    made = _systems(sites[:systems], inspector.person, now, chance)
    node = Node.objects.create(name="measured", workers=8)
    rows = [_camera(number, made[number % systems], node, chance) for number in range(cameras)]
    Camera.objects.bulk_create(rows, batch_size=BATCH)
    return Filled(inspector, caretaker)


def _account(name: str, unit: Unit, kind: PostKind, now: datetime.datetime) -> Account:
    person = Person.objects.create(name=name, unit=unit)
    Post.objects.create(person=person, unit=unit, kind=kind, valid_from=now - datetime.timedelta(days=1))
    return Account.objects.create(username=name, person=person)


def _site(number: int, unit: Unit, chance: random.Random) -> Site:
    east, north, _share = SEATS[unit.division.code]
    return Site(
        name=f"场所 {number}", category=number % 14 + 1, address="无", division=unit.division, unit=unit,
        longitude=round(chance.gauss(east, 0.03), 6), latitude=round(chance.gauss(north, 0.02), 6),
    )  # fmt: skip


def _systems(sites: list[Site], by: Person, now: datetime.datetime, chance: random.Random) -> list[System]:
    kinds = chance.choices([kind for kind, _share in STANDING], [share for _kind, share in STANDING], k=len(sites))
    today = now.date()
    made = []
    for number, (site, (state, _filed)) in enumerate(zip(sites, kinds, strict=True)):
        built = today - datetime.timedelta(days=1000 + number % 2000) if state == SystemState.LEGACY else None
        made.append(System(site=site, name=f"系统 {number}", unit=site.unit, state=state, built_on=built))
    System.objects.bulk_create(made, batch_size=BATCH)
    steps, filings = [], []
    for system, (state, filed) in zip(made, kinds, strict=True):
        day = today - datetime.timedelta(days=chance.randrange(1, 700))
        events = {SystemState.IN_USE: ("accept", "put_in_use"), SystemState.ACCEPTED: ("accept",)}.get(state, ())
        steps += [
            CaseStep(
                kind="places.system", case_id=system.pk, about=system.pk, seq=seq, event=event, after=state, on=day, by=by, at=now)
            for seq, event in enumerate(events, 1)
        ]  # fmt: skip
        if filed:
            filings.append(
                Filing(
                    system=system, kind=FilingKind.INITIAL, state=FilingState.FILED, drafted_by=by, drafted_at=now,
                    submitted_on=day, filed_on=day, receipt=uuid.uuid4().hex,
                )
            )  # fmt: skip
    CaseStep.objects.bulk_create(steps, batch_size=BATCH)
    Filing.objects.bulk_create(filings, batch_size=BATCH)
    return made


def _camera(number: int, system: System, node: Node, chance: random.Random) -> Camera:
    turn, away = chance.random() * 2 * math.pi, chance.random() * 0.002
    row = Camera(
        system=system, number=f"C{number:06}", name=f"点位 {number:06}", place="无", node=node, state=CameraState.CONNECTED,
        longitude=round(float(system.site.longitude or 0) + away * math.cos(turn), 6),
        latitude=round(float(system.site.latitude or 0) + away * math.sin(turn), 6),
        azimuth=chance.randrange(360), angle=chance.choice((70, 90, 110)), reach=chance.choice((25, 40, 60, 100)),
    )  # fmt: skip
    row.set_box()
    return row
