"""Public release of footage as a kind of case (公共传播; S30.2, N22, PIPL 25, 28, 55): proposed, assessed by another, masked, reviewed, approved by
a third, published, taken down; or given to the one person in the picture, never public (decision 0455).

What a step asks, does and has from the node stands in `proposing`, `masking` and `deciding`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.access.forms.release import (
    AssessForm,
    FindForm,
    PublishForm,
    ReasonForm,
    SeenForm,
    WithdrawForm,
    WriteForm,
)
from custodes.access.models import Release, ReleaseDecision, ReleaseShowing, ReleaseState
from custodes.access.models.release import LOOKED_AT, MARKED, OVER
from custodes.access.papers import microseconds
from custodes.access.release import deciding, guards, masking, proposing
from custodes.access.release.answers import answers_of
from custodes.access.release.documents import form_of
from custodes.access.release.facts import due_after
from custodes.access.release.reach import LOOKERS, WORKS, desks, visible_releases, worked_on
from custodes.access.supervised.page import moment
from custodes.cases import records
from custodes.cases.forms import NoForm
from custodes.cases.kind import NOBODY, Actor, CaseKind, Event, ListColumn, Print
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person
from custodes.people.permissions import Permission

_S, _P = ReleaseState, Permission
BADGES: dict[str, str] = {
    _S.PROPOSED: "attention",
    _S.RETURNED: "danger",
    _S.ASSESSED: "attention",
    _S.MASKED: "attention",
    _S.REVIEWED: "attention",
    _S.APPROVED: "info",
    _S.GIVEN: "info",
    _S.HANDED: "fine",
    _S.PUBLISHED: "fine",
    _S.WITHDRAWN: "off",
    _S.REFUSED: "danger",
    _S.DROPPED: "off",
}
CLAUSES = ("S30.2", "N22")
OWN_COPY = ("PIPL45", "PIPL25")
WITH_ANSWERS = ("review", "second_review", "publish")
"""Steps whose records say what was answered of tracks and pictures."""


def _on(*permissions: Permission) -> Actor:
    return Actor(permissions, lambda person, at: worked_on(person, at, *permissions))


def refusable(person: Person, at: datetime) -> QuerySet[Release]:
    """What was reviewed is refused by who approves alone."""
    before = worked_on(person, at, _P.REVIEW_RELEASES).exclude(state=_S.REVIEWED)
    return before | worked_on(person, at, _P.APPROVE_RELEASES)


PROPOSER, REVIEWER, APPROVER = _on(_P.PROPOSE_RELEASES), _on(_P.REVIEW_RELEASES), _on(_P.APPROVE_RELEASES)
ASSESSOR, ANYBODY = _on(*LOOKERS), _on(*WORKS)


def subject(row: Release, step: CaseStep, given: StepInput) -> dict[str, Any]:
    """Which release, with what there is of its film; and what was answered of the pictures, where the step rests on it."""
    there: dict[str, Any] = {
        "source": row.source,
        "tracks": row.marked,
        "output": row.output,
        "where": row.published_where,
    }
    if step.event in ("mask", "review"):
        there["device"] = [list(one) for one in given.outside.standing.device]
    if step.event in WITH_ANSWERS:
        there |= answers_of(row).recorded()
    if step.event == "second_review":
        shown = ReleaseShowing.objects.filter(release=row, by=given.by, output=row.output)
        looked = shown.values_list("whole_at", flat=True).first()
        there["looked"] = microseconds(looked) if looked else 0
    return {
        "release": row.pk,
        "number": row.number,
        "unit": row.unit.uuid,
        "camera": row.camera_id,
        **{name: value for name, value in there.items() if value},
    }


def content(row: Release, given: StepInput) -> dict[str, Any]:
    """What belongs to it."""
    findings = row.findings.order_by("key")
    replaced = [one.said() for one in row.replaced_answers.select_related("by", "replaced_by")]
    return {
        **({"replaced": replaced} if replaced else {}),
        "findings": [[one.key, one.answer, one.law, str(one.read_by_id or "")] for one in findings],
        "decisions": [one.said() for one in _decisions(row)],
        "pictures": [one.said() for one in row.looks.select_related("by")],
        "papers": sorted(row.steps.filter(papers__isnull=False).values_list("papers__sha256", flat=True)),
    }


def _decisions(row: Release) -> Iterable[ReleaseDecision]:
    rows = ReleaseDecision.objects.filter(track__release=row).select_related("track", "by")
    return rows.defer("track__frames").order_by("pk")


def _step(
    name: str, target: ReleaseState, fill: Callable[[Release, StepInput, LegalTerms], None] | None = None, **more: Any
) -> Event:
    """A step behind which it waits for another, by a day of the house's own."""

    def filled(row: Release, step: StepInput, terms: LegalTerms) -> None:
        if fill is not None:
            fill(row, step, terms)
        row.due = due_after(step, target)

    return Event(name=name, target=target, fill=filled, **{"clauses": CLAUSES, "paper": "paper", **more})


