"""Holds as a kind of case (信息保全, S33.2a): placed, in effect when every worker has answered, reviewed, released by two (R5).

A hold of a request that was made smaller ends in favour of one of what remains, and never with a moment between: the first of two sets the
smaller hold and asks that the wider one may end; the second confirms that as of any hold, once the smaller one is in the index of every
worker (decision 0240). The log has six types of records for its steps, by what happened and not by their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.access.forms.holds import DeclineForm, ReleaseForm, ReviewForm
from custodes.access.holds import delivering
from custodes.access.holds.awaited import awaiting, refuse_before_handover, shortens, words_before_handover
from custodes.access.holds.reach import placing_units, releasable_holds, visible_holds
from custodes.access.models import OPEN, Hold, HoldBasis, HoldDelivery, HoldState
from custodes.access.models.hold import LONGEST_REVIEW_DAYS, REVIEW_DAYS
from custodes.cases.kind import NOBODY, Actor, CaseGroup, CaseKind, Event, Fact, ListColumn
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import begin_inside
from custodes.law.duties.finding import LegalTerms
from custodes.people.independence import why_not_independent
from custodes.people.lawful import StepRefused
from custodes.people.models import Paper, Person, RecordOutbox, Unit
from custodes.people.permissions import Permission
from custodes.people.records import record
from custodes.places.models import Camera
from custodes.video.wire.archive import MOST_CAMERAS

_H = HoldState
CLAUSES = ("S33.2a",)
LONGEST_SPAN = timedelta(days=366)
NOT_YET = pgettext_lazy("信息保全", "尚未生效")
NOT_SMALLER = _("该保全所依据的申请没有缩小范围，或者已经按缩小后的范围另设保全，不能缩小保全范围。")
_OPEN = Q(state__in=[one.value for one in OPEN])


def released_by(person: Person, at: datetime) -> QuerySet[Hold]:
    """Holds that the person may release and may know of: one that rests on a request that is kept from them is not theirs yet."""
    return releasable_holds(person, at).filter(pk__in=visible_holds(person, at).values("pk"))


RELEASERS = Actor((Permission.RELEASE_HOLDS,), released_by)


def place(unit: Unit, step: StepInput, terms: LegalTerms) -> Hold:
    """A hold of this unit's.

    Raises:
        StepRefused: no camera or too many, a span that is none or longer than a year, a case without name or reason, or a
            review that is not ahead or too far.
    """
    said, today = step.data, timezone.localdate(step.at)
    review_on = said.get("review_on") or today + timedelta(days=REVIEW_DAYS)
    _check_span(said["cameras"], said["begins"], said["ends"])
    if not said["case_name"].strip() or not step.words.strip():
        raise StepRefused(gettext("请写明案件、事件名称和保全理由。"))
    _check_review(review_on, today)
    return Hold(
        basis=HoldBasis(said["basis"]),
        case_name=said["case_name"],
        number=said["number"],
        asked_by=said["asked_by"],
        request=said.get("request", ""),
        reason=step.words,
        clauses=list(dict.fromkeys((*CLAUSES, *said.get("clauses", ())))),
        span_from=said["begins"],
        span_to=said["ends"],
        review_on=review_on,
        placed_by=step.person,
        placed_unit=unit,
        placed_at=step.at,
    )


def _check_span(cameras: Sequence[Camera], begins: datetime, ends: datetime) -> None:
    if not cameras:
        raise StepRefused(gettext("请选择点位。"))
    if len(cameras) > MOST_CAMERAS:
        raise StepRefused(gettext("一次保全不超过 %(most)d 个点位，请分开办理。") % {"most": MOST_CAMERAS})
    if ends <= begins:
        raise StepRefused(gettext("结束时间应当晚于开始时间。"))
    if ends - begins > LONGEST_SPAN:
        raise StepRefused(gettext("一次保全的时段不超过一年，请分开办理。"))


def _check_review(review_on: date, today: date) -> None:
    if not today < review_on <= today + timedelta(days=LONGEST_REVIEW_DAYS):
        raise StepRefused(gettext("复核日期应当在明天以后、一年以内。"))


def address(row: Hold, step: StepInput, kept: CaseStep) -> None:
    """Its cameras, and the workers that have their footage."""
    row.cameras.set(step.data["cameras"])
    delivering.address(row)
    delivering.soon(row)


def take_effect(row: Hold, step: StepInput, terms: LegalTerms) -> None:
    """Every worker has the present version in its index."""
    row.effective_version, row.effective_at = row.version, step.at


def ask_review(row: Hold, step: StepInput, terms: LegalTerms) -> None:
    """Another day, ahead and not too far."""
    _check_review(step.data["review_on"], timezone.localdate(step.at))


def review(row: Hold, step: StepInput, terms: LegalTerms) -> None:
    """Somebody looks again on that day."""
    row.review_on = step.data["review_on"]


def ask_end(row: Hold, step: StepInput, terms: LegalTerms) -> None:
    """By a document, and not while the request that it rests on waits for its hand-over."""
    _names_document(step)
    refuse_before_handover(row)


def _names_document(step: StepInput) -> None:
    if not step.data.get("number"):
        raise StepRefused(gettext("请写明解除保全所依据的文书编号。"))


def ask_release(row: Hold, step: StepInput, terms: LegalTerms) -> None:
    """The first of two says that it may end. It goes on holding."""
    row.release_by, row.release_asked_at = step.person, step.at


def ask_smaller(row: Hold, step: StepInput, terms: LegalTerms) -> None:
    """Its request was made smaller, waits for its hand-over, and has no smaller hold yet."""
    _names_document(step)
    request = awaiting(row)
    if request is None or request.span is None or not shortens(row):
        raise StepRefused(str(NOT_SMALLER))


def shorten(row: Hold, step: StepInput, terms: LegalTerms) -> None:
    """What remains of the request is held by a hold of its own, and this one may end."""
    request = awaiting(row)
    if request is None or request.span is None:  # it was handed over or withdrawn since this was asked
        raise StepRefused(str(NOT_SMALLER))
    smaller = {
        "cameras": list(request.cameras.all()), "begins": request.span[0], "ends": request.span[1],
        "basis": HoldBasis.REQUEST, "case_name": row.case_name, "number": row.number, "asked_by": row.asked_by,
        "request": row.request, "review_on": max(row.review_on, timezone.localdate(step.at) + timedelta(days=1)),
        "clauses": row.clauses,
    }  # fmt: skip
    begin_inside(HOLD, "place", row.placed_unit, StepInput(step.by, step.at, step.on, row.reason, data=smaller), terms)
    ask_release(row, step, terms)


def decline_release(row: Hold, step: StepInput, terms: LegalTerms) -> None:
    """It goes on: the second says no, or the first takes it back."""
    row.release_by = row.release_asked_at = None


def ask_confirm(row: Hold, step: StepInput, terms: LegalTerms) -> None:
    """By another than who asked, and not while the request that it rests on waits for its hand-over."""
    refuse_before_handover(row, confirms=True)
    first = row.release_by
    if first is not None and first.pk == step.person.pk:
        raise StepRefused(gettext("解除保全须经两人：提请解除的人不能自己确认，请由另一人办理。"))
    if why := why_not_independent(step.by, first, step.at):
        raise StepRefused(why)


def confirm_release(row: Hold, step: StepInput, terms: LegalTerms) -> None:
    """The second of two lets it end; from then on retention decides."""
    row.released_by, row.released_at = step.by, step.at
    row.version += 1


def tell_released(row: Hold, step: StepInput, kept: CaseStep) -> None:
    """The workers hear of it; where there are none, it is in effect."""
    delivering.address(row)
    delivering.settle(row, step.at)
    delivering.soon(row)


def number_of(row: Hold, step: StepInput) -> dict[str, Any]:
    """Of the document on which a step rests."""
    return {"number": step.data["number"]} if step.data.get("number") else {}


_TYPES = {
    "review": "hold.reviewed",
    "ask_release": "hold.release.asked",
    "shorten": "hold.release.asked",
    "decline_release": "hold.release.declined",
    "confirm_release": "hold.released",
}


def recorded(kind: CaseKind, row: Hold, step: CaseStep, given: StepInput, papers: tuple[Paper, ...]) -> RecordOutbox:
    """The record of a step, of the type that it has always had."""
    if step.event == "took_effect":
        return _effective(row, step)
    kept = [paper.sha256 for paper in papers]
    if step.event == "place":
        return record(
            "hold.placed",
            at=step.at,
            hold=row.pk,
            by=given.person.uuid,
            cameras=[camera.pk for camera in given.data["cameras"]],
            span=[delivering.us(row.span_from), delivering.us(row.span_to)],
            basis=HoldBasis(row.basis).value,
            case_name=row.case_name,
            number=row.number,
            asked_by=row.asked_by,
            request=row.request,
            reason=row.reason,
            review_on=row.review_on,
            clauses=row.clauses,
            papers=kept,
        )
    more: dict[str, Any] = {}
    if step.event == "review":
        more["review_on"] = row.review_on
    elif step.event == "confirm_release":
        more["asked_by"] = row.release_by.uuid if row.release_by is not None else ""
    return record(
        _TYPES[step.event],
        at=step.at,
        hold=row.pk,
        by=given.person.uuid,
        before=step.before,
        after=step.after,
        on=step.on,
        reason=step.words,
        number=step.extra.get("number", ""),
        clauses=step.clauses,
        papers=kept,
        **more,
    )


def _effective(row: Hold, step: CaseStep) -> RecordOutbox:
    deliveries = list(HoldDelivery.objects.filter(hold=row).select_related("node"))
    found = [camera for one in deliveries for camera in one.report]
    sums: dict[str, Any] = {
        name: sum(int(camera[name]) for camera in found) for name in ("there_us", "deleted_us", "never_us", "ahead_us")
    }
    return record(
        "hold.effective",
        at=step.at,
        hold=row.pk,
        version=row.version,
        released=not row.open,
        workers=[str(one) for one in deliveries],
        **sums,
    )


def smaller_in_words(row: Hold) -> str:
    """What the request reaches now, and what becomes of this hold."""
    request = awaiting(row)
    if request is None or request.span is None:
        return ""
    now = gettext("所依据的申请 %(number)s 已经缩小为 %(spots)s 个点位、%(begin)s–%(end)s，本保全仍是原来的范围。") % {
        "number": request.number,
        "spots": request.cameras.count(),
        "begin": _moment(request.span[0]),
        "end": _moment(request.span[1]),
    }
    then = gettext("按缩小后的范围另设一项保全，同时提请解除本保全；新的保全生效后，由另一人确认解除。")
    return f"{now} {then}"


def _moment(at: datetime, seconds: bool = True) -> str:
    form = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    return f"{timezone.localtime(at):{form}}"


def _span(row: Hold, seconds: bool = False) -> str:
    ends = (_moment(one, seconds) for one in (row.span_from, row.span_to))
    return format_html('<span class="unbroken">{}</span> — <span class="unbroken">{}</span>', *ends)


def _in_effect(row: Hold) -> Any:
    return _moment(row.effective_at) if row.in_effect and row.effective_at is not None else NOT_YET


def _confirms(row: Hold, person: Person, today: date, terms: LegalTerms) -> bool:
    return row.release_by_id != person.pk and not words_before_handover(row, confirms=True)


REASON = _("请写明理由。")

EVENTS = (
    Event(
        name="place",
        verb=_("设定保全"),
        story=pgettext_lazy("信息保全", "设定保全"),
        said=_("已设定保全。各工作进程答复后生效，见下方。"),
        target=_H.HELD,
        actor=Actor((Permission.PLACE_HOLDS,), placing_units),
        clauses=lambda row: tuple(row.clauses),
        make=place,
        adds=number_of,
        after=address,
    ),
    Event(
        name="took_effect",
        verb="",
        story=pgettext_lazy("信息保全", "各工作进程已答复"),
        said="",
        sources=tuple(_H.values),
        stays=True,
        actor=NOBODY,
        clauses=(),
        fill=take_effect,
    ),
    Event(
        name="shorten",
        verb=_("缩小保全范围"),
        hint=smaller_in_words,
        story=pgettext_lazy("信息保全", "缩小保全范围，提请解除"),
        said=_("已按缩小后的范围另设保全，并提请解除原保全。新的保全生效后，由另一人到原保全页面确认解除。"),
        sources=(_H.HELD,),
        target=_H.RELEASE_ASKED,
        actor=RELEASERS,
        clauses=CLAUSES,
        form=ReleaseForm,
        initial=lambda row, terms: {"words": _("申请已经缩小范围"), "number": row.number},
        needs_words=REASON,
        ask=ask_smaller,
        fill=shorten,
        adds=number_of,
        offered=lambda row, person, today, terms: shortens(row),
    ),
    Event(
        name="confirm_release",
        verb=_("确认解除"),
        hint=_("解除后，已到期的录像随即可以删除，不能恢复。"),
        story=pgettext_lazy("信息保全", "确认解除"),
        said=_("已解除保全。录像按存储期限处理。"),
        sources=(_H.RELEASE_ASKED,),
        target=_H.RELEASED,
        actor=RELEASERS,
        clauses=CLAUSES,
        form=ReleaseForm,
        needs_words=REASON,
        ask=ask_confirm,
        fill=confirm_release,
        adds=number_of,
        after=tell_released,
        offered=_confirms,
        danger=True,
    ),
    Event(
        name="decline_release",
        verb=_("继续保全"),
        title=_("不予解除"),
        story=pgettext_lazy("信息保全", "不予解除，继续保全"),
        said=_("继续保全。"),
        sources=(_H.RELEASE_ASKED,),
        target=_H.HELD,
        actor=RELEASERS,
        clauses=CLAUSES,
        form=DeclineForm,
        aside=True,
        needs_words=REASON,
        fill=decline_release,
    ),
    Event(
        name="review",
        verb=_("继续保全"),
        title=pgettext_lazy("信息保全", "复核"),
        story=pgettext_lazy("信息保全", "复核，继续保全"),
        said=_("已复核，继续保全。"),
        sources=OPEN,
        stays=True,
        actor=RELEASERS,
        clauses=CLAUSES,
        form=ReviewForm,
        aside=True,
        initial=lambda row, terms: {"review_on": timezone.localdate() + timedelta(days=REVIEW_DAYS)},
        needs_words=REASON,
        ask=ask_review,
        fill=review,
    ),
    Event(
        name="ask_release",
        verb=_("提请解除"),
        hint=_("须经两人：一人提请，另一人确认。"),
        story=pgettext_lazy("信息保全", "提请解除"),
        said=_("已提请解除，由另一人确认；确认之前仍在保全。"),
        sources=(_H.HELD,),
        target=_H.RELEASE_ASKED,
        actor=RELEASERS,
        clauses=CLAUSES,
        form=ReleaseForm,
        needs_words=REASON,
        ask=ask_end,
        fill=ask_release,
        adds=number_of,
        offered=lambda row, person, today, terms: not words_before_handover(row),
    ),
)

HOLD = CaseKind(
    model=Hold,
    name=_("信息保全"),
    url="access:hold",
    states=_H,
    badges={_H.HELD: "fine", _H.RELEASE_ASKED: "attention", _H.RELEASED: "off"},
    events=EVENTS,
    facts=lambda row, today, terms: None,
    recorder=recorded,
    view=Permission.VIEW_HOLDS,
    shown_to=visible_holds,
    related=("placed_by__unit", "placed_unit", "release_by__unit", "released_by__unit"),
    overlooked=("took_effect",),
    step_papers=(Permission.PLACE_HOLDS,),
    extras={"number": _("文书编号")},
    columns=(
        ListColumn(
            _("案件、事件"),
            "case_name",
            note=lambda row: " · ".join(filter(None, (row.number, str(row.get_basis_display())))),
        ),
        ListColumn(pgettext_lazy("列表", "点位"), cell=lambda row: row.spots),
        ListColumn(_("时段"), "span_from", _span),
        ListColumn(_("设定单位"), "placed_unit__name", lambda row: row.placed_unit.name),
        ListColumn(
            _("复核日期"),
            "review_on",
            note=lambda row: _("应当复核") if row.review_due(timezone.localdate()) else "",
        ),
    ),
    order="-span_from",
    warning=lambda row: "" if row.in_effect else NOT_YET,
    groups=(
        CaseGroup("open", _("保全中"), lambda today: _OPEN),
        CaseGroup("waiting", NOT_YET, lambda today: Q(effective_version__lt=F("version"))),
        CaseGroup("confirm", _("待第二人确认解除"), lambda today: Q(state=_H.RELEASE_ASKED)),
        CaseGroup("review", _("已到复核日期"), lambda today: _OPEN & Q(review_on__lte=today)),
        CaseGroup("released", _("已解除"), lambda today: Q(state=_H.RELEASED)),
        CaseGroup("all", _("全部"), lambda today: Q()),
    ),
    search=("case_name", "number", "asked_by"),
    searched=_("案件、文书编号或者提出单位"),
    shown=(
        Fact(_("保全依据"), lambda row, terms: row.get_basis_display()),
        Fact(_("提出保全的单位"), lambda row, terms: row.asked_by),
        Fact(_("文书编号"), lambda row, terms: row.number),
        Fact(_("保全理由"), lambda row, terms: row.reason),
        Fact(_("时段"), lambda row, terms: _span(row, seconds=True)),
        Fact(
            _("设定"),
            lambda row, terms: f"{row.placed_by.name} · {row.placed_unit.name} · {_moment(row.placed_at)}",
        ),
        Fact(pgettext_lazy("信息保全", "生效"), lambda row, terms: _in_effect(row) if row.open else ""),
        Fact(_("解除送达"), lambda row, terms: "" if row.open else _in_effect(row)),
        Fact(_("复核日期"), lambda row, terms: row.review_on),
    ),
    empty=(
        _("没有符合条件的保全"),
        _("涉及违法犯罪证据的录像，应当在到期删除之前设定保全（第三十三条第二款）。"),
    ),
)
