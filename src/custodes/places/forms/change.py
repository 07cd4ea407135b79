"""The forms of a change: what is to change, what was found changed, a picture, a decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.cases.forms import NoForm, StepForm
from custodes.people.forms import DayInput, not_after_today, plausible
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import PICTURES, SCANS, PaperKind
from custodes.places.models import Camera, ChangeCase, ChangeKind, Moment, System
from custodes.places.models.change import OF_CAMERAS


class _Cameras(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Number and name, and whether it is out of use."""
        return f"{obj.number} {obj.name_in_choice}"


class ChangeForm(NoForm):
    """What is to change and why. `revision` is that of the request that is amended (R8)."""

    kind = forms.ChoiceField(label=_("变更事项"), choices=ChangeKind, widget=forms.RadioSelect)
    cameras = _Cameras(
        Camera.objects.none(),
        label=_("涉及的点位"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("移动、调整指向、更换、减少点位的，请选择。变更前的情况由登记生成。"),
    )
    was = forms.CharField(
        label=_("变更前"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("不涉及点位的，写明现在的情况，例如原来的单位名称、存储期限。"),
    )
    wanted = forms.CharField(label=_("变更后"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    why = forms.CharField(label=_("变更原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    planned = forms.DateField(label=_("拟实施日期"), required=False, widget=DayInput, validators=[plausible])
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._system = system
        cameras = self.fields["cameras"]
        assert isinstance(cameras, forms.ModelMultipleChoiceField)
        cameras.queryset = system.cameras.order_by("number")
        for name in ("was", "wanted", "why"):
            self.fields[name].validators = self.fields[name].validators[:-1]  # several lines

    def clean(self) -> dict[str, Any]:
        """Cameras for the kinds that are about cameras, and what was before for the others."""
        data = super().clean() or {}
        of_cameras = data.get("kind") in OF_CAMERAS
        if of_cameras and not data.get("cameras") and "cameras" not in self.errors:
            self.add_error("cameras", _("请选择要变更的点位。"))
        if data.get("kind") and not of_cameras and data["kind"] != ChangeKind.ADD and not data.get("was"):
            self.add_error("was", _("请写明变更前的情况。"))
        return data

    @classmethod
    def of(cls, case: ChangeCase, *args: Any) -> ChangeForm:
        """The form of a request that is amended."""
        initial = {name: getattr(case, name) for name in ("kind", "was", "wanted", "why", "planned", "revision")}
        initial["cameras"] = [row.camera_id for row in case.cameras.all()]
        return cls(*args, system=case.system, initial=initial)


class FoundForm(ChangeForm):
    """What was changed without leave."""

    on = forms.DateField(
        label=_("改变的日期"),
        widget=DayInput,
        validators=[not_after_today],
        help_text=_("日期不详的，填写发现之日，并在情况中说明。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["planned"]
        self.fields["on"].initial = timezone.localdate
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(value, label) for value, label in ChangeKind.choices if value != ChangeKind.REMOVE]
        kind.help_text = _("擅自拆除的，在“登记擅自拆除”中登记（第十八条）。")
        self.fields["wanted"].label = _("改变后的情况")
        self.fields["why"].label = _("发现经过和已知情况")
        self.order_fields(["kind", "cameras", "was", "wanted", "why", "on"])


class _OfCase(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Number and name."""
        return f"{obj.number} {obj.name}"


class PictureForm(forms.Form):
    """A picture of how a camera's view was or is; for what is not about cameras a paper does as well."""

    camera = _OfCase(Camera.objects.none(), label=_("点位"), required=False)
    moment = forms.ChoiceField(label=_("何时"), choices=Moment)
    file = PaperField(label=_("画面截图或者照片"), kinds=PICTURES)

    kinds: tuple[PaperKind, ...] = PICTURES

    def __init__(self, *args: Any, case: ChangeCase, moments: list[Moment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cameras, moment = self.fields["camera"], self.fields["moment"]
        assert isinstance(cameras, forms.ModelChoiceField)
        assert isinstance(moment, forms.ChoiceField)
        cameras.queryset = Camera.objects.filter(changes__case=case).order_by("number")
        known = list(cameras.queryset[:2])
        if not known:
            del self.fields["camera"]
            self.kinds = SCANS
            self.fields["file"] = PaperField(label=_("照片或者材料"), kinds=SCANS)
        else:
            cameras.required = True
            if len(known) == 1:
                cameras.initial, cameras.empty_label = known[0], None
        moment.choices = [(one.value, one.label) for one in moments]


class DecideForm(NoForm):
    """Words to a decision, and which revision of the request was read."""

    words = forms.CharField(label=_("审批意见"), max_length=300, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class RefuseForm(DecideForm):
    """Why not."""

    words = forms.CharField(label=_("理由"), max_length=300, error_messages={"required": _("请写明不予批准的理由。")})


class DoneForm(StepForm):
    """The day on which it was made, and what there is to say about it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("实施日期")
        self.fields["words"].label = _("实施情况")


class WordsForm(NoForm):
    """A reason."""

    words = forms.CharField(label=_("理由"), max_length=300)
