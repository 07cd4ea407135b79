"""The forms of a GB/T 28181 device: entered, changed, channels picked, entered as one that moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.gb28181 import ids
from custodes.gb28181.refused import Gb28181Refused
from custodes.people.forms import PlainText
from custodes.places.devices.gateways import own_gateway
from custodes.places.forms.batch import NodeChoice
from custodes.places.forms.revised import Revised
from custodes.places.models import GbDevice, GbMobile
from custodes.places.models.gbdevice import ID_LENGTH

WISHES = ("media", "speech", "edition", "charset", "keepalive_s", "misses", "follow_port")
HINTS = {
    "media": _("从该设备接入的点位以此方式取流；防火墙后的设备多选“由设备连接平台”。"),
    "speech": _(
        "只对登记了语音输出编码的点位有用。设备不接广播、厂家写明支持 s=Talk 呼叫的，选短式；不清楚的，选先广播。"
    ),
    "edition": _("设备所报的版本有误时才指定。"),
    "charset": _("目录中的汉字显示为乱码时才指定。"),
    "keepalive_s": _("与设备上的设置一致，5 至 3600 秒。"),
    "misses": _("连续缺失这么多次心跳后视为离线。"),
    "follow_port": _("选中后，同一地址换了端口仍视为同一设备；否则设备须重新注册。"),
}


class DeviceForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """A device that is to be let in."""

    odd = forms.BooleanField(
        label=_("设备不能改用 20 位编号"),
        required=False,
        help_text=_("编号应当为 20 位数字（GB/T 28181 附录 D）。确实不能更改的才选中。"),
    )

    field_order = ("gb_id", "name", *WISHES, "odd")

    class Meta:
        model = GbDevice
        fields = ["gb_id", "name", *WISHES]
        help_texts = HINTS | {"gb_id": _("20 位数字，与设备上填写的“设备编号”一致；可以直接使用建议的编号。")}
        widgets = {"gb_id": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": "40"})}

    def clean_gb_id(self) -> str:
        """An ID that can stand in a SIP address, that nobody has."""
        value = str(self.cleaned_data["gb_id"])
        try:
            value = ids.checked(value)
        except Gb28181Refused as error:
            raise forms.ValidationError(_("编号只能由数字、字母和 . - _ 组成。")) from error
        if len(value) > ID_LENGTH:
            raise forms.ValidationError(_("编号不能超过 %(most)s 个字符。") % {"most": ID_LENGTH})
        gateway = own_gateway()
        if gateway is not None and gateway.sip_id and value == gateway.sip_id:
            raise forms.ValidationError(_("这是平台自己的编号。请填写设备的编号。"))
        if GbDevice.objects.filter(gb_id=value, retired_at__isnull=True).exists():
            raise forms.ValidationError(_("该设备编号已经登记。请核对编号，或者另取一个。"))
        return value

    def clean(self) -> dict[str, Any]:
        """Twenty digits, unless a person says that the device can't."""
        data = super().clean() or {}
        value = data.get("gb_id")
        if value and not data.get("odd") and (rule := _unfit(value)):
            self.add_error("gb_id", rule)
        return data


def _unfit(value: str) -> Any:
    """What is unusual with an ID; empty for nothing."""
    if not ids.is_digits(value):
        return _("编号应当为 20 位数字，其中有其他字符。请改正；设备确实不能更改的，选中“设备不能改用 20 位编号”。")
    if ids.is_region(value):
        return _("这是行政区划代码，不是设备编号。请填写 20 位的设备编号。")
    if len(value) != ids.LENGTH:
        return _("编号应当为 20 位，现为 %(count)s 位。请改正；设备确实不能更改的，选中“设备不能改用 20 位编号”。") % {
            "count": len(value)
        }
    return ""


class DeviceChangeForm(PlainText, Revised):
    """What may be changed of a device; another ID is another device. Who had it open while another changed it is told (R8)."""

    class Meta:
        model = GbDevice
        fields = ["name", *WISHES]
        help_texts = HINTS


class PickForm(NodeChoice):
    """On which node cameras of the picked channels shall be recorded."""


class MobileForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """What moves, how often it is to tell where it is, and why that is needed.

    Args:
        channels: what may be picked, IDs with their words.
    """

    channel_id = forms.ChoiceField(label=_("移动的设备或者通道"))

    class Meta:
        model = GbMobile
        fields = ["channel_id", "kind", "interval_s", "reason"]
        help_texts = {
            "interval_s": _("5 至 3600 秒。设备按此间隔上报，平台也不更频繁地更新。"),
            "reason": _("写明调度、值守等具体需要，写入存证日志。"),
        }

    def __init__(self, *args: Any, channels: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(channels)
        field.help_text = _("位置由整车、整机上报的登记整台设备，其各通道的点位都按该位置显示。")
