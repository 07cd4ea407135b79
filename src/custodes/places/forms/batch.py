"""The forms of many cameras at once: a table, a recorder's channels, and one row of the preview."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import PlainText
from custodes.places.bulk.reading import FAULTS
from custodes.places.doubts import ScreenedPlace
from custodes.places.fields import Group, names
from custodes.places.forms.address import AddressForm, DeviceLogin
from custodes.places.forms.field_of_view import check_whole, of_camera
from custodes.places.makers import BadChannel, channels_of, maker_of, makers
from custodes.places.models import BatchRow, Camera, Node
from custodes.places.together import add_unfit
from custodes.places.voice_output import voice_unfit
from custodes.settings import get_settings


def _line(label: Any, length: int, required: bool = True, hint: Any = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, max_length=length, required=required, help_text=hint, widget=widget)


class NodeChoice(forms.Form):
    """Part of a form: the node that records the cameras. With one node only there is nothing to choose."""

    node = forms.ModelChoiceField(label=_("媒体节点"), queryset=Node.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["node"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Node.objects.all()
        if field.queryset.count() == 1:
            field.initial = field.queryset.get()
            field.widget = forms.HiddenInput()


class TableForm(NodeChoice):
    """A pasted table or a file; the file wins, and one of them there must be."""

    file = forms.FileField(
        label=_("Excel 或者 CSV 文件"),
        required=False,
        allow_empty_file=True,
        help_text=_("不超过 900 KB、一千行；带宏、公式和外部链接的不予接收。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    table = forms.CharField(
        label=_("或者粘贴表格"),
        required=False,
        strip=False,
        help_text=_("从表格软件中连同表头一起复制，粘贴在这里。密码提交后即封存，不再显示。"),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false", "wrap": "off"}),
    )

    field_order = ("file", "table", "node")

    def clean(self) -> dict[str, Any]:
        """One of both."""
        data = super().clean() or {}
        if not data.get("file") and not data.get("table", "").strip():
            self.add_error("file", _("请选择一个文件，或者在下面粘贴表格。"))
        return data


def _maker_choices() -> list[tuple[str, Any]]:
    return [("", _("请选择")), *((one.key, one.label) for one in makers(get_settings().training))]


class MakerAddress(PlainText, forms.Form):
    """Where a device is and how its maker spells addresses."""

    maker = forms.ChoiceField(
        label=_("地址模板"),
        choices=_maker_choices,
        help_text=_("按名称排列，仅为各厂家公开的地址写法，不构成对任何产品的推荐（第十三条）。"),
    )
    host = _line(
        _("设备主机"), 120, hint=_("IP 地址或者主机名，例如 192.0.2.10。"), inputmode="url", spellcheck="false"
    )
    port = forms.IntegerField(label=_("RTSP 端口"), min_value=1, max_value=65535, initial=554)

    def clean_host(self) -> str:
        """A host alone, without anything of an address around it."""
        value = str(self.cleaned_data["host"])
        if any(mark in value for mark in "/@?#\\ []%") or value.count(":") == 1:
            raise forms.ValidationError(_("只填写主机，不带 rtsp://、端口、路径和登录名。"))
        return value


class ChannelForm(MakerAddress):
    """One channel of a device: an address out of a template."""

    channel = forms.IntegerField(label=_("通道"), min_value=1, max_value=512, initial=1)

    field_order: tuple[str, ...] = ("maker", "host", "channel", "port")

    @property
    def address(self) -> Any:
        """The addresses of main and sub stream."""
        data = self.cleaned_data
        return maker_of(data["maker"]).spell(data["host"], data["port"], data["channel"])


class RecorderForm(NodeChoice, DeviceLogin, MakerAddress):
    """A recorder (NVR): one device, one camera a channel."""

    channels = _line(_("通道"), 200, hint=_("例如 1-16 或者 1,3,5-8。"), inputmode="text")
    name = _line(_("点位名称"), 100, hint=_("用 {n} 代表通道号，例如：教学楼 {n} 号。"))
    place = _line(_("安装位置"), 200, hint=_("同样可以用 {n}；登记前可以逐个修改。"))

    field_order = ("maker", "host", "channels", "name", "place", "username", "password", "port", "node")

    def clean_channels(self) -> list[int]:
        """The channels' numbers."""
        try:
            return channels_of(self.cleaned_data["channels"])
        except BadChannel as error:
            raise forms.ValidationError(_("请按 1-16 或者 1,3,5-8 填写，通道从 1 至 512。")) from error

    def clean(self) -> dict[str, Any]:
        """Several channels only where the template knows any."""
        data = super().clean()
        maker, channels = data.get("maker"), data.get("channels")
        if maker and channels and len(channels) > 1 and not maker_of(maker).has_channels:
            self.add_error("channels", _("该模板没有通道，只能接入一路。"))
        return data


_SPOT = names(lambda field: field.batched and field.group is Group.SPOT and field.name != "screening_note")
_MORE = names(lambda field: field.batched and field.group is not Group.SPOT)


def _of_spot(name: str) -> forms.CharField:
    column: Any = Camera._meta.get_field(name)
    return _line(column.verbose_name, column.max_length, required=not column.blank)


_Asked: Any = type(
    "_Asked",
    (forms.Form,),
    {name: _of_spot(name) for name in _SPOT} | {name: of_camera(name) for name in _MORE},
)
"""Part of a form: what the table of fields has asked of a row."""


class RowForm(ScreenedPlace, AddressForm, _Asked):  # type: ignore[misc]
    """One row: what the register says of a camera, and its address. The rules are those of one camera."""

    field_order = (
        *_SPOT,
        *("main_url", "sub_url", "username", "password", "zone", "screening_note"),
        *_MORE,
    )

    def __init__(
        self, *args: Any, row: BatchRow, faults: Mapping[str, str], devices: Collection[str] = (), **kwargs: Any
    ) -> None:
        """
        Args:
            devices: GB/T 28181 devices of the system.
            faults: what reading found in what the form is about; empty for what was typed since.
        """
        super().__init__(*args, camera=row, devices=devices, **kwargs)
        self.row = row
        self.faults = faults
        for name in ("main_url", "sub_url", "zone", "screening_note"):
            self.fields[name].help_text = ""
        self.fields["password"].help_text = _("已封存。不更换的请留空。") if row.sealed_password else ""

    def clean(self) -> dict[str, Any]:
        """The rules of a camera, and what was found when the row was read."""
        data = super().clean()
        check_whole(self, data)
        add_unfit(self, voice_unfit(data, data.get("main_url") or ""))
        if self.row.sealed_password and not data.get("username") and "username" not in self.errors:
            self.add_error("username", _("填写了密码的，应当同时填写登录名。"))
        for key, code in self.faults.items():
            where = key if key in self.fields else "main_url"
            self.errors.pop(where, None)
            self.add_error(where, FAULTS.get(code, FAULTS["formula"]))
        return data
