"""A missing person's viewing as a kind of case (走失人员查看, S29): opened, completed, looked at, found or stopped, reviewed by another (Q10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.access.missing.clock import ran_out
from custodes.access.missing.documents import pledge_of, sheet_of
from custodes.access.missing.facts import NOBODY_TOLD, to_admit, to_narrow, untold
from custodes.access.missing.forms import STATED, NotFoundForm, ReviewForm, StopForm, ToldForm
from custodes.access.missing.reach import desks, handled_cases, reviewed_cases, visible_cases
from custodes.access.models import MissingCase, MissingPaper, MissingState, SessionKind, SupervisedSession
from custodes.access.models.missing import LOOKING, RUNNING
from custodes.access.numbering import next_number
from custodes.access.supervised.page import cameras_of, joined, lasted, moment, span_of
from custodes.access.supervised.rooms import RECORDER, UNSAID, sittings
from custodes.access.supervised.sessions import end, end_all, left_of
from custodes.cases.kind import NOBODY, Actor, CaseKind, Event, Fact, ListColumn, Print, Ripe
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import inside
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds import missing_person
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.independence import bound
from custodes.people.lawful import StepRefused
from custodes.people.lawful import terms as terms_now
from custodes.people.models import Paper, Unit
from custodes.people.permissions import Permission

_M = MissingState
MOST_CAMERAS = 16
"""Of one case at a time: S29 opens what is relevant (相关), not an evening of the whole city."""
CLAUSES = ("S29",)
OURS = ("S29", "S33.1")
FOUND = gettext_noop("画面中发现走失人员，先通知处警民警，查看停止")
CLOSED = gettext_noop("该件已经结束")
POLICE_ALONE = gettext_noop("由民警单独查看")
LOOKED_FIRST = gettext_noop("先行查看完毕")
FOUND_AND_TOLD = gettext_noop("已发现并通知处警民警")
NARROWED = gettext_noop("查看范围重新选定")

DESK = Actor((Permission.HANDLE_MISSING,), handled_cases)
LEAD = Actor((Permission.REVIEW_MISSING,), reviewed_cases)


def open_case(unit: Unit, step: StepInput, terms: LegalTerms) -> MissingCase:
    """With what is known, under the next number of the unit's register."""
    number = next_number(MissingCase.objects.filter(unit=unit), "走失", step.at)
    return MissingCase(**step.data, unit=unit, number=number, opened_by=step.person, opened_at=step.at)


def admit_at_once(row: MissingCase, step: StepInput, kept: CaseStep) -> None:
    """Where nothing is missing: minutes matter."""
    _admit(row, step)


def _admit(row: MissingCase, step: StepInput) -> tuple[Unmet, ...]:
    """Behind what was stated. What is missing of it."""
    unmet = to_admit(row, step.at)
    if row.state == _M.OPENED and not unmet:
        inside(MISSING, row, "admit", StepInput(step.by, step.at, step.on), terms_now())
        row.refresh_from_db()
    return unmet


def not_meanwhile(row: MissingCase, step: StepInput, terms: LegalTerms) -> None:
    """What somebody else entered meanwhile is not written over (R8)."""
    if row.revision != step.data["revision"]:
        raise StepRefused(gettext("您打开本页后，他人办理了同一件。请核对后再次保存。"))


def complete(row: MissingCase, step: StepInput, terms: LegalTerms) -> None:
    """Enter what came later: a proof, a report number, the answer about protection."""
    for name in STATED:
        if name in step.data:
            setattr(row, name, step.data[name])


def admit_or_close(row: MissingCase, step: StepInput, kept: CaseStep) -> None:
    """An answer that closes the picture to whoever looks (an order, another viewer) ends a running session."""
    unmet = _admit(row, step)
    if row.protected == "yes":
        end_all(row.sessions.filter(kind=SessionKind.WITH_VIEWER), step.by, step.at, POLICE_ALONE, "S29")
    elif unmet and row.state in LOOKING:
        end_all(row.sessions.all(), step.by, step.at, unmet[0].reason_zh, unmet[0].clause)
    row.refresh_from_db()


