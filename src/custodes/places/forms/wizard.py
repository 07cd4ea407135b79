"""The forms of bringing one camera in step by step, one question at a time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import PlainText
from custodes.places.doubts import PlaceVerdict, ScreenedPlace
from custodes.places.forms.address import DeviceLogin
from custodes.places.forms.batch import ChannelForm, NodeChoice
from custodes.places.models import Camera
from custodes.places.onvif import ONVIF_PORT


class PlaceForm(PlainText, NodeChoice, ScreenedPlace):
    """Where the camera stands and what it looks at (S10, N8.1, S15)."""

    place = forms.CharField(
        label=_("安装在哪里"),
        max_length=200,
        help_text=_("例如：一层大厅东侧，距地 3.2 米。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    view = forms.CharField(
        label=_("拍摄什么范围"),
        max_length=200,
        help_text=_("固定的采集范围（第十五条），例如：大厅入口至服务台。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    clear = forms.BooleanField(
        label=_("已核对：不在上述部位，采集范围也不含其内部"),
        error_messages={"required": _("未核对的不能接入。位于上述部位的禁止安装，请改到允许的部位。")},
    )

    field_order = ("place", "view", "clear", "screening_note", "node")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["zone"]
        self.fields["screening_note"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """The finding is asked for only where there is doubt."""
        data = super().clean()
        if self.judgement is not None and self.judgement.verdict == PlaceVerdict.DOUBTFUL:
            self.fields["screening_note"].widget = forms.TextInput(attrs={"autocomplete": "off"})
        return data


class TemplateForm(DeviceLogin, ChannelForm):
    """An address out of a maker's template."""

    field_order = ("maker", "host", "channel", "port", "username", "password")


class OnvifForm(PlainText, DeviceLogin):
    """Where an ONVIF device is."""

    host = forms.CharField(
        label=_("设备主机"),
        max_length=120,
        help_text=_("IP 地址或者主机名，例如 192.0.2.10。"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    port = forms.IntegerField(label=_("ONVIF 端口"), min_value=1, max_value=65535, initial=ONVIF_PORT)

    field_order = ("host", "port", "username", "password")

    clean_host = ChannelForm.clean_host


class NameForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """How the camera is called from now on."""

    class Meta:
        model = Camera
        fields = ["name", "number"]
        help_texts = {
            "name": _("值班人员看到的名称，例如：一层大厅。"),
            "number": _("本系统内不重复；已按顺序编好，可以修改。"),
        }

    def _get_validation_exclusions(self) -> set[str]:
        # The system is not in the form; the number must be checked against it all the same.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"system"}
