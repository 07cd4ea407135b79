"""What lies about on the stage for the addresses of this room: a draft of the county's directory that lists unit A's school, and a version
of the city's that was published; the county's link with the city's platform, one that unit A asks for, a request that it is to answer."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from custodes.people.models import UnitKind
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import Camera, CameraState
from custodes.sharing.models import Verb
from custodes.sharing.tree import changing
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage
from tests.sharing import grants as granting
from tests.sharing import joining, versions
from tests.sharing import requests as cooperating
from tests.sharing.stage import CITY, NEED, department, in_force, organisation, second, system, taken


def make(stage: Stage) -> None:
    """Lay it out."""
    by = stage.cast.inspector.person
    row = versions.begin(stage.cast.units["county"], taken(by))
    versions.add(row, stage.school, "", "校园周边治安防控需要", taken(by))
    city = stage.cast.system_admin.person
    bureau = department(UnitKind.EDUCATION, "拉萨市教育局", CITY)
    system(bureau, "市教育局视频系统")
    row = versions.begin(stage.cast.units["city"], taken(city))
    versions.add(row, stage.school, "", "校园周边治安防控需要", taken(city))
    versions.submit(row, taken(city))
    versions.publish(row, taken(second(stage.cast, "second_of_the_city", "city").person))
    versions.issue(row.unit, bureau, "notice", timezone.localdate() + timedelta(days=30), taken(city))
    joined(stage)


def joined(stage: Stage) -> None:
    """Platforms, links, a tree, a grant that waits, a request that waits for unit A's answer."""
    cast = stage.cast
    by, other = cast.inspector.person, second(cast, "second_of_the_county").person
    link = in_force(cast, other)
    Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.CONNECTED)
    changing.put(link, [stage.gate.pk], organisation(link, by), taken(by))
    today = timezone.localdate()
    granting.propose(link, Verb.LIVE, taken(by, NEED), from_on=today, until_on=today)
    unit, now = cast.caretaker.person, timezone.now()
    paper = keep_paper(upload(pdf()), by=unit, at=now)
    joining.ask_system(stage.school, NEED, joining.given(unit, now, NEED, (paper,)))
    paper = keep_paper(upload(pdf()), by=by, at=now)
    cooperating.ask(
        cast.units["county"], cast.units["a"], NEED, "接入校门口点位", cooperating.due_from(today),
        joining.given(by, now, NEED, (paper,)),
    )  # fmt: skip
    late = cooperating.ask(
        cast.units["county"], cast.units["a"], NEED, "接入操场点位", today - timedelta(days=5),
        taken(by, at=now - timedelta(days=20)),
    )  # fmt: skip
    cooperating.remind(late, taken(by))
