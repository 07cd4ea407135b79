"""Changes of unit A's school as tests want them."""

from __future__ import annotations

import datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from custodes.people.models import Paper, Person
from custodes.people.papers.keeping import keep_paper
from custodes.places.changes.case import Wanted
from custodes.places.filing.fields import OPTIONAL, FilingAnswers
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import Camera, ChangeCase, ChangeKind, Filing, Moment
from custodes.places.models.recorded import CAMERA_FIELDS
from custodes.places.register import save_recorded
from tests.places.changes import steps as workflow
from tests.places.life import filings as filing
from tests.places.life.answers import ANSWERS
from tests.places.stage import Stage

DAY = datetime.timedelta(days=1)


def days(number: int) -> datetime.date:
    """So many days from today."""
    return timezone.localdate() + number * DAY


def taken(by: Person, on: datetime.date | None = None, words: str = "") -> Taken:
    """A step now, on that legal day."""
    now = timezone.now()
    return Taken(by, now, on or timezone.localdate(now), words)


def upload(name: str = "校门.png", colour: str = "white") -> SimpleUploadedFile:
    """A small picture."""
    data = BytesIO()
    Image.new("RGB", (40, 30), colour).save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


def paper(by: Person) -> Paper:
    """A picture that was handed in."""
    return keep_paper(upload(), by=by, at=timezone.now())


def wanted(*cameras: Camera, kind: ChangeKind = ChangeKind.MOVE) -> Wanted:
    """What is asked for."""
    return Wanted(kind, cameras, "门柱南侧", "校门外移")


def requested(stage: Stage, *cameras: Camera, pictured: bool = True) -> ChangeCase:
    """A move of these cameras, or of the gate's, that waits for leave."""
    by = stage.cast.caretaker.person
    those = cameras or (stage.gate,)
    case = workflow.request(stage.school, wanted(*those), by, timezone.now())
    for camera in those if pictured else ():
        workflow.add_picture(case, Moment.BEFORE, paper(by), camera, by, timezone.now())
    return case


def approved(stage: Stage, *cameras: Camera) -> ChangeCase:
    """One that is allowed."""
    return workflow.decide(requested(stage, *cameras), "approve", 0, taken(stage.cast.approver.person, words="同意"))


def moved(stage: Stage, camera: Camera, place: str = "门柱南侧") -> None:
    """The register says another place."""
    row = Camera.objects.select_related("system").get(pk=camera.pk)
    row.place = place
    save_recorded(row, CAMERA_FIELDS, stage.cast.caretaker.person, timezone.now())


def turned(stage: Stage, camera: Camera, view: str = "朝向校门外") -> None:
    """The register says another field of view."""
    row = Camera.objects.select_related("system").get(pk=camera.pk)
    row.view = view
    save_recorded(row, CAMERA_FIELDS, stage.cast.caretaker.person, timezone.now())


def done(stage: Stage) -> ChangeCase:
    """A move of the gate's camera that was made today."""
    by, case = stage.cast.caretaker.person, approved(stage)
    moved(stage, stage.gate)
    workflow.add_picture(case, Moment.AFTER, paper(by), stage.gate, by, timezone.now())
    return workflow.carry_out(case, taken(by))


def found(stage: Stage, by: Person | None = None) -> ChangeCase:
    """The gate's camera, turned without leave."""
    of = wanted(stage.gate, kind=ChangeKind.TURN)
    return workflow.find(stage.school, of, taken(by or stage.cast.inspector.person, words="巡查发现"))


def submitted(stage: Stage, **answers: str) -> Filing:
    """A filing of the school that says its cameras as they are, handed in."""
    by, now = stage.cast.caretaker.person, timezone.now()
    draft = filing.begin(stage.school, by, now)
    content = ANSWERS | {"places": draft.content["places"]} | answers
    draft = filing.save(draft, FilingAnswers(content, frozenset(field.key for field in OPTIONAL)))
    return filing.submit(draft, taken(by))


def filed(stage: Stage) -> Filing:
    """The school's filing, received."""
    return filing.receive(submitted(stage), taken(stage.cast.inspector.person))
