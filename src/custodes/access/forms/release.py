"""The forms of a public release: proposing, and those of its steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from custodes.access.forms.holds import FOUND
from custodes.access.models import Release, ReleaseAim, ReleaseAnswer
from custodes.access.release import overlay
from custodes.access.release.masking import KEYS, Finding, answers_for
from custodes.access.release.proposing import Proposal
from custodes.cases.forms import NoForm
from custodes.law.grounds.release import PROTECTED
from custodes.people.forms import LinesField, PlainText, plain_text
from custodes.people.lawful import in_english
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.places.models import Camera
from custodes.video.mask.filling import FillStyle

_MOMENT = "%Y-%m-%dT%H:%M"
WAYS = (
    (FillStyle.SOLID.value, _("纯黑（不能还原，建议）")),
    (FillStyle.MOSAIC.value, _("马赛克（每个目标最多 4×4 格）")),
    (FillStyle.BLUR.value, _("模糊（与马赛克同样粗）")),
)


class _CameraField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.number}）· {obj.system.name}"


def _paper() -> PaperField:
    return PaperField(label=_("材料扫描件"), kinds=SCANS, required=False)


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format=f"{_MOMENT}:%S")
    return forms.DateTimeField(label=label, widget=widget, input_formats=[f"{_MOMENT}:%S", _MOMENT])


class ProposeForm(PlainText, forms.Form):
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
        choices=[one for one in ReleaseAim.choices if one[0] != ReleaseAim.OWN_IMAGE],
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
    paper = _paper()

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


class AssessForm(NoForm):
    """The impact assessment (PIPL 55, 56)."""

    necessity = LinesField(
        label=_("必要性"), max_length=1000,
        help_text=_("公开的目的、方式是否合法、正当、必要；不公开画面能否达到同样目的。"),
    )  # fmt: skip
    risks = LinesField(
        label=_("对个人权益的影响和风险"), max_length=1000,
        help_text=_("画面中有哪些人，遮蔽后熟人能否认出，被转发后有什么后果。"),
    )  # fmt: skip
    measures = LinesField(
        label=_("保护措施"), max_length=1000,
        help_text=_("遮蔽什么、公开多久、怎样撤回、由谁负责。"),
    )  # fmt: skip
    paper = _paper()


class ReasonForm(NoForm):
    """Why, with a paper."""

    words = LinesField(label=_("理由"), max_length=500, help_text=_("写入存证日志；不写当事人姓名。"))
    paper = _paper()


class SeenForm(NoForm):
    """With the hash of the copy that the page showed: what is decided is of that one."""

    words = LinesField(
        label=_("理由或者说明"), max_length=500, required=False, help_text=_("写入存证日志；不写当事人姓名。")
    )
    copy = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    paper = _paper()


class WriteForm(NoForm):
    """How shapes are filled."""

    way = forms.ChoiceField(label=_("遮蔽方式"), choices=WAYS, widget=forms.RadioSelect, initial=FillStyle.SOLID.value)


class PublishForm(SeenForm):
    """Where it is published."""

    field_order = ("where", "words")
    where = LinesField(
        label=_("公开的地方"), max_length=500, rows=2,
        help_text=_("媒体或者账号的名称、网址，一行一处。"),
    )  # fmt: skip


class WithdrawForm(ReasonForm):
    """Why it is taken down, and what was done."""

    field_order = ("words", "takedown", "paper")
    takedown = LinesField(
        label=_("已采取的下架措施"), max_length=500, rows=2,
        help_text=_("从哪里删除、何时、由谁办理；已被转载的，怎样要求删除。"),
    )  # fmt: skip


_OVERLAY_WORDS = {
    ReleaseAnswer.ABSENT: _("没有叠加"),
    ReleaseAnswer.MASKED: _("有，已从头到尾遮蔽"),
    ReleaseAnswer.SHOWN: _("有，仍然可见"),
}


_PROTECTED_WORDS = {ReleaseAnswer.SHOWN: _("只有保留可见的")}


@dataclass(frozen=True)
class KindFields:
    """What is asked of one kind: its fields of the form; `law` and `read` None where no article lets it stand.

    Attributes:
        more: whether the article is shown at once.
    """

    title: str
    clause: str
    hint: Any
    answer: Any
    law: Any
    read: Any
    more: bool


class FindForm(NoForm):
    """The answer for each protected kind, and for what is burnt into the pictures; minors are never let stand (PIPL 28)."""

    def ask_of(self, row: Release) -> None:
        """Ask what may be answered of this release, with what was answered before."""
        self.row = row
        there = {one.key: one for one in row.findings.all()}
        for key in KEYS:
            one, words = there.get(key), _OVERLAY_WORDS if key == overlay.KEY else _PROTECTED_WORDS
            choices = [
                (found.value, words.get(found, found.label))
                for found in answers_for(row, key)
                if key != "minors" or found != ReleaseAnswer.EXEMPT
            ]
            answer = forms.ChoiceField(label=_("结论"), widget=forms.RadioSelect, choices=choices)
            answer.initial = one.answer if one else None
            self.fields[f"{key}-answer"] = answer
            if key in ("minors", overlay.KEY):
                continue
            self.fields[f"{key}-law"] = forms.CharField(
                label=_("不遮蔽的法律、法规依据"),
                max_length=200,
                required=False,
                help_text=_("写成“××法第×条”。"),
                validators=[plain_text],
            )
            self.fields[f"{key}-law"].initial = one.law if one else ""
            read = forms.BooleanField(label=_("本人已核对该条原文，确认可以不遮蔽"), required=False)
            read.initial = one is not None and one.read_by_id is not None
            self.fields[f"{key}-read"] = read

    def asked(self) -> Iterator[KindFields]:
        """Each kind in turn."""
        for key in KEYS:
            clause, zh, en = PROTECTED.get(key, (overlay.CLAUSE, overlay.ZH, overlay.EN))
            hint = _("设备录在画面里的文字。由看过画面的人答复。") if key == overlay.KEY else ""
            if key != overlay.KEY and ReleaseAnswer.SHOWN in answers_for(self.row, key):
                hint = _("只有申请人本人，或者同意公开的人，没有遮蔽其他的，选“只有保留可见的”。")
            law = self[f"{key}-law"] if f"{key}-law" in self.fields else None
            read = self[f"{key}-read"] if law is not None else None
            wrong = any(name.startswith(f"{key}-") for name in self.errors)
            more = law is not None and bool(law.initial or wrong)
            yield KindFields(en if in_english() else zh, clause, hint, self[f"{key}-answer"], law, read, more)

    def clean(self) -> dict[str, Any]:
        """With the findings."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["findings"] = [
            Finding(key, data.get(f"{key}-answer", ""), data.get(f"{key}-law", ""), data.get(f"{key}-read", False))
            for key in KEYS
        ]
        return data
