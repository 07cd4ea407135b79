"""A paper, a filing that police have before them, a removal that is reported, and one that lies half filled in, of unit A's system."""

from __future__ import annotations

import datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from custodes.people.papers.keeping import keep_paper
from custodes.places.dossiers.keeping import Leaf, add
from custodes.places.drafts import keeping as drafts
from custodes.places.filing import workflow as filing
from custodes.places.filing.fields import OPTIONAL
from custodes.places.filing.workflow import Said
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import Camera, DraftKind, PaperKind, PaperSort, RemovalGround, Site
from custodes.places.removal import workflow as removal
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
    drafts.begin(DraftKind.REMOVAL, stage.school, "what", {}, by, at)
