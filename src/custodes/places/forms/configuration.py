"""The form that sets a GB/T 28181 device: what it said that it has, as it stands, and why it is changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import PlainText
from custodes.places.devices.configuring import MOST_SILENCE, silence_of, too_silent
from custodes.places.devices.entering import REASON
from custodes.places.devices.settingwords import LABELS, MIRRORS
from custodes.places.models import GbDevice
from custodes.video.wire.configuration import NAME_LENGTH, ConfigurationWish, DeviceSettings

OF_DEVICE = ("expiration_s", "heartbeat_s", "heartbeat_count")
"""That a channel has not: it registers with its device."""


def _leave(field: forms.Field, said: Any) -> None:
    """What a device has may stand, also where it could not be set so: who changes one thing is not made to change another."""
    checks = list(field.validators)

    def check(value: Any) -> None:
        if value != said:
            for one in checks:
                one(value)

    try:
        field.run_validators(said)
    except forms.ValidationError:
        field.validators = [check]
        for bound in ("min", "max", "maxlength"):
            field.widget.attrs.pop(bound, None)


class ConfigureForm(PlainText, forms.Form):
    """What may be set. A field that the device did not tell of is left out: what stands there nobody would know.

    Args:
        said: what it said last.
        whole: of the device itself, not of a channel.
    """

    name = forms.CharField(label=LABELS["name"], max_length=NAME_LENGTH)
    expiration_s = forms.IntegerField(
        label=LABELS["expiration_s"], min_value=3600, max_value=86_400,
        help_text=_("3600 至 86400 秒：标准规定不短于 3600 秒，平台至多准许一天。"),
    )  # fmt: skip
    heartbeat_s = forms.IntegerField(
        label=LABELS["heartbeat_s"], min_value=5, max_value=3600,
        help_text=_("5 至 3600 秒，标准的默认值为 60 秒。平台随之判断离线，登记一并更改。"),
    )  # fmt: skip
    heartbeat_count = forms.IntegerField(
        label=LABELS["heartbeat_count"], min_value=1, max_value=20,
        help_text=_("1 至 20 次，标准的默认值为 3 次。与心跳间隔相乘不得超过 3600 秒。"),
    )  # fmt: skip
    mirror = forms.TypedChoiceField(
        label=LABELS["mirror"], choices=list(MIRRORS.items()), coerce=int,
        help_text=_("更改后画面左右或者上下相反，此前的录像不变。"),
    )  # fmt: skip
    reason = forms.CharField(label=_("更改理由"), max_length=REASON, help_text=_("写明为何更改，写入存证日志。"))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, device: GbDevice, said: DeviceSettings, whole: bool, **kwargs: Any) -> None:
        self._device, self._said = device, said
        start: dict[str, Any] = {name: getattr(said, name) for name in LABELS}
        super().__init__(*args, initial=start | kwargs.pop("initial", {}), **kwargs)
        for name in LABELS:
            if getattr(said, name) is None or (not whole and name in OF_DEVICE):
                del self.fields[name]
            else:
                _leave(self.fields[name], start[name])

    @property
    def settable(self) -> bool:
        """Whether there is anything that may be set."""
        return any(name in self.fields for name in LABELS)

    def clean(self) -> dict[str, Any]:
        """Something is changed, and the device is not to be silent for longer than anybody would notice."""
        data = super().clean() or {}
        if self.errors:
            return data
        wish = self._wished(data)
        if wish is None:
            raise forms.ValidationError(_("没有更改任何一项。请修改后再下发。"))
        if (wish.heartbeat_s or wish.heartbeat_count) and silence_of(self._device, wish, self._said) > MOST_SILENCE:
            self.add_error("heartbeat_s" if "heartbeat_s" in self.fields else None, too_silent())
        data["wish"] = wish
        return data

    def _wished(self, data: dict[str, Any]) -> ConfigurationWish | None:
        """What differs from what it said; None where nothing does."""
        wanted: dict[str, Any] = {}
        for name in LABELS:
            if name not in self.fields:
                continue
            if data[name] != getattr(self._said, name):
                wanted[name] = data[name]
        return ConfigurationWish(**wanted) if wanted else None