def narrow(row: MissingCase, step: StepInput, terms: LegalTerms) -> None:
    """Choose places and times. What an officer looked at first was another scope: it has to be looked at anew.

    Raises:
        StepRefused: with what the ground says of these places and times.
    """
    cameras = list(step.data["cameras"])
    if len(cameras) > MOST_CAMERAS:
        raise StepRefused(gettext("一次最多选 %(most)d 个点位。请按最后出现的地点缩小范围。") % {"most": MOST_CAMERAS})
    row.span_from, row.span_to = step.data["span_from"], step.data["span_to"]
    unmet = (*to_narrow(row, [camera.pk for camera in cameras], step.at), *untold(row))
    if unmet:
        raise StepRefused(gettext("范围还不能选定。"), unmet)
    row.previewed_at = None
    row.cameras.set(cameras)


def preview(row: MissingCase, step: StepInput, terms: LegalTerms) -> None:
    """The officer ends a first look: it counts where a picture of each chosen camera was shown, and says so (S33.1).

    That somebody watched a whole span no program knows; that each camera was opened and had a picture on the screen it does.

    Raises:
        StepRefused: some had none, each by name; or the scope was chosen anew meanwhile.
    """
    assert step.session is not None
    session = SupervisedSession.objects.get(pk=step.session, missing=row)
    if session.first_picture_at is None:
        raise StepRefused(gettext("还没有显示过画面，不能登记为已先行查看。"), (NOT_SEEN,))
    if left := left_of(session):
        names = gettext("、").join(camera.name for camera in left)
        raise StepRefused(gettext("以下点位还没有显示过画面：%(names)s。") % {"names": names}, (NOT_SEEN,))
    end(session, step.by, step.at, LOOKED_FIRST)
    row.refresh_from_db()
    cameras = set(row.cameras.values_list("pk", flat=True))
    same = (session.span_from, session.span_to) == row.span
    if not same or set(session.cameras.values_list("pk", flat=True)) != cameras:
        raise StepRefused(gettext("查看范围已经重新选定，请再次先行查看。"))
    row.previewed_at = step.at


def find(row: MissingCase, step: StepInput, terms: LegalTerms) -> None:
    """Somebody at the screen has seen who is lost. The picture stops at once: police that search are told first."""
    row.found_at, row.found_camera, row.found_picture_at = step.at, step.data["camera"], step.data["moment"]


def not_found(row: MissingCase, step: StepInput, terms: LegalTerms) -> None:
    """Take a find back that was none: the wrong person, a mistaken press. Why is on record, and the case goes on.

    Raises:
        StepRefused: nothing is entered, police were told already, or no reason is stated.
    """
    if not untold(row):
        told = gettext("现为“%(state)s”，不能办理。") % {"state": row.get_state_display()}
        raise StepRefused(told, (NOTHING_FOUND,))
    _says_why(step)
    row.found_at = row.found_camera = row.found_picture_at = None


def _says_why(step: StepInput) -> None:
    if not says_something(step.words):
        raise StepRefused(gettext("未写明原因。"), (NO_WORDS,))


def close_found(row: MissingCase, step: StepInput, terms: LegalTerms) -> None:
    """The police that search were told: whom, when. That closes the case."""
    told, told_at = step.data["told"], step.data["told_at"]
    unmet = (
        *((NOTHING_FOUND,) if row.found_at is None else ()),
        *(() if says_something(told) else (NOBODY_TOLD,)),
    )
    if told_at > step.at or told_at < row.opened_at:
        raise StepRefused(gettext("通知时间应当在受理之后、现在之前。"))
    if unmet:
        raise StepRefused(gettext("还不能办结。"), unmet)
    row.police_told, row.police_told_at = told.strip()[:60], told_at
    row.closed_at, row.closed_why = step.at, FOUND_AND_TOLD


