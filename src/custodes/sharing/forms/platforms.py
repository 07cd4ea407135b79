"""The form of a platform."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import Lines, PlainText, something
from custodes.sharing.links.platforms import bad_id, bad_log_key
from custodes.sharing.links.reaching import bad_hosts, bad_media
from custodes.sharing.models import Platform

TERMS = ("expires_s", "keepalive_s", "misses")
"""Of registering above."""


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


def further_hosts(value: str) -> None:
    """A validator: addresses, one a line.

    Raises:
        ValidationError: one is none.
    """
    if wrong := bad_hosts(value):
        raise ValidationError(wrong)


def media_networks(value: str) -> None:
    """A validator: networks in CIDR, one a line.

    Raises:
        ValidationError: one is none.
    """
    if wrong := bad_media(value):
        raise ValidationError(wrong)


class PlatformForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """What is known of a platform."""

    hosts = Lines(
        label=_("其他信令地址"),
        required=False,
        max_length=1300,
        rows=2,
        help_text=_("对方还从其他地址发来信令的填写，每行一个，例如 192.0.2.11。不填的，只接受上面的信令地址。"),
    )
    media = Lines(  # type: ignore[assignment]  # the field; a form keeps its own of this name
        label=_("媒体接收网段"),
        required=False,
        max_length=1600,
        rows=2,
        help_text=_(
            "对方的流媒体服务器不在信令地址上的填写，每行一个网段，例如 192.0.2.0/28。不填的，画面只发往信令地址。"
        ),
    )

    class Meta:
        model = Platform
        fields = [
            "role", "level", "name", "unit_name", "gb_id", "host", "port", "transport", "hosts", "media", "edition",
            "charset", "expires_s", "keepalive_s", "misses", "contact", "phone", "custodes", "log_key",
        ]  # fmt: skip
        help_texts = {
            "gb_id": _("20 位数字，第 11 至 13 位为 200，例如 54010000002000000001。以对方书面通知为准。"),
            "host": _("专网中的 IP 地址或者域名，以书面通知为准。"),
            "expires_s": _("向上级注册的有效期，60 至 86400 秒，以对方要求为准。"),
            "keepalive_s": _("5 至 3600 秒，以对方要求为准。"),
            "misses": _("连续缺失超过这个次数，视为中断并重新注册，1 至 20 次。"),
            "edition": _("不选的，以对方注册时声明的为准。"),
            "charset": _("不选的，收到消息后自动判断。"),
            "custodes": _("对方使用本系统的，每次查阅、下载都带有办案人员的单位、姓名和事由。"),
            "log_key": _("对方使用本系统的填写，用于核验其存证日志没有被改动。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gb_id"].validators.append(platform_id)
        self.fields["hosts"].validators.append(further_hosts)
        self.fields["media"].validators.append(media_networks)
        self.fields["log_key"].validators.append(log_key)
        for name in TERMS:
            self.fields[name].required = False
        for name in ("name", "unit_name"):
            self.fields[name].validators.append(something)

    def clean(self) -> dict[str, Any]:
        """Terms that are not given are the usual ones."""
        told, usual = super().clean() or {}, Platform()
        for name in TERMS:
            if told.get(name) is None and name not in self.errors:
                told[name] = getattr(usual, name)
        return told
