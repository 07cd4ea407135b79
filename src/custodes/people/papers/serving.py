"""Handing a paper out: always as an attachment, never inline, each reading on record (R10); and whether a person has opened a paper, by that
record, which the house keeps for `delivery.KEEP`: a small picture is no opening.

Who may read it is the caller's question, by the row that the paper belongs to; ask it before.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from custodes.people.models import Paper, Person, RecordOutbox
from custodes.people.papers import store
from custodes.people.papers.examination import asking
from custodes.people.papers.examination.order import Unfit
from custodes.people.papers.kinds import PaperLimits, is_picture, picture_format
from custodes.people.records import paper_opened, record

POLICY = "sandbox; default-src 'none'"


class PaperDamaged(Exception):
    """The store has other bytes than were handed in, or none; `custodes doctor` says which papers."""


def serve(paper: Paper, *, by: Person, at: datetime.datetime, about: str = "") -> HttpResponse:
    """The file as it was handed in, to be saved.

    Args:
        by: who reads it.
        about: what it belongs to, for the record.

    Raises:
        PaperDamaged: its bytes are not those any more.
    """
    data = _read(paper)
    _on_record(paper, "original", by, at, about)
    answer = HttpResponse(data, content_type=paper.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, paper.name) or "attachment"
    return _closed(answer)


def serve_thumbnail(paper: Paper, *, by: Person, at: datetime.datetime, about: str = "") -> HttpResponse:
    """A small picture of a picture, decoded and encoded again; it is a reading too.

    Raises:
        Http404: it is no picture, or can't be decoded.
        PaperDamaged: as `serve`.
    """
    if not is_picture(paper.media_type):
        raise Http404
    order = PaperLimits.of_settings().thumbnail_order(picture_format(paper.media_type))
    try:
        data = asking.ask(order, io.BytesIO(_read(paper)))
    except Unfit as unfit:
        raise Http404 from unfit
    _on_record(paper, "thumbnail", by, at, about)
    return _closed(HttpResponse(data, content_type="image/png"))


def _read(paper: Paper) -> bytes:
    data = store.read(paper.sha256, paper.size)
    if data is None:
        raise PaperDamaged(_("材料“%(name)s”的内容缺失或者与登记时不符。") % {"name": paper.name})
    return data


def _on_record(paper: Paper, form: str, by: Person, at: datetime.datetime, about: str) -> None:
    record("paper.read", at=at, paper=paper.pk, sha256=paper.sha256, person=by, form=form, about=about)


def _closed(answer: HttpResponse) -> HttpResponse:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def unopened(papers: Iterable[Paper], person: Person) -> list[Paper]:
    """Those of them that this person has not opened, in their order."""
    keys = {paper_opened(person.uuid, paper.pk): paper for paper in papers}
    if not keys:
        return []
    known = set(RecordOutbox.objects.filter(about__in=keys).values_list("about", flat=True))
    return [paper for key, paper in keys.items() if key not in known]