def stop(row: MissingCase, step: StepInput, terms: LegalTerms) -> None:
    """End without a find: the person came home, nothing was found, who asked went away."""
    if waits := untold(row):
        raise StepRefused(gettext("已登记发现，请先通知处警民警。"), waits)
    _says_why(step)
    row.closed_at, row.closed_why = step.at, step.words[:300]


def is_own(row: MissingCase, person: Any) -> bool:
    """Whether this person had a part in the case, by whatever step of it: they don't review it."""
    return bool(row.opened_by_id == person.pk or row.steps.filter(by=person).exists())


def review(row: MissingCase, step: StepInput, terms: LegalTerms) -> None:
    """Another person has gone over what was looked at and by whom."""
    unmet = (
        *((OWN_CASE,) if is_own(row, step.person) else ()),
        *bound(step.person, [row.opened_by_id, *row.steps.values_list("by", flat=True)], step.at),
        *(() if says_something(step.words) else (NO_WORDS,)),
    )
    if unmet:
        raise StepRefused(gettext("不能复核。"), unmet)
    row.reviewed_by, row.reviewed_at = step.person, step.at


def add_paper(row: MissingCase, step: StepInput, terms: LegalTerms) -> None:
    """Put a paper to the case, which is not archived."""
    [paper] = step.papers
    MissingPaper.objects.create(missing=row, kind=step.data["kind"], paper=paper, by=step.person, at=step.at)