def _stays(name: str, **more: Any) -> Event:
    """A step that leaves the state."""
    return Event(name=name, stays=True, **{"clauses": CLAUSES, "form": NoForm, **more})


def _for_the_public(row: Release, person: Person, today: Any, terms: LegalTerms) -> bool:
    return row.own_image_id is None


def copy_shown(form: Any, row: Release, person: Person, at: datetime) -> None:
    """Which copy the page tells of; of one that was sent it stays what was sent."""
    form.fields["copy"].initial = row.output


EVENTS = (
    Event(
        name="propose",
        verb=_("提出公开"),
        story=pgettext_lazy("公共传播", "提出"),
        said=_("已提出，等待另一人评估。"),
        target=_S.PROPOSED,
        actor=Actor((_P.PROPOSE_RELEASES,), desks),
        clauses=lambda row: OWN_COPY if row.own_image_id else (*CLAUSES, "PIPL25", "PIPL26"),
        make=proposing.propose,
        apart=True,
    ),
    _step(
        "give_back",
        _S.RETURNED,
        verb=_("退回补正"),
        story=pgettext_lazy("公共传播", "退回补正"),
        said=_("已退回提出人补正。"),
        sources=(_S.PROPOSED,),
        actor=ASSESSOR,
        clauses=("S30.2", "PIPL55"),
        form=ReasonForm,
        ask=deciding.asks(guards.give_back),
        offered=_for_the_public,
    ),
    _step(
        "propose_again",
        _S.PROPOSED,
        proposing.complete,
        verb=_("再次提出"),
        story=pgettext_lazy("公共传播", "补正后再次提出"),
        said=_("已提出，等待另一人评估。"),
        sources=(_S.RETURNED,),
        actor=PROPOSER,
        clauses=(*CLAUSES, "PIPL25", "PIPL26"),
        apart=True,
    ),
    _step(
        "assess",
        _S.ASSESSED,
        deciding.assess,
        verb=_("登记评估，准予遮蔽"),
        story=pgettext_lazy("公共传播", "影响评估"),
        said=_("已登记影响评估，可以开始检测。"),
        sources=(_S.PROPOSED,),
        actor=ASSESSOR,
        clauses=("PIPL55", "PIPL56"),
        form=AssessForm,
    ),
    _step(
        "refuse",
        _S.REFUSED,
        verb=_("不予公开"),
        story=pgettext_lazy("公共传播", "不予公开"),
        said=_("已登记不予公开。"),
        sources=(_S.PROPOSED, _S.REVIEWED),
        actor=Actor(LOOKERS, refusable),
        clauses=("S30.2", "PIPL25"),
        form=ReasonForm,
        ask=deciding.asks(guards.decline),
        after=deciding.over,
        danger=True,
    ),
    _stays(
        "begin",
        verb=_("开始检测"),
        story=pgettext_lazy("公共传播", "开始检测"),
        said=_("已开始检测，完成后本页自动更新。"),
        sources=LOOKED_AT,
        actor=REVIEWER,
        prepares=masking.have_read,
        fill=masking.begin,
    ),
    _step(
        "mask",
        _S.MASKED,
        masking.take_tracks,
        verb=_("载入检测结果"),
        story=pgettext_lazy("公共传播", "载入检测结果，开始复核"),
        said=_("检测结果已载入，请逐条复核。"),
        sources=(_S.ASSESSED,),
        actor=REVIEWER,
        form=NoForm,
        prepares=masking.fetch_tracks,
    ),
    _stays(
        "find",
        verb=_("登记结论"),
        story=pgettext_lazy("公共传播", "填写各类保护对象的结论"),
        said=_("已登记结论。"),
        sources=MARKED,
        actor=REVIEWER,
        clauses=(*CLAUSES, "PIPL28"),
        form=FindForm,
        choices=lambda form, row, person, at: form.ask_of(row),
        ask=masking.ask_answers,
        fill=masking.answer,
    ),
    _stays(
        "write",
        verb=_("生成成品"),
        story=pgettext_lazy("公共传播", "生成成品"),
        said=_("已开始生成成品，完成后本页自动更新。"),
        sources=MARKED,
        actor=REVIEWER,
        form=WriteForm,
        prepares=masking.have_written,
        ask=masking.ask_masked,
        fill=masking.write,
    ),
    _step(
        "review",
        _S.REVIEWED,
        masking.review,
        verb=_("复核通过，送另一人审批"),
        story=pgettext_lazy("公共传播", "复核通过"),
        said=_("已复核，等待另一人审批。"),
        sources=(_S.MASKED,),
        actor=REVIEWER,
        clauses=(*CLAUSES, "PIPL28"),
        form=SeenForm,
        choices=copy_shown,
        prepares=masking.have_told,
        ask=masking.ask_review,
    ),
    _step(
        "remask",
        _S.MASKED,
        masking.void,
        verb=_("退回遮蔽"),
        story=pgettext_lazy("公共传播", "回到遮蔽"),
        said=_("已退回遮蔽。"),
        sources=(_S.REVIEWED, _S.APPROVED),
        actor=APPROVER,
        clauses=("S30.2",),
        form=ReasonForm,
        ask=deciding.asks(guards.with_words),
    ),
    _stays(
        "see",
        verb="",
        story=pgettext_lazy("公共传播", "审批人查看成品"),
        said="",
        sources=(_S.REVIEWED,),
        actor=APPROVER,
        clauses=("S30.2",),
        apart=True,
    ),
    _step(
        "second_review",
        _S.APPROVED,
        deciding.second_review,
        verb=_("批准公开"),
        story=pgettext_lazy("公共传播", "审批同意"),
        said=_("已审批，可以公开。"),
        sources=(_S.REVIEWED,),
        actor=APPROVER,
        form=SeenForm,
        choices=copy_shown,
        prepares=masking.have_told,
        ask=deciding.ask_second,
    ),
    _stays(
        "fetch",
        verb=_("下载成品"),
        story=pgettext_lazy("公共传播", "下载成品"),
        said="",
        sources=(_S.APPROVED, _S.GIVEN),
        actor=ASSESSOR,
        clauses=lambda row: ("PIPL45", "S33.2a") if row.own_image_id else ("S30.2", "S33.2a"),
        ask=deciding.ask_fetch,
        apart=True,
    ),
    _stays(
        "fetched",
        verb="",
        story=pgettext_lazy("公共传播", "成品下载完毕"),
        said="",
        sources=(_S.GIVEN,),
        actor=NOBODY,
        clauses=("PIPL45", "S33.2a"),
    ),
    _step(
        "give",
        _S.GIVEN,
        verb="",
        story=pgettext_lazy("公共传播", "答复提供"),
        said="",
        sources=(_S.APPROVED,),
        actor=NOBODY,
        clauses=OWN_COPY,
    ),
    _step(
        "take_back",
        _S.APPROVED,
        verb="",
        story=pgettext_lazy("公共传播", "节点上已没有复制件，重新办理"),
        said="",
        sources=(_S.GIVEN,),
        actor=NOBODY,
        clauses=OWN_COPY,
    ),
    _step(
        "hand_over",
        _S.HANDED,
        verb="",
        story=pgettext_lazy("公共传播", "移交申请人"),
        said="",
        sources=(_S.GIVEN,),
        actor=NOBODY,
        clauses=OWN_COPY,
        after=deciding.over,
    ),
    _step(
        "publish",
        _S.PUBLISHED,
        deciding.publish,
        verb=_("登记公开"),
        story=pgettext_lazy("公共传播", "公开"),
        said=_("已登记公开。"),
        sources=(_S.APPROVED,),
        actor=PROPOSER,
        clauses=(*CLAUSES, "PIPL25", "S33.2a"),
        form=PublishForm,
        choices=copy_shown,
        prepares=deciding.have_hashed,
        ask=deciding.ask_publish,
        after=deciding.stopped,
        offered=_for_the_public,
    ),
    _step(
        "withdraw",
        _S.WITHDRAWN,
        deciding.withdraw,
        verb=_("登记撤回"),
        story=pgettext_lazy("公共传播", "撤回"),
        said=_("已登记撤回。"),
        sources=(_S.PUBLISHED,),
        actor=ANYBODY,
        clauses=("S30.2", "PIPL47"),
        form=WithdrawForm,
        after=masking.forget_when_over,
        offered=_for_the_public,
        danger=True,
    ),
    _step(
        "drop",
        _S.DROPPED,
        verb=_("不再办理"),
        story=pgettext_lazy("公共传播", "不再办理"),
        said=_("已登记不再办理。"),
        sources=(_S.PROPOSED, _S.RETURNED, *LOOKED_AT),
        actor=PROPOSER,
        clauses=("S30.2",),
        form=ReasonForm,
        ask=deciding.asks(guards.with_words),
        after=deciding.over,
    ),
    _stays(
        "forget",
        verb=_("删除工作文件"),
        story=pgettext_lazy("公共传播", "删除工作文件"),
        said=_("媒体节点已删除工作文件。"),
        sources=(_S.PUBLISHED, *OVER),
        actor=ANYBODY,
        clauses=("S30.2",),
        prepares=masking.have_deleted,
        fill=masking.forget,
        offered=lambda row, person, today, terms: row.works,
    ),
)

