"""Of unit A's system: a paper, a filing that police have before them, a removal that is reported, one that lies half filled in, a change
and an order."""

from __future__ import annotations

import datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from custodes.law.duties.terms import Terms
from custodes.people.papers.keeping import keep_paper
from custodes.places.changes import workflow as change
from custodes.places.dossiers.keeping import Leaf, add
from custodes.places.drafts import keeping as drafts
from custodes.places.filing import workflow as filing
from custodes.places.filing.fields import OPTIONAL
from custodes.places.filing.workflow import Said
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import (
    Camera,
    ChangeKind,
    DraftKind,
    Moment,
    PaperKind,
    PaperSort,
    RemovalGround,
    Site,
    UpgradePaperKind,
)
from custodes.places.removal import workflow as removal
from custodes.places.upgrades import workflow as upgrade
from tests.places.life.answers import ANSWERS
from tests.places.stage import Stage


def make(stage: Stage, at: datetime.datetime) -> None:
    """Lay them out."""
    by = stage.cast.caretaker.person
    picture = BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    upload = SimpleUploadedFile("平面图.png", picture.getvalue(), "image/png")
    paper = keep_paper(upload, by=by, at=at)
    Camera.objects.filter(pk=stage.gate.pk).update(sign_paper=paper)
    Site.objects.filter(pk=stage.school.site.pk).update(consent_paper=paper)
    leaf = Leaf(PaperKind.DESIGN, PaperSort.PLAIN, "平面图", at.date())
    item = add(stage.school, leaf, paper, by, at)
    said = Said(ANSWERS, frozenset(field.key for field in OPTIONAL), (item,))
    draft = filing.save(filing.begin(stage.school, by, at), said)
    filing.submit(draft, Taken(by, at, at.date()))
    wanted = removal.Wanted(
        (stage.yard,), RemovalGround.CITY_WORKS, "操场改建", at.date() + datetime.timedelta(days=20)
    )
    removal.report(removal.plan(stage.school, wanted, by, at), Taken(by, at, at.date()))
    case = change.request(stage.school, change.Wanted(ChangeKind.TURN, (stage.gate,), "朝向校门外", "校门外移"), by, at)
    change.add_picture(case, Moment.BEFORE, paper, stage.gate, by, at)
    police = stage.cast.inspector.person
    day = timezone.localdate(at)
    term = upgrade.Wanted((("GB/T 28181", "不能接入", "更换设备"),), day, day, 60, "城关区公安局", "0891-0000000")
    order = upgrade.issue(stage.school, term, Taken(police, at, day), Terms())
    upgrade.add_paper(order, UpgradePaperKind.CHECK, paper, police, at)
    drafts.begin(DraftKind.REMOVAL, stage.school, "what", {}, by, at)