def name_of_paper(row: MissingCase, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """What it is."""
    return str(MissingPaper.Kind(step.data["kind"]).label), step.papers


def ends(why: str) -> Callable[[MissingCase, StepInput, CaseStep], None]:
    """Behind a step: nobody looks any more, on whatever screen."""

    def stop_pictures(row: MissingCase, step: StepInput, kept: CaseStep) -> None:
        end_all(row.sessions.all(), step.by, step.at, why, "S29")
        row.refresh_from_db()

    return stop_pictures


NOT_SEEN = Unmet(
    "S33.1",
    "先行查看没有显示过每个选定点位的画面",
    "the first look has not shown a picture of each chosen camera",
    "请逐个打开点位，看过该时段后再登记；没有录像的点位，重新选定范围时去掉",
    "open each camera and look at the span; leave out one without recordings by choosing anew",
)
NOTHING_FOUND = Unmet(
    "S29", "没有登记发现", "no find is entered", "没有发现的，请登记停止及原因", "without one, stop it and say why"
)
NO_WORDS = Unmet("S33.1", "未写明原因或者复核情况", "no reason is stated", "请写明后再办理", "state it")
OWN_CASE = Unmet(
    "S33.1",
    "办理过本件的人员不能复核本件",
    "who took any step of it does not review it",
    "请由另一名人员复核",
    "another has to",
)


def _lost(row: MissingCase) -> str:
    age = ngettext("%(age)s 岁", "%(age)s 岁", row.age) % {"age": row.age} if row.age is not None else ""
    return joined(row.lost_name or "—", row.get_lost_as_display(), age)


def _seen(row: MissingCase) -> str:
    shown = moment(row.found_picture_at, "%Y-%m-%d %H:%M:%S")
    at = gettext("画面时间 %(moment)s") % {"moment": shown} if shown else ""
    return joined(moment(row.found_at, "%Y-%m-%d %H:%M:%S"), row.found_camera and row.found_camera.name, at)


EVENTS = (
    Event(
        name="open",
        verb=_("受理"),
        story=pgettext_lazy("走失人员", "受理"),
        said=_("已受理并核实。请选定点位和时段。"),
        target=_M.OPENED,
        actor=Actor((Permission.HANDLE_MISSING,), desks),
        clauses=CLAUSES,
        make=open_case,
        after=admit_at_once,
    ),
    Event(
        name="admit",
        verb="",
        story=pgettext_lazy("走失人员", "核实完毕"),
        said="",
        sources=(_M.OPENED,),
        target=_M.ADMITTED,
        actor=NOBODY,
        clauses=OURS,
    ),
    Event(
        name="complete",
        verb=_("保存补充登记"),
        story=pgettext_lazy("走失人员", "补充登记"),
        said=_("已补充登记。"),
        sources=RUNNING,
        stays=True,
        actor=DESK,
        clauses=OURS,
        ask=not_meanwhile,
        fill=complete,
        after=admit_or_close,
        apart=True,
    ),
    Event(
        name="narrow",
        verb=_("选定点位和时段"),
        story=pgettext_lazy("走失人员", "选定点位和时段"),
        said=_("已选定。请先行查看该时段，再请申请人查看。"),
        sources=(_M.ADMITTED, *LOOKING),
        target=_M.SCHEDULED,
        actor=DESK,
        clauses=CLAUSES,
        fill=narrow,
        after=ends(NARROWED),
        apart=True,
    ),
    *sittings(
        (pgettext_lazy("走失人员", "开始查看"), pgettext_lazy("走失人员", "结束查看")),
        missing_person.CLAUSES,
        LOOKING,
        tuple(_M.values),
        _M.VIEWED,
    ),
    Event(
        name="preview",
        verb=_("看过，可以请申请人查看"),
        story=pgettext_lazy("走失人员", "已先行查看"),
        said=_("已登记先行查看。可以请申请人查看。"),
        sources=LOOKING,
        stays=True,
        actor=DESK,
        clauses=("S33.1",),
        fill=preview,
        apart=True,
    ),
    Event(
        name="find",
        verb=_("看到走失人员"),
        story=pgettext_lazy("走失人员", "画面中发现"),
        said=_("已登记发现，画面停止。请先通知处警民警，再告知家属。"),
        sources=LOOKING,
        stays=True,
        actor=DESK,
        clauses=OURS,
        fill=find,
        # Also a session that runs on another screen, where the button was pressed on a page of one that is over.
        after=ends(FOUND),
        apart=True,
    ),
    Event(
        name="found",
        verb=_("登记已通知，办结"),
        story=pgettext_lazy("走失人员", "已通知处警民警，办结"),
        said=_("已办结。请交由另一名人员复核。"),
        sources=LOOKING,
        target=_M.CLOSED,
        actor=DESK,
        clauses=OURS,
        form=ToldForm,
        initial=lambda row, terms: {"told_at": timezone.now()},
        fill=close_found,
        after=ends(CLOSED),
    ),
    Event(
        name="not_found",
        verb=_("撤回发现登记"),
        story=pgettext_lazy("走失人员", "撤回发现登记"),
        said=_("已撤回发现登记，可以继续查看。"),
        sources=LOOKING,
        stays=True,
        actor=DESK,
        clauses=OURS,
        form=NotFoundForm,
        fill=not_found,
    ),
    Event(
        name="stop",
        verb=_("停止本件"),
        story=pgettext_lazy("走失人员", "停止"),
        said=_("已停止。请交由另一名人员复核。"),
        sources=RUNNING,
        target=_M.CLOSED,
        actor=DESK,
        clauses=OURS,
        form=StopForm,
        fill=stop,
        after=ends(CLOSED),
    ),
    Event(
        name="review",
        verb=_("复核归档"),
        story=pgettext_lazy("走失人员", "复核归档"),
        said=_("已复核归档。"),
        sources=(_M.CLOSED,),
        target=_M.ARCHIVED,
        actor=LEAD,
        clauses=("S33.1",),
        form=ReviewForm,
        fill=review,
        offered=lambda row, person, today, terms: not is_own(row, person),
    ),
    Event(
        name="paper",
        verb=_("加入"),
        story=pgettext_lazy("走失人员", "加入材料"),
        said=_("已加入。"),
        sources=(*RUNNING, _M.CLOSED),
        stays=True,
        actor=DESK,
        clauses=CLAUSES,
        fill=add_paper,
        keeps=name_of_paper,
        apart=True,
    ),
    Event(
        name="provisional_over",
        verb="",
        story=pgettext_lazy("走失人员", "临时证明超过时限"),
        said="",
        sources=RUNNING,
        stays=True,
        actor=NOBODY,
        clauses=CLAUSES,
        ripe=Ripe(
            lambda at: ran_out(at) & Q(provisional_over=False), data={"unmet": (missing_person.PROVISIONAL_OVER,)}
        ),
        keeps=lambda row, step, terms: (missing_person.PROVISIONAL_OVER.reason_zh, ()),
        fill=lambda row, step, terms: setattr(row, "provisional_over", True),
    ),
)

MISSING = CaseKind(
    model=MissingCase,
    name=_("走失人员查看"),
    url="access:missing",
    states=_M,
    badges=dict.fromkeys(_M.values, "attention") | {_M.VIEWED: "info", _M.ARCHIVED: "fine"},
    events=EVENTS,
    facts=lambda row, today, terms: None,
    recorder=RECORDER,
    unsaid=UNSAID,
    view=Permission.HANDLE_MISSING,
    shown_to=visible_cases,
    related=("unit", "opened_by__unit", "found_camera", "reviewed_by__unit"),
    overlooked=("session", "session_end", "paper", "provisional_over"),
    revised=True,
    columns=(
        ListColumn(_("编号"), "number"),
        ListColumn(_("走失人员"), "lost_name", lambda row: row.lost_name or "—", lambda row: row.get_lost_as_display()),
        ListColumn(_("申请人"), "applicant", lambda row: row.applicant or "—"),
        ListColumn(_("受理时间"), "opened_at", lambda row: moment(row.opened_at)),
        ListColumn(_("从受理到首次显示画面"), cell=lambda row: lasted(row.to_first_picture) or "—"),
    ),
    order="-opened_at",
    search=("lost_name", "applicant", "number", "report_number"),
    searched=_("姓名、编号或者接警编号"),
    shown=(
        Fact(_("走失人员"), lambda row, terms: _lost(row)),
        Fact(_("体貌和衣着"), lambda row, terms: row.looks),
        Fact(_("最后出现的时间和地点"), lambda row, terms: row.last_seen),
        Fact(
            _("申请人"),
            lambda row, terms: joined(row.applicant or "—", row.get_relation_display(), row.guardian_unit, row.phone),
        ),
        Fact(_("关系证明"), lambda row, terms: joined(row.get_proof_display(), row.proof_words)),
        Fact(_("接警编号"), lambda row, terms: row.report_number or "—"),
        Fact(
            _("人身安全保护令或者监护争议"),
            lambda row, terms: joined(row.get_protected_display() or _("尚未核实"), row.protected_words),
        ),
        Fact(_("时段"), lambda row, terms: span_of(row)),
        Fact(_("点位"), lambda row, terms: cameras_of(row)),
        Fact(_("画面中发现"), lambda row, terms: _seen(row)),
        Fact(
            _("通知处警民警"),
            lambda row, terms: joined(row.police_told, moment(row.police_told_at, "%Y-%m-%d %H:%M:%S")),
        ),
        Fact(
            _("办结"),
            lambda row, terms: joined(moment(row.closed_at), gettext(row.closed_why)) if row.closed_why else "",
        ),
        Fact(
            _("复核"),
            lambda row, terms: joined(row.reviewed_by.name, moment(row.reviewed_at)) if row.reviewed_by else "",
        ),
    ),
    prints=(
        Print(label=_("打印查看登记表"), key="sheet", fill=sheet_of),
        Print(label=_("打印告知与承诺"), key="pledge", fill=pledge_of),
    ),
    empty=(
        _("没有走失人员查看"),
        _("老人、儿童、智障人员走失的，由监护人或者近亲属申请，值班民警几分钟内可以受理。"),
    ),
)