RELEASE = CaseKind(
    model=Release,
    name=_("公共传播"),
    url="access:release",
    states=_S,
    badges=BADGES,
    events=EVENTS,
    facts=lambda row, today, terms: None,
    recorder=records.hashed("release.step", subject, content),
    unsaid=("id", "state", "revision", "times", "doubts", "leaks", "forgotten_at", "due"),
    view=_P.VIEW_RELEASES,
    shown_to=visible_releases,
    related=(
        *("unit", "camera__system__unit", "camera__node", "own_image"),
        *("proposed_by__unit", "assessed_by__unit", "reviewed_by__unit", "approved_by__unit", "published_by__unit"),
        "withdrawn_by__unit",
    ),
    overlooked=("see", "fetch", "fetched", "forget"),
    revised=True,
    columns=(
        ListColumn(
            _("编号和标题"), "number", lambda row: row.title, lambda row: f"{row.number} · {row.get_aim_display()}"
        ),
        ListColumn(pgettext_lazy("列表", "点位"), "camera__name", lambda row: row.camera.name),
        ListColumn(_("办理单位"), "unit__name", lambda row: row.unit.name),
        ListColumn(_("提出时间"), "proposed_at", lambda row: moment(row.proposed_at)),
    ),
    order="-proposed_at",
    search=("title", "number", "camera__name"),
    searched=_("编号、标题或者点位"),
    empty=(
        _("没有公共传播的件"),
        _("警示宣传、征集线索、寻人需要公开录像的，在这里提出。实时画面和基础信息不公开。"),
    ),
    prints=(Print(label=_("公共传播审批单"), key="form", fill=form_of),),
)
