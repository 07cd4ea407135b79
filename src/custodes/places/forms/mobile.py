"""The form by which a channel, or a device as a whole, is entered as one that moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.places.models import GbMobile


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
