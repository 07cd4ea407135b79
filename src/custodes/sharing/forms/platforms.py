"""The form of a platform."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText, something
from custodes.sharing.links.platforms import bad_id, bad_log_key
from custodes.sharing.models import Platform


def platform_id(value: str) -> None:
    """A validator: 20 digits of type 200.

    Raises:
        ValidationError: it is not.
    """
    if wrong := bad_id(value):
        raise ValidationError(wrong)


def log_key(value: str) -> None:
    """A validator: a verifier key of a log.

    Raises:
        ValidationError: it is none.
    """
    if wrong := bad_log_key(value):
        raise ValidationError(wrong)


class PlatformForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """What is known of a platform."""

    class Meta:
        model = Platform
        fields = [
            "role", "level", "name", "unit_name", "gb_id", "host", "port", "transport", "edition", "charset",
            "contact", "phone", "custodes", "log_key",
        ]  # fmt: skip
        help_texts = {
            "gb_id": _("20 位数字，第 11 至 13 位为 200，例如 54010000002000000001。以对方书面通知为准。"),
            "host": _("专网中的 IP 地址或者域名，以书面通知为准。"),
            "edition": _("不选的，以对方注册时声明的为准。"),
            "charset": _("不选的，收到消息后自动判断。"),
            "custodes": _("对方使用本系统的，每次查阅、下载都带有办案人员的单位、姓名和事由。"),
            "log_key": _("对方使用本系统的填写，用于核验其存证日志没有被改动。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gb_id"].validators.append(platform_id)
        self.fields["log_key"].validators.append(log_key)
        for name in ("name", "unit_name"):
            self.fields[name].validators.append(something)
