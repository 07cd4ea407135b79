"""A paper is handed out as an attachment alone, and each reading is on record."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import pytest
from django.http import Http404
from django.test import RequestFactory
from PIL import Image

from custodes.people.models import RecordOutbox
from custodes.people.papers import store
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.serving import PaperDamaged, serve, serve_thumbnail
from custodes.settings import get_settings
from tests.cast import Cast
from tests.people.papers.samples import pdf, picture, upload

AT = datetime.datetime(2026, 6, 1, 4, tzinfo=datetime.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(get_settings()), "papers_folder", property(lambda self: tmp_path / "papers"))


def test_it_is_an_attachment_that_no_browser_opens_by_itself(cast: Cast) -> None:
    paper = keep_paper(upload(pdf(), '授权"书\r\n.pdf'), by=None, at=AT)
    answer = serve(paper, by=cast.inspector.person, at=AT, about="people.unit:1")
    assert answer.content == pdf()
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment; filename*=utf-8''")
    assert "\n" not in said
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-store"
    record = RecordOutbox.objects.get(type="paper.read").record
    assert (record["person"], record["form"]) == (str(cast.inspector.person.uuid), "original")
    assert (record["sha256"], record["about"]) == (paper.sha256, "people.unit:1")


def test_the_sites_own_policy_does_not_replace_the_sandbox(cast: Cast) -> None:
    from csp.middleware import CSPMiddleware

    paper = keep_paper(upload(pdf()), by=None, at=AT)
    answer = serve(paper, by=cast.inspector.person, at=AT)
    passed = CSPMiddleware(lambda request: answer)(RequestFactory().get("/"))
    assert passed.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_damaged_bytes_are_never_handed_out_and_not_recorded_as_read(cast: Cast) -> None:
    paper = keep_paper(upload(pdf()), by=None, at=AT)
    store.path_of(paper.sha256).write_bytes(b"x" * paper.size)
    with pytest.raises(PaperDamaged):
        serve(paper, by=cast.inspector.person, at=AT)
    assert not RecordOutbox.objects.filter(type="paper.read").exists()


def test_a_thumbnail_is_small_encoded_anew_and_bare(cast: Cast) -> None:
    source = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (1200, 900), "blue").save(source, "JPEG", exif=exif, comment=b"secret place")
    paper = keep_paper(upload(source.getvalue(), "标志.jpg"), by=None, at=AT)
    answer = serve_thumbnail(paper, by=cast.inspector.person, at=AT)
    assert answer.headers["Content-Type"] == "image/png"
    assert b"secret place" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as small:
        assert max(small.size) == 480
        assert not small.getexif()
    assert RecordOutbox.objects.get(type="paper.read").record["form"] == "thumbnail"


def test_a_large_picture_has_a_thumbnail_too(cast: Cast) -> None:
    """Decoding takes more than looking whether it may be kept: with the bounds of that a scan had none."""
    source = io.BytesIO()
    Image.new("RGBA", (5000, 3750), "white").save(source, "PNG", compress_level=1)
    paper = keep_paper(upload(source.getvalue(), "扫描件.png"), by=None, at=AT)
    assert serve_thumbnail(paper, by=cast.inspector.person, at=AT).content.startswith(b"\x89PNG")


def test_only_pictures_have_thumbnails(cast: Cast) -> None:
    paper = keep_paper(upload(pdf()), by=None, at=AT)
    with pytest.raises(Http404):
        serve_thumbnail(paper, by=cast.inspector.person, at=AT)
    small = keep_paper(upload(picture("TIFF"), "a.tiff"), by=None, at=AT)
    assert serve_thumbnail(small, by=cast.inspector.person, at=AT).content.startswith(b"\x89PNG")
