"""Of unit A's system: a paper, a filing that police have before them, a removal that is reported, one that lies half filled in, a change
and an order."""

from __future__ import annotations

import datetime
from dataclasses import replace
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from custodes.cases.taking import add_paper
from custodes.people.papers.keeping import keep_paper
from custodes.places import retiring
from custodes.places.dossiers import Leaf, add
from custodes.places.drafts import keeping as drafts
from custodes.places.filing.fields import OPTIONAL, FilingAnswers
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import (
    Camera,
    ChangeKind,
    Draft,
    DraftKind,
    FirmStep,
    Moment,
    PaperKind,
    PaperSort,
    RemovalGround,
    Retirement,
    RetirementBasis,
    Site,
    SystemFirm,
    UpgradePaperSort,
)
from custodes.places.upgrades.case import UPGRADE
from tests.places.changes import steps as change
from tests.places.life import filings as filing
from tests.places.life import removals as removal
from tests.places.life.answers import ANSWERS
from tests.places.stage import Stage
from tests.places.upgrades.orders import issue, notice


def lying(stage: Stage, at: datetime.datetime) -> Draft:
    """A draft of a filing that was begun before the other was handed in."""
    by = stage.cast.caretaker.person
    return Draft.objects.create(
        kind=DraftKind.FILING, system=stage.school, by=by, begun_at=at, reached="unit", changed_by=by, changed_at=at
    )


def make(stage: Stage, at: datetime.datetime) -> None:
    """Lay them out."""
    by = stage.cast.caretaker.person
    picture = BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    upload = SimpleUploadedFile("平面图.png", picture.getvalue(), "image/png")
    paper = keep_paper(upload, by=by, at=at)
    Camera.objects.filter(pk=stage.gate.pk).update(sign_paper=paper)
    Site.objects.filter(pk=stage.school.site.pk).update(consent_paper=paper)
    SystemFirm.objects.create(
        system=stage.school, step=FirmStep.MAINTENANCE, unit=stage.cast.units["a"], since=at.date(), by=by, at=at
    )
    leaf = Leaf(PaperKind.DESIGN, PaperSort.PLAIN, "平面图", at.date())
    item = add(stage.school, leaf, paper, by, at)
    said = FilingAnswers(ANSWERS, frozenset(field.key for field in OPTIONAL), (item,))
    draft = filing.save(filing.begin(stage.school, by, at), said)
    filing.submit(draft, Taken(by, at, at.date()))
    wanted = removal.Wanted(
        (stage.yard,), RemovalGround.CITY_WORKS, "操场改建", at.date() + datetime.timedelta(days=20)
    )
    removal.report(removal.plan(stage.school, wanted, by, at), Taken(by, at, at.date()))
    seen = removal.Found((stage.gate,), "立柱上没有设备，线缆被剪断", at.date(), "值班员扎西")
    removal.find(stage.school, seen, Taken(by, at, at.date()))
    retiring.ask(
        Retirement(
            camera=stage.gate, basis=RetirementBasis.REPLACEMENT, until=at.date() + datetime.timedelta(days=9), words="镜头雾化"
        ),
        by, at,
    )  # fmt: skip
    case = change.request(stage.school, change.Wanted(ChangeKind.TURN, (stage.gate,), "朝向校门外", "校门外移"), by, at)
    change.add_picture(case, Moment.BEFORE, paper, stage.gate, by, at)
    police = stage.cast.inspector.person
    day = timezone.localdate(at)
    order = issue(stage, replace(notice(police, day), at=at))
    add_paper(UPGRADE, order, UpgradePaperSort.CHECK, paper, Taken(police, at, day))
    drafts.begin(DraftKind.REMOVAL, stage.school, "what", {}, by, at)
