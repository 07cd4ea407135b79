"""What the tours of the register's kinds share: a step, the words of a program, and systems on their way."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import CredentialKind, Paper, Person
from custodes.places.filing.fields import OPTIONAL, FilingAnswers
from custodes.places.lifecycle.case import enter_system
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import (
    Camera,
    CameraState,
    FirmStep,
    PlaceRole,
    SecretNear,
    Site,
    System,
)
from custodes.places.models.recorded import SYSTEM_FIELDS
from custodes.places.models.site import PlaceRoleKind
from custodes.web.programs.writing import words_of
from tests.cast import SINCE
from tests.golden.tour import BEGINS, Clock
from tests.places.life import filings as filing
from tests.places.life.answers import ANSWERS
from tests.places.life.papers import certified, design_papers, firm, paper, passed, qualified
from tests.places.life.steps import take
from tests.places.stage import Stage

DAY = datetime.timedelta(days=1)
BEFORE = BEGINS - 60 * DAY
UNCLEAR = frozenset(field.key for field in OPTIONAL)


def step(
    clock: Clock,
    by: Person,
    words: str = "",
    *,
    on: datetime.date | None = None,
    papers: tuple[Paper, ...] = (),
    via: str = "",
) -> Taken:
    """The next step of this person, a minute after the one before."""
    at = clock.later()
    return Taken(by, at, on or timezone.localdate(at), words, papers, via)


def then(by: Person, at: datetime.datetime) -> Taken:
    """A step before the tour."""
    return Taken(by, at, timezone.localdate(at))


def by_program(name: str = "校务系统") -> str:
    """What stands with a step that a program takes in a person's name."""
    return words_of(cast(Any, SimpleNamespace(opened=SimpleNamespace(program=SimpleNamespace(name=name)))))


def proposed(stage: Stage) -> System:
    """A new system of the school's with one camera, and with all that its life will ask for."""
    by, at, site = stage.cast.caretaker.person, BEFORE, stage.school.site
    Site.objects.filter(pk=site.pk).update(
        basis="N7.2-2", key_parts="城公发〔2026〕3号", necessity="上下学时段人流密集，须掌握校门秩序", secret_near=SecretNear.NO
    )  # fmt: skip
    PlaceRole.objects.create(site=site, unit=stage.school.unit, role=PlaceRoleKind.OWNER, since=SINCE.date())
    wish = System(site=Site.objects.get(pk=site.pk), name="北门", unit=stage.school.unit)
    system = enter_system(wish, SYSTEM_FIELDS, then(by, at))
    Camera.objects.create(
        system=system, number="0301", name="北门", place="北门外侧立柱", view="北门及人行道", node=stage.node,
        place_reason="正对北门，上下学时段须看清人车进出", state=CameraState.CONNECTED, connected_at=at,
        longitude=Decimal("91.127201"), latitude=Decimal("29.657802"), azimuth=Decimal("45.5"), angle=Decimal(90), reach=60,
        sign_paper=paper("标志", by, at),
    )  # fmt: skip
    design_papers(system, by, at)
    qualified(firm(system, by, at, FirmStep.DESIGN), CredentialKind.DESIGN)
    qualified(firm(system, by, at), CredentialKind.CONSTRUCTION)
    certified(system, by, at)
    return system


def accepted(stage: Stage) -> System:
    """A system of the school's that passed acceptance three weeks before the tour."""
    by, system = stage.cast.caretaker.person, proposed(stage)
    for days, event in enumerate(("screen", "design_ok", "start", "complete", "begin_trial"), start=1):
        take(system, event, then(by, BEFORE + days * DAY), LegalTerms())
    at = BEFORE + 40 * DAY
    passed(system, by, at, timezone.localdate(at))
    return take(system, "accept", then(by, at), LegalTerms())


def filed(stage: Stage) -> None:
    """The school's old system was filed before the tour."""
    by = stage.cast.caretaker.person
    draft = filing.begin(stage.school, by, BEFORE)
    filing.save(draft, FilingAnswers(ANSWERS | {"places": draft.content["places"]}, UNCLEAR))
    filing.submit(draft, then(by, BEFORE + DAY))
    filing.receive(draft, then(stage.cast.inspector.person, BEFORE + 2 * DAY))
