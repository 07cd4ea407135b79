"""The lives of the story's systems: one filed, one that waits for its receipt, one sent back and half mended; a new one that is being
designed; a removal that is reported and has to wait, one that is half filled in; one whose receipt from elsewhere was taken over."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.people.lawful import terms
from custodes.people.models import Person
from custodes.people.papers.keeping import keep_paper
from custodes.places.drafts import keeping as drafts
from custodes.places.drafts.filing import FILING
from custodes.places.drafts.removal import REMOVAL
from custodes.places.filing import workflow as filing
from custodes.places.filing.fields import FIELDS
from custodes.places.filing.taking_over import take_over
from custodes.places.filing.workflow import Said
from custodes.places.lifecycle.entering import enter_system
from custodes.places.lifecycle.stepping import take
from custodes.places.models import Camera, DraftKind, PaperKind, PaperSort, RemovalGround, System
from custodes.places.models.recorded import SYSTEM_FIELDS
from custodes.places.removal import workflow as removal
from custodes.web.seed import story
from custodes.web.seed.acting import DAY, on, person
from custodes.web.seed.papers import file_paper
from custodes.web.seed.people import letter

_OF_DESIGN = (PaperSort.STANDARDS, PaperSort.INTERFACE, PaperSort.NORM, PaperSort.MLPS)


def plant_lives(systems: dict[str, System], now: datetime.datetime) -> None:
    """Plant them, each step in the name of whoever would take it and at its own time."""
    police, caretaker = person(story.RECEIVER), person(story.CARETAKER)
    _file(systems["roads"], person(story.REGISTRAR), now - 40 * DAY)
    filing.receive(systems["roads"].filings.get(), on(police, now - 37 * DAY))
    _file(systems["park"], person(story.REGISTRAR), now - 2 * DAY)
    _file(systems["school"], caretaker, now - 9 * DAY)
    filing.send_back(systems["school"].filings.get(), on(police, now - 6 * DAY, story.SENT_BACK))
    _design(systems["school"], caretaker, now)
    _report_removal(systems["school"], caretaker, now - 5 * DAY)
    _take_over(systems["coach"], person("xitong"), now - 20 * DAY)
    _mend(systems["school"], caretaker, now - 2 * DAY)
    _begin_removal(systems["park"], person(story.REGISTRAR), now - 55 * DAY)


def _file(system: System, by: Person, at: datetime.datetime) -> None:
    """Hand in what the register knows; the rest is not known."""
    draft = filing.begin(system, by, at)
    content = draft.content | {"contact": by.name, "phone": story.PHONE}
    content["uscc"] = content["uscc"] or story.UNITS[0].uscc
    unclear = frozenset(field.key for field in FIELDS if not field.required and not content.get(field.key))
    filing.submit(filing.save(draft, Said(content, unclear)), on(by, at))


def _design(school: System, by: Person, now: datetime.datetime) -> None:
    """A new system that is screened and designed, and waits for a qualified firm."""
    wish = System(
        site=school.site, name=story.NEW_SYSTEM, unit=school.unit, network=school.network, mlps_level=2, created_by=by
    )
    begun = now - 30 * DAY
    design(enter_system(wish, SYSTEM_FIELDS, on(by, begun)), by, begun)


def design(row: System, by: Person, at: datetime.datetime) -> None:
    """Screening and design of a system that was entered at `at`: they take three weeks."""
    file_paper(row, PaperKind.OTHER, PaperSort.ASSESSMENT, by, at + 6 * DAY)
    row = take(row, "screen", on(by, at + 8 * DAY), terms())
    for sort in _OF_DESIGN:
        file_paper(row, PaperKind.DESIGN, sort, by, at + 18 * DAY)
    take(row, "design_ok", on(by, at + 20 * DAY), terms())


def _take_over(coach: System, by: Person, at: datetime.datetime) -> None:
    """The coach station was filed on paper before it was entered here: the counter took its receipt over."""
    paper = keep_paper(letter(), by=by, at=at, about=f"places.system:{coach.pk}")
    take_over(coach, story.RECEIPT, paper, on(by, at), on_behalf=True)


def _report_removal(school: System, by: Person, at: datetime.datetime) -> None:
    """Reported five days ago, planned in twelve days: fifteen have to pass."""
    camera = Camera.objects.get(system=school, name=story.REMOVED_CAMERA)
    day = timezone.localdate(at) + 17 * DAY
    wanted = removal.Wanted((camera,), RemovalGround.CITY_WORKS, story.REMOVAL_WHY, day)
    removal.report(removal.plan(school, wanted, by, at), on(by, at))


def _mend(school: System, by: Person, at: datetime.datetime) -> None:
    """What was sent back is being mended: two pages are done."""
    begun = drafts.begin(DraftKind.FILING, school, FILING.pages[0].key, FILING.begin(school), by, at)
    drafts.keep(begun, "unit", {"phone": story.PHONE}, seen=0, reached="place", by=by, at=at)
    drafts.keep(begun, "place", {"address": school.site.address}, seen=1, reached="spots", by=by, at=at)


def _begin_removal(park: System, by: Person, at: datetime.datetime) -> None:
    """Begun nearly two months ago and not gone on with: it lapses in a few days."""
    begun = drafts.begin(DraftKind.REMOVAL, park, REMOVAL.pages[0].key, REMOVAL.begin(park), by, at)
    drafts.keep(begun, "what", {"what": "whole", "cameras": []}, seen=0, reached="why", by=by, at=at)
