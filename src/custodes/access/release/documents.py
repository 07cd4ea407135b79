"""公共传播审批单, for whoever may open the release."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from custodes.access.models import Release
from custodes.access.release.facts import device_stretches
from custodes.access.release.stated import StatedInWords, kinds_in_words, stated_of
from custodes.documents.forms.release import Protected, ReleaseForm
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person


def form_of(row: Release, today: date, terms: LegalTerms) -> ReleaseForm:
    """What stands there, in Chinese."""
    stated = stated_of(row)
    begin, end = (timezone.localtime(one) for one in row.span)
    return ReleaseForm(
        number=row.number,
        issued=timezone.localdate(row.approved_at) if row.approved_at else None,
        unit=row.unit.name,
        title=row.title,
        camera=f"{row.camera.name}（{row.camera.number}）",
        span=f"{begin:%Y-%m-%d %H:%M:%S} 至 {end:%Y-%m-%d %H:%M:%S}",
        aim=str(row.get_aim_display()),
        purpose=row.purpose,
        basis=f"{row.get_basis_kind_display()}：{row.basis}",
        channel=row.channel,
        necessity=row.necessity,
        risks=row.risks,
        measures=row.measures,
        kept=str(row.keep_until or ""),
        found=_found(stated),
        left="；".join(f"{name}：{why}" for name, why in stated.left) + ("等" if stated.more else ""),
        pictures="已答复 {} / {} 张".format(*stated.pictures) if stated.pictures[1] else "",
        overlay=stated.overlay,
        detectors="、".join(name for name, _digest in row.detectors) if row.source else "",
        by_hand="、".join(kinds_in_words(row.by_hand)),
        source=row.source,
        device=_device(row),
        output=row.output,
        leaks=_leaks(row),
        proposed=_who(row.proposed_by, row.proposed_at),
        assessed=_who(row.assessed_by, row.assessed_at),
        reviewed=_who(row.reviewed_by, row.reviewed_at),
        approved=_who(row.approved_by, row.approved_at),
        published=_who(row.published_by, row.published_at),
        where=row.published_where,
        withdrawn=_who(row.withdrawn_by, row.withdrawn_at),
        takedown=row.takedown,
        outcome=str(row.get_state_display()),
    )


def _found(stated: StatedInWords) -> tuple[Protected, ...]:
    found = []
    for title, words, one in stated.kinds:
        law = one.law if one else ""
        read = f"（{one.read_by.name}已核对原文）" if one and law and one.read_by else ""
        found.append(Protected(title, words, law + read))
    return tuple(found)


def _device(row: Release) -> str:
    there = [tuple(map(timezone.localtime, one)) for one in device_stretches(row)]
    return "；".join(f"{begin:%Y-%m-%d %H:%M:%S} 至 {end:%Y-%m-%d %H:%M:%S}" for begin, end in there)


def _leaks(row: Release) -> str:
    if not row.leaks:
        return ""
    return f"{row.leaks['finds']} 处，{row.leaks['pictures']} 张画面" if row.leaks["finds"] else "没有再检出"


def _who(person: Person | None, at: datetime | None) -> str:
    if person is None or at is None:
        return ""
    return f"{person.name}（{person.unit.name}） {timezone.localtime(at):%Y-%m-%d %H:%M}"
