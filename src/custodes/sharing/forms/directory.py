"""The forms of a directory: an entry, a system that is added, a step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.cases.forms import StepForm
from custodes.law.grounds.stating import says_something
from custodes.people.forms import PlainText, something
from custodes.people.lawful import bilingual
from custodes.places.models import System
from custodes.sharing.directory.secrecy import told_by
from custodes.sharing.models import DirectoryEntry


def publishable(value: str) -> None:
    """A validator: the name holds nothing of what a directory must not say (S30.1, S33.1), as far as the check knows it.

    Raises:
        ValidationError: it does.
    """
    if found := told_by(value):
        raise ValidationError(
            gettext("名称含有%(what)s，不得公布（第三十条第一款、第三十三条第一款）。请改写，只写明是哪个系统。")
            % {"what": gettext("、").join(str(bilingual(zh, en)) for zh, en in found)}
        )


class EntryForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Whether an entry is listed, under which name, and why not."""

    class Meta:
        model = DirectoryEntry
        fields = ["listed", "name", "reason"]
        help_texts = {
            "name": _("只写明是哪个系统；不写地址、点位、设备、联系方式。自动核对只是辅助，由批准人把关。"),
            "reason": _("不列入或者增列的，必须写明；理由不公布。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators = [*self.fields["name"].validators, something, publishable]
        if not self.instance.computed:
            del self.fields["listed"]
            self.fields["reason"].required = True

    def clean(self) -> dict[str, Any]:
        """A reason for what is left out."""
        data = super().clean() or {}
        listed = data.get("listed", True)
        if not listed and not says_something(data.get("reason", "")):
            self.add_error("reason", _("不列入的，请写明理由。"))
        return data


class SystemField(forms.ModelChoiceField[System]):
    """A system, told with its unit: many are called alike."""

    def label_from_instance(self, obj: System) -> str:
        """Name and unit."""
        return f"{obj.name} · {obj.unit.name}"


class AddForm(PlainText, forms.Form):
    """One more system."""

    system = SystemField(label=_("系统"), queryset=System.objects.none(), empty_label=_("请选择"))
    name = forms.CharField(
        label=_("公布的系统名称"), max_length=120, required=False, validators=[publishable],
        help_text=_("不填的，用登记的名称。"),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("增列的理由"), max_length=300, validators=[something],
        help_text=_("企业事业单位、其他组织的，写明为维护公共安全需要整合联网的情况（第二十四条）；部门的，写明由哪个部门管理（第二十三条）。"),
    )  # fmt: skip

    def __init__(self, *args: Any, systems: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["system"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = systems

    def show(self, most: int) -> None:
        """Draw no more than so many systems to choose from, and the one that was chosen; any of them is taken."""
        field = self.fields["system"]
        assert isinstance(field, forms.ModelChoiceField)
        chosen = getattr(self, "cleaned_data", {}).get("system")
        among = field.queryset
        assert among is not None
        field.queryset = among.filter(Q(pk__in=among.values("pk")[:most]) | Q(pk=chosen.pk if chosen else None))


class SeenForm(StepForm):
    """Of a step that counts for what was seen alone: sent without that, it is refused."""

    on: Any = None
    words: Any = None
    seen = forms.IntegerField(
        min_value=0, max_value=1 << 31, widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), _("请打开本页，核对后再办理。")),
    )  # fmt: skip


class OutForm(SeenForm):
    """Which added entry goes."""

    entry = forms.IntegerField(min_value=0, max_value=1 << 31, widget=forms.HiddenInput)


class ApproveForm(SeenForm):
    """An approval, with words if somebody wants any."""

    words = forms.CharField(label=_("说明"), max_length=400, required=False)


class BackForm(SeenForm):
    """Why it is sent back."""

    words = forms.CharField(label=_("退回的原因"), max_length=400, validators=[something])


class WithdrawForm(PlainText, forms.Form):
    """Why an entry is withdrawn from what is published."""

    words = forms.CharField(
        label=_("撤下的原因"), max_length=300, validators=[something],
        help_text=_("只在公安机关内部可见，不公布，也不写入存证日志。不得写入国家秘密的内容。"),
    )  # fmt: skip
