"""The papers of a missing person's case (S29), for the police that have it. Official words in Chinese, whoever prints them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from custodes.access.models import MissingCase
from custodes.access.supervised.page import words_of
from custodes.documents.forms.individual import MissingPledge, MissingSheet, Sitting
from custodes.law.duties.finding import LegalTerms


def pledge_of(row: MissingCase, today: date, terms: LegalTerms) -> MissingPledge:
    """What is read aloud and signed before a look."""
    return MissingPledge(
        number=row.number,
        lost=row.lost_name,
        applicant=row.applicant,
        document=_document(row),
        words=words_of(row),
        police=row.unit.name,
    )


def sheet_of(row: MissingCase, today: date, terms: LegalTerms) -> MissingSheet:
    """As far as it has come."""
    sessions = row.sessions.select_related("officer").order_by("begun_at")
    found = [_moment(row.found_at), row.found_camera.name if row.found_camera else ""]
    if row.found_picture_at:
        found.append(f"画面时间 {_moment(row.found_picture_at)}")
    return MissingSheet(
        number=row.number,
        lost=row.lost_name,
        lost_as=row.get_lost_as_display() if row.lost_as else "",
        age="" if row.age is None else str(row.age),
        looks=row.looks,
        last_seen=row.last_seen,
        applicant=row.applicant,
        relation=row.get_relation_display() if row.relation else "",
        guardian_unit=row.guardian_unit,
        document=_document(row),
        phone=row.phone,
        proof=_joined(row.get_proof_display(), row.proof_words),
        report=row.report_number,
        protected=_joined(row.get_protected_display() if row.protected else "", row.protected_words),
        opened=_moment(row.opened_at),
        span=f"{_moment(row.span_from)} 至 {_moment(row.span_to)}" if row.span else "",
        cameras=tuple(f"{camera.number} {camera.name}" for camera in row.cameras.order_by("number")),
        sittings=tuple(
            Sitting(
                one.get_kind_display(),
                one.viewer_name,
                one.officer.name,
                _moment(one.begun_at),
                _moment(one.ended_at)[-8:],
                one.get_accepted_display() if one.accepted else "",
            )
            for one in sessions
        ),
        found="，".join(part for part in found if part),
        told=_joined(row.police_told, _moment(row.police_told_at)),
        closed=_joined(_moment(row.closed_at), row.closed_why),
        reviewed=_joined(row.reviewed_by.name if row.reviewed_by else "", _moment(row.reviewed_at)),
        police=row.unit.name,
    )


def _document(row: MissingCase) -> str:
    return _joined(row.get_document_display() if row.document else "", row.document_number)


def _joined(*parts: str) -> str:
    return "，".join(part for part in parts if part)


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""
