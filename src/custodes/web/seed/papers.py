"""Papers in the files of the story's systems."""

from __future__ import annotations

import datetime
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from custodes.people.models import Person
from custodes.people.papers.keeping import keep_paper
from custodes.places.dossiers.keeping import Leaf, add
from custodes.places.models import DossierItem, PaperKind, PaperSort, System
from custodes.web.seed.people import letter


def file_paper(system: System, kind: PaperKind, sort: PaperSort, by: Person, at: datetime.datetime) -> DossierItem:
    """One paper more, called by what it is."""
    paper = keep_paper(letter(), by=by, at=at, about=f"places.system:{system.pk}")
    return add(system, Leaf(kind, sort, f"{sort.label}（训练）", timezone.localdate(at)), paper, by, at)


def sign() -> SimpleUploadedFile:
    """A sign beside a camera as far as a training needs one (S15): a blue board with a camera on it, on a wall."""
    page = Image.new("RGB", (480, 360), "#b9ad9b")
    pen = ImageDraw.Draw(page)
    pen.rectangle((130, 60, 350, 280), fill="#1f4e9c", outline="#fff", width=6)
    pen.rectangle((180, 130, 270, 190), fill="#fff")
    pen.polygon([(270, 150), (310, 125), (310, 195), (270, 170)], fill="#fff")
    pen.text((186, 230), "TRAINING / SPECIMEN", fill="#fff")
    out = io.BytesIO()
    page.save(out, "PNG")
    return SimpleUploadedFile("标志照片.png", out.getvalue(), "image/png")
