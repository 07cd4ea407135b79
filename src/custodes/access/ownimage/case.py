"""A request for one's own image as a kind of case (本人影像, PIPL 45): asked for, checked, answered, looked at or handed over (Q10).

What the node holds of a copy is asked before the transaction of a step that gives or takes back copies: ``data["at_node"]``. Nothing is
lost while the holder decides: footage that would go before the last day for an answer is held (S33.2a).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.access.holds.placing import PlacingBasis, hold
from custodes.access.individual.facts import desks
from custodes.access.models import Hold, HoldBasis, OwnFound, OwnImageRequest, OwnImageState, OwnOutcome, OwnWish
from custodes.access.models.hold import OF_OWN_IMAGE, reference
from custodes.access.numbering import next_number
from custodes.access.ownimage import copies, facts
from custodes.access.ownimage.checked import Looked, differs, lessens, previewed, unchecked
from custodes.access.ownimage.documents import reply_of
from custodes.access.ownimage.facts import handled_own_images
from custodes.access.ownimage.forms import CloseForm, ReopenForm
from custodes.access.supervised.page import cameras_of, joined, lines, moment, span_of
from custodes.access.supervised.rooms import RECORDER, UNSAID, sittings
from custodes.access.supervised.sessions import end_all
from custodes.cases.forms import NoForm
from custodes.cases.kind import Actor, CaseKind, Event, Fact, ListColumn, Print
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.law.calendar.terms import count
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds import own_image
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.lawful import StepRefused
from custodes.people.models import Paper, Unit
from custodes.people.permissions import Permission
from custodes.people.records import record_language
from custodes.places.keeping import keeping_of
from custodes.places.models import Camera

AFTER = timedelta(days=30)
"""Behind the last day for an answer somebody looks whether it is still held for a reason: a suit takes its time."""


def holds_of(row: OwnImageRequest) -> QuerySet[Hold]:
    """Holds that rest on it."""
    return Hold.objects.filter(request=reference(row.pk, OF_OWN_IMAGE))


def runs_out(camera: Camera, row: OwnImageRequest) -> bool:
    """Whether what this camera took in the span may be deleted before the last day for an answer is over."""
    assert row.span_from is not None
    through = keeping_of(camera, row.span_from).keep_through
    return through is not None and through <= row.due


def hold_what_runs_out(row: OwnImageRequest, taken: StepInput) -> Hold | None:
    """Hold those of the chosen cameras whose footage runs out too early. In the caller's transaction.

    One hold for a request, the first that needs it: whoever enters other cameras and times again and again would else keep all of it.

    Raises:
        StepRefused: the span is longer than one hold takes.
    """
    if taken.by is None or row.span is None or holds_of(row).exists():
        return None
    short = [one for one in row.cameras.select_related("system__site") if runs_out(one, row)]
    if not short:
        return None
    # The log says no names: a number alone leads to who asks.
    with record_language():
        name = gettext("本人影像申请 %(number)s") % {"number": row.number}
        reason = gettext("答复期限届满前录像将到期删除，答复前先行保全")
    why = PlacingBasis(
        HoldBasis.REQUEST,
        name,
        reason,
        number=row.number,
        request=reference(row.pk, OF_OWN_IMAGE),
        review_on=max(row.due, timezone.localdate(taken.at)) + AFTER,
        clauses=("PIPL45",),
    )
    return hold(short, row.span, why, taken.by, taken.at, unit=row.unit)


_O = OwnImageState
CLAUSES = ("PIPL45",)
ANSWERED = gettext_noop("该件已经答复")
CLOSED = gettext_noop("该件已经办结")
REOPENED = gettext_noop("该件重新答复")
CORRECT = "correct"
"""Cameras or span are corrected after the picture was checked."""
LESSEN = "lessen"
"""The same, where cameras that showed no picture are taken out or the span is shortened: nobody looks around by that, it is not counted."""
MOST_CAMERAS = 8
"""Of one request: which camera and when is one of its three questions."""
MOST_CORRECTIONS = 2
"""How often cameras and span may be corrected once somebody has seen the picture; our number. Else a request would be leave to look around."""

HANDLE = (Permission.HANDLE_INDIVIDUAL,)
CARETAKER = Actor(HANDLE, handled_own_images)


def due_of(asked: date, terms: LegalTerms) -> date:
    """The last day for an answer."""
    return count(own_image.answer_term(terms.assumed), asked, terms.calendar).due


def ask(unit: Unit, step: StepInput, terms: LegalTerms) -> OwnImageRequest:
    """What somebody asks of this unit, under the next number of its register."""
    number = next_number(OwnImageRequest.objects.filter(unit=unit), "本影", step.at)
    due = due_of(step.on, terms)
    return OwnImageRequest(**step.data, unit=unit, number=number, taken_by=step.person, asked_at=step.at, due=due)


def corrections_left(row: OwnImageRequest) -> int | None:
    """How often cameras and span may still be corrected; None while nobody has checked the picture."""
    return max(0, MOST_CORRECTIONS - row.steps.filter(event=CORRECT).count()) if previewed(row) else None


def correcting(row: OwnImageRequest, step: StepInput) -> str:
    """Which step it is to enter this.

    Raises:
        StepRefused: once the picture was checked, cameras or span were corrected often enough, or there is no reason.
    """
    left, looked = corrections_left(row), step.data["looked"]
    if left is None or not differs(row, looked):
        return "look_up"
    less = lessens(row, looked)
    if not left and not less:
        raise StepRefused(
            gettext(
                "核对画面以后，点位和时段最多更正 %(most)d 次（本系统的限值）。请按现有范围答复，没有画面的点位可以去掉；仍找不到的，请申请人补充地点、时间后再次申请。"
            )
            % {"most": MOST_CORRECTIONS}
        )
    if not says_something(step.words):
        raise StepRefused(gettext("核对画面以后更正点位、时段的，请写明理由，例如申请人补充了经过的地点。"))
    return LESSEN if less else CORRECT


def look_up(row: OwnImageRequest, step: StepInput, terms: LegalTerms) -> None:
    """Which camera and when, and what was found, without an answer yet.

    Raises:
        StepRefused: it names more cameras than one request takes; what was found rests on no look.
    """
    looked: Looked = step.data["looked"]
    _enter(row, looked)
    if unmet := unchecked(row, list(looked.cameras), step.at):
        raise StepRefused(gettext("还不能登记核对结果。"), unmet)
    row.cameras.set(looked.cameras)


def _enter(row: OwnImageRequest, looked: Looked) -> None:
    if len(looked.cameras) > MOST_CAMERAS:
        raise StepRefused(gettext("一件最多选 %(most)d 个点位。") % {"most": MOST_CAMERAS})
    row.span_from, row.span_to = looked.begin, looked.end
    row.found, row.exception, row.exception_law = looked.found, looked.exception, looked.exception_law


def answer(row: OwnImageRequest, step: StepInput, terms: LegalTerms) -> None:
    """Give a look or a masked copy, or refuse with the ground that the law has for it.

    Raises:
        StepRefused: what was found rests on no look; what is given has an unmet condition; what is refused has none, or no reason; a
            copy is left out without one; or the node has lost it.
    """
    looked, outcome = step.data["looked"], OwnOutcome(step.data["outcome"])
    if previewed(row) and differs(row, looked):
        raise StepRefused(
            gettext(
                "核对画面以后，答复的点位和时段应当与登记的一致。需要更正的，请先选“暂不答复”，写明更正的理由后登记。"
            )
        )
    _enter(row, looked)
    cameras = list(looked.cameras)
    if blind := unchecked(row, cameras, step.at):
        raise StepRefused(gettext("还不能答复。"), blind)
    unmet = judged(row, outcome, cameras, step)
    row.outcome, row.reason = outcome, reason_of(step)
    row.answered_by, row.answered_at = step.person, step.at
    row.unmet = [
        {"clause": one.clause, "zh": one.reason_zh, "en": one.reason_en, "do_zh": one.remedy_zh, "do_en": one.remedy_en}
        for one in unmet
    ]
    row.cameras.set(cameras)
    if outcome == OwnOutcome.COPY:
        copies.give(row, step.data["at_node"], step)
    copies.drop(row, step, ANSWERED)


def judged(row: OwnImageRequest, outcome: OwnOutcome, cameras: list[Camera], step: StepInput) -> tuple[Unmet, ...]:
    """What the answer rests on besides the right itself: the grounds of a refusal, and why there is no copy."""
    says_why = says_something(step.words)
    if outcome == OwnOutcome.REFUSED:
        found = facts.to_refuse(row, cameras, step.at)
        if not found:
            raise StepRefused(gettext("不能答复不予提供。"), (facts.NOTHING_UNMET,))
        if not says_why:
            raise StepRefused(gettext("不能答复不予提供。"), (facts.NO_REASON,))
        return found
    found = facts.to_give(row, cameras, step.at, copy=outcome == OwnOutcome.COPY)
    if found:
        raise StepRefused(gettext("还不能答复提供。"), found)
    if row.wish == OwnWish.COPY and outcome == OwnOutcome.LOOK:
        if not says_why:
            raise StepRefused(gettext("申请复制，只答复查阅的，应当说明理由。"), (facts.NO_REASON,))
        without = facts.to_give(row, cameras, step.at, copy=True)
        if not without:
            raise StepRefused(gettext("申请复制的，不能只答复查阅。"), (facts.COPY_READY,))
        return without
    return ()


def reason_of(step: StepInput) -> str:
    """Of an answer, as it is kept."""
    return step.words.strip()[:300]


def laws_of_answer(row: OwnImageRequest) -> tuple[str, ...]:
    """On which an answer rests: the right, the conditions that are unmet, and that a reason is told."""
    return tuple(dict.fromkeys((*CLAUSES, *(one["clause"] for one in row.unmet), *(("PIPL50",) if row.reason else ()))))


def reopen(row: OwnImageRequest, step: StepInput, terms: LegalTerms) -> None:
    """The node has lost a copy that the answer gave, so that nobody can hand it over: it is answered again.

    Raises:
        StepRefused: no reason; or the node has all that was given.
    """
    if not says_something(step.words):
        raise StepRefused(gettext("不能重新办理。"), (facts.NO_REASON,))
    copies.take_back(row, step.data["at_node"], step)
    row.outcome, row.reason, row.unmet = "", "", []
    row.answered_by = row.answered_at = None


def close(row: OwnImageRequest, step: StepInput, terms: LegalTerms) -> None:
    """It was looked at, handed over, or told.

    Raises:
        StepRefused: how the copy was handed over is not entered, or it never left the node.
    """
    handed = str(step.data.get("handed", ""))
    if row.outcome == OwnOutcome.COPY:
        if not says_something(handed):
            raise StepRefused(gettext("还不能办结。"), (facts.NOT_HANDED,))
        if copies.not_fetched(row):
            raise StepRefused(gettext("还不能办结。"), (copies.NOT_FETCHED,))
        row.handed = handed.strip()[:120]
        copies.hand_over(row, step)
    row.closed_at = step.at


def how_handed(row: OwnImageRequest, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """Of a copy; of nothing else is there something to hand over."""
    handed = str(step.data.get("handed", "")).strip()[:120]
    return handed if row.outcome == OwnOutcome.COPY else row.handed, ()


def withdraw(row: OwnImageRequest, step: StepInput, terms: LegalTerms) -> None:
    """Whoever asked takes it back before it was answered."""
    row.closed_at = step.at
    copies.drop(row, step, CLOSED)


def stop_pictures(why: str) -> Any:
    """Behind a step: nobody looks any more; and what was answered in favour stays there as long as it may be looked at."""

    def stop(row: OwnImageRequest, step: StepInput, kept: CaseStep) -> None:
        end_all(row.sessions.all(), step.by, step.at, why, "PIPL45")
        if kept.event == "answer" and row.outcome != OwnOutcome.REFUSED:
            hold_what_runs_out(row, step)
        row.refresh_from_db()

    return stop


def hold_at_once(row: OwnImageRequest, step: StepInput, kept: CaseStep) -> None:
    """Footage that runs out before an answer is due."""
    hold_what_runs_out(row, step)


def _sits(row: OwnImageRequest) -> bool:
    return row.sessions.filter(ended_at__isnull=True).exists()


def _found(row: OwnImageRequest) -> Any:
    if row.found == OwnFound.GONE and not row.cameras.exists():
        return _("所述地点没有本单位管理的点位")
    return row.get_found_display()


EVENTS = (
    Event(
        name="ask",
        verb=_("保存登记"),
        story=pgettext_lazy("个人查阅", "登记申请"),
        said=_("已登记，等待答复。"),
        target=_O.ASKED,
        actor=Actor(HANDLE, desks),
        clauses=CLAUSES,
        make=ask,
    ),
    Event(
        name="look_up",
        verb=_("保存登记"),
        story={
            "look_up": pgettext_lazy("本人影像", "核对登记"),
            CORRECT: pgettext_lazy("本人影像", "核对画面后更正点位、时段"),
            LESSEN: pgettext_lazy("本人影像", "核对画面后缩小点位、时段"),
        },
        said=dict.fromkeys(("look_up", CORRECT, LESSEN), _("已登记，等待答复。")),
        sources=(_O.ASKED,),
        outcomes=dict.fromkeys(("look_up", CORRECT, LESSEN), _O.ASKED),
        choose=correcting,
        actor=CARETAKER,
        clauses=CLAUSES,
        fill=look_up,
        after=hold_at_once,
        apart=True,
    ),
    Event(
        name="answer",
        verb=_("保存登记"),
        story=pgettext_lazy("本人影像", "答复"),
        said={
            OwnOutcome.LOOK: _("已答复提供查阅。请打印答复书，请申请人到屏幕前查阅。"),
            OwnOutcome.COPY: _("已答复提供遮蔽后的复制件。请打印答复书，下载复制件，移交后登记。"),
            OwnOutcome.REFUSED: _("已答复不予提供。请打印答复书交申请人。"),
        },
        sources=(_O.ASKED,),
        target=_O.ANSWERED,
        actor=CARETAKER,
        clauses=laws_of_answer,
        fill=answer,
        keeps=lambda row, step, terms: (reason_of(step), ()),
        after=stop_pictures(ANSWERED),
        apart=True,
    ),
    *sittings(
        (pgettext_lazy("走失人员", "开始查看"), pgettext_lazy("走失人员", "结束查看")),
        own_image.CLAUSES,
        (_O.ASKED, _O.ANSWERED),
        tuple(_O.values),
    ),
    Event(
        name="reopen",
        verb=_("重新办理"),
        story=pgettext_lazy("本人影像", "复制件已不在节点上，重新答复"),
        said=_("已重新办理，等待答复。"),
        sources=(_O.ANSWERED,),
        target=_O.ASKED,
        actor=CARETAKER,
        clauses=CLAUSES,
        form=ReopenForm,
        fill=reopen,
        after=stop_pictures(REOPENED),
        apart=True,
    ),
    Event(
        name="close",
        verb=_("办结"),
        story=pgettext_lazy("个人查阅", "办结"),
        said=_("已办结。"),
        sources=(_O.ANSWERED,),
        target=_O.CLOSED,
        actor=CARETAKER,
        clauses=CLAUSES,
        form=CloseForm,
        fill=close,
        keeps=how_handed,
        after=stop_pictures(CLOSED),
        offered=lambda row, person, today, terms: not _sits(row),
    ),
    Event(
        name="withdraw",
        verb=_("申请人撤回"),
        story=pgettext_lazy("本人影像", "申请人撤回"),
        said=_("已登记申请人撤回。"),
        sources=(_O.ASKED,),
        target=_O.CLOSED,
        actor=CARETAKER,
        clauses=CLAUSES,
        form=NoForm,
        fill=withdraw,
        after=stop_pictures(CLOSED),
        offered=lambda row, person, today, terms: not _sits(row),
    ),
)

OWN_IMAGE = CaseKind(
    model=OwnImageRequest,
    name=pgettext_lazy("本人影像", "本人影像"),
    url="access:own_image",
    states=_O,
    badges={_O.ASKED: "attention", _O.ANSWERED: "info", _O.CLOSED: "fine"},
    warning=lambda row: _("逾期") if row.late(timezone.localdate()) else "",
    events=EVENTS,
    facts=lambda row, today, terms: None,
    recorder=RECORDER,
    unsaid=UNSAID,
    view=Permission.HANDLE_INDIVIDUAL,
    shown_to=handled_own_images,
    related=("unit", "taken_by__unit", "answered_by__unit"),
    overlooked=("session", "session_end"),
    revised=True,
    columns=(
        ListColumn(_("编号"), "number"),
        ListColumn(_("申请人"), "name"),
        ListColumn(_("申请事项"), "wish", lambda row: row.get_wish_display()),
        ListColumn(_("申请时间"), "asked_at", lambda row: moment(row.asked_at)),
        ListColumn(_("答复期限"), "due"),
        ListColumn(_("答复"), "outcome", lambda row: row.get_outcome_display()),
    ),
    order="-asked_at",
    search=("name", "number", "place"),
    searched=_("姓名、编号或者地点"),
    shown=(
        Fact(_("申请人"), lambda row, terms: joined(row.name, row.get_claim_display(), row.phone)),
        Fact(_("证件"), lambda row, terms: f"{row.get_document_display()} {row.document_number}"),
        Fact(_("画面中的人"), lambda row, terms: joined(row.subject, row.standing)),
        Fact(_("申请事项"), lambda row, terms: row.get_wish_display()),
        Fact(_("地点和时间"), lambda row, terms: row.place),
        Fact(_("内容"), lambda row, terms: row.content),
        Fact(_("时段"), lambda row, terms: span_of(row) if row.span else ""),
        Fact(_("点位"), lambda row, terms: cameras_of(row)),
        Fact(_("核对结果"), lambda row, terms: _found(row)),
        Fact(_("法定例外"), lambda row, terms: lines(row.get_exception_display(), row.exception_law)),
        Fact(
            _("遮蔽和复核"),
            lambda row, terms: (
                lines(
                    joined(row.masked_by, row.reviewed_by),
                    _("当时手工登记的姓名，系统没有核对；复制件不由本系统制作。"),
                )
                if row.masked_by
                else ""
            ),
        ),
        Fact(
            _("答复"),
            lambda row, terms: (
                lines(joined(row.get_outcome_display(), row.answered_by.name, moment(row.answered_at)), row.reason)
                if row.outcome
                else ""
            ),
        ),
        Fact(_("移交"), lambda row, terms: row.handed),
    ),
    empty=(
        _("没有本人影像申请"),
        _("有人要看、要复制有自己影像的录像，在这里登记和答复。为保护生命健康、财产安全查阅他人影像的，办理个人查阅。"),
    ),
    prints=(
        Print(
            label=_("打印答复书"),
            key="reply",
            fill=reply_of,
            there=lambda row: row.outcome != "" and row.state != _O.ASKED,
        ),
    ),
)
