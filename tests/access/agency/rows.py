"""Requests that lie about, so that every address of theirs leads to something: one of each kind that a page asks for."""

from __future__ import annotations

from custodes.access.models import (
    AgencyPaperKind,
    AgencyRequest,
    EvidencePackage,
    Grant,
    PackageState,
)
from custodes.people.models import Paper
from custodes.people.papers.keeping import keep_paper
from tests.access.agency import asking, deciding
from tests.access.agency.asked import Asked
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage


def make(stage: Stage) -> None:
    """A draft of the counter, one refused, one that the court's officers may look at online; the last with a paper."""
    asked = Asked.on(stage)
    asked.draft(letter_number="草稿 1 号")
    deciding.refuse(asked.checking(letter_number=""), asked.taken(asked.staff))
    granted = asked.granted("online", letter_number="网 1 号", way="copy", security_organ=False)
    paper = keep_paper(
        upload(pdf(), "介绍信.pdf", "application/pdf"),
        by=asked.staff,
        at=asked.at,
        about=f"access.agencyrequest:{granted.pk}",
    )
    asking.add_paper(granted, AgencyPaperKind.LETTER, paper, asked.staff, asked.at)
    pack(asked, granted, paper)


def pack(asked: Asked, row: AgencyRequest, signed: Paper) -> EvidencePackage:
    """A package of it that waits to be handed over."""
    grant = Grant.objects.create(
        person=asked.staff,
        unit=asked.staff.unit,
        ground="agency",
        request=row,
        handover=True,
        span_from=row.span_from,
        span_to=row.span_to,
        watermark="-",
        asked_at=asked.at,
        ended_at=asked.at,
    )
    grant.cameras.set(row.cameras.all())
    return EvidencePackage.objects.create(
        request=row,
        grant=grant,
        state=PackageState.MADE,
        by=asked.staff,
        begun_at=asked.at,
        seen_at=asked.at,
        made_at=asked.at,
        bytes=1 << 20,
        sha256="a" * 64,
        listed="b" * 64,
        signed=signed,
    )
