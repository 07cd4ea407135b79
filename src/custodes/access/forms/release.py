"""The forms of a public release: proposing, assessing, what is found of each protected kind, and what is said with a step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from custodes.access.forms.holds import FOUND
from custodes.access.models import Release, ReleaseAnswer
from custodes.access.release.masking import Finding
from custodes.access.release.proposing import Proposal
from custodes.law.grounds.release import PROTECTED
from custodes.people.forms.plain import Lines, PlainText
from custodes.people.models import Paper, Person
from custodes.people.papers.field import PaperField
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS
from custodes.people.said import in_english
from custodes.places.models import Camera
from custodes.video.mask.filling import Way

_MOMENT = "%Y-%m-%dT%H:%M"
WAYS = (
    (Way.SOLID.value, _("纯黑（不能还原，建议）")),
    (Way.MOSAIC.value, _("马赛克（每个目标最多 4×4 格）")),
    (Way.BLUR.value, _("模糊（与马赛克同样粗）")),
)


class _CameraField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.number}）· {obj.system.name}"


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format=f"{_MOMENT}:%S")
    return forms.DateTimeField(label=label, widget=widget, input_formats=[f"{_MOMENT}:%S", _MOMENT])


class PaperedForm(PlainText, forms.Form):
    """A form with a paper that may be left out."""

    paper = PaperField(label=_("材料扫描件"), kinds=SCANS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"] = self.fields.pop("paper")  # behind what is said

    def papers(self, by: Person, at: Any, about: str) -> tuple[Paper, ...]:
        """What was handed in, kept; inside the caller's transaction.

        Raises:
            PaperRefused: it can't be taken after all.
        """
        upload = self.cleaned_data.get("paper")
        return (keep_paper(upload, by=by, at=at, kinds=SCANS, about=about, field="paper"),) if upload else ()


class ProposeForm(PaperedForm):
    """What is to be published, of which camera, when, what for, on which basis.

    Args:
        cameras: those of which the person may publish.
        query: what is looked for; `chosen` stays on the form whatever that is.
    """

    q = forms.CharField(label=_("查找点位（名称、编号或者系统）"), max_length=80, required=False)
    title = forms.CharField(
        label=_("标题"), max_length=80, help_text=_("例如：大昭寺广场电动车剐蹭警示片。不写当事人姓名。")
    )
    camera = _CameraField(Camera.objects.none(), label=_("点位"), empty_label=None, widget=forms.RadioSelect)
    span_from = _moment(_("起"))
    span_to = _moment(_("止"))
    aim = forms.ChoiceField(
        label=_("公共安全用途"),
        choices=Release._meta.get_field("aim").choices or (),
        widget=forms.RadioSelect,
        help_text=_("公共场所的图像只能用于维护公共安全；其他用途不能在此办理（个人信息保护法第二十六条）。"),
    )
    purpose = forms.CharField(label=_("事由"), max_length=200)
    basis_kind = forms.ChoiceField(
        label=_("公开的依据"),
        choices=Release._meta.get_field("basis_kind").choices or (),
        widget=forms.RadioSelect,
    )
    basis = forms.CharField(
        label=_("依据的名称和条款"),
        max_length=200,
        help_text=_("写成“××法第×条”；单独同意的，写明由谁同意，并加入同意书。"),
    )
    channel = forms.CharField(label=_("拟公开的途径"), max_length=200, help_text=_("例如：本单位政务新媒体账号。"))

    def __init__(self, *args: Any, cameras: QuerySet[Camera], chosen: str, query: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Q(pk=chosen) if chosen else Q(pk__in=[])
        if query:
            words = Q(name__icontains=query) | Q(number__icontains=query) | Q(system__name__icontains=query)
            found = cameras.filter(words).order_by("name", "pk").values_list("pk", flat=True)
            offered |= Q(pk__in=list(found[:FOUND]))
        elif cameras.count() <= FOUND:
            offered = Q()
        rows = cameras.filter(offered).select_related("system").order_by("name", "pk")
        self.fields["camera"].queryset = rows  # type: ignore[attr-defined]
        self.offers = rows.exists()

    def proposal(self) -> Proposal:
        """What was filled in."""
        return Proposal(**{name: self.cleaned_data[name] for name in Proposal.__slots__})


class AssessForm(PaperedForm):
    """The impact assessment (PIPL 55, 56)."""

    necessity = Lines(
        label=_("必要性"), max_length=1000,
        help_text=_("公开的目的、方式是否合法、正当、必要；不公开画面能否达到同样目的。"),
    )  # fmt: skip
    risks = Lines(
        label=_("对个人权益的影响和风险"), max_length=1000,
        help_text=_("画面中有哪些人，遮蔽后熟人能否认出，被转发后有什么后果。"),
    )  # fmt: skip
    measures = Lines(
        label=_("保护措施"), max_length=1000,
        help_text=_("遮蔽什么、公开多久、怎样撤回、由谁负责。"),
    )  # fmt: skip


class WordsForm(PaperedForm):
    """What is said with a step, with a paper."""

    words = Lines(
        label=_("理由或者说明"), max_length=500, required=False,
        help_text=_("写入存证日志；不写当事人姓名。"),
    )  # fmt: skip


class ReasonForm(WordsForm):
    """The same where a reason has to be stated."""

    words = Lines(label=_("理由"), max_length=500, help_text=_("写入存证日志；不写当事人姓名。"))


class SeenForm(WordsForm):
    """With the hash of the copy that the page showed: what is decided is of that one."""

    copy = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class WriteForm(forms.Form):
    """How shapes are filled."""

    way = forms.ChoiceField(label=_("遮蔽方式"), choices=WAYS, widget=forms.RadioSelect, initial=Way.SOLID.value)


class PublishForm(SeenForm):
    """Where it is published."""

    field_order = ("where", "words")
    where = Lines(
        label=_("公开的地方"), max_length=500, rows=2,
        help_text=_("媒体或者账号的名称、网址，一行一处。"),
    )  # fmt: skip


class WithdrawForm(ReasonForm):
    """Why it is taken down, and what was done."""

    takedown = Lines(
        label=_("已采取的下架措施"), max_length=500, rows=2,
        help_text=_("从哪里删除、何时、由谁办理；已被转载的，怎样要求删除。"),
    )  # fmt: skip


class FindingForm(PlainText, forms.Form):
    """The answer for one protected kind; minors are never let stand (PIPL 28)."""

    answer = forms.ChoiceField(label=_("结论"), widget=forms.RadioSelect)
    law = forms.CharField(
        label=_("不遮蔽的法律、法规依据"), max_length=200, required=False, help_text=_("写成“××法第×条”。")
    )
    read = forms.BooleanField(label=_("本人已核对该条原文，确认可以不遮蔽"), required=False)

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=key, **kwargs)
        self.key = key
        self.clause, zh, en = PROTECTED[key]
        self.title = en if in_english() else zh
        field: Any = self.fields["answer"]
        field.choices = [
            (value, label) for value, label in ReleaseAnswer.choices if key != "minors" or value != "exempt"
        ]
        if key == "minors":
            del self.fields["law"], self.fields["read"]

    def finding(self) -> Finding:
        """What was answered."""
        data = self.cleaned_data
        return Finding(self.key, data["answer"], data.get("law", ""), data.get("read", False))


def finding_forms(row: Release, sent: Any = None) -> list[FindingForm]:
    """One for each protected kind, with what was answered before."""
    there = {one.key: one for one in row.findings.all()}
    return [
        FindingForm(
            sent,
            key=key,
            initial={"answer": one.answer, "law": one.law, "read": one.read_by_id is not None}
            if (one := there.get(key))
            else None,
        )
        for key in PROTECTED
    ]
