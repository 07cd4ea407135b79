"""The form of a platform."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import LinesField, PlainText, something
from custodes.sharing.links.certificates import MOST, bad_certificate, bad_url, beside
from custodes.sharing.links.platforms import bad_id, bad_log_key
from custodes.sharing.links.reaching import bad_hosts, bad_media
from custodes.sharing.models import Platform

TERMS = ("expires_s", "keepalive_s", "misses")
"""Of registering above."""
ORDER = (
    "role", "level", "name", "unit_name", "gb_id", "host", "port", "transport", "hosts", "media", "edition", "charset",
    "expires_s", "keepalive_s", "misses", "contact", "phone", "custodes", "asks_number", "statements_url",
    "statements_certificate", "certificate_file", "keep_certificate", "log_key",
)  # fmt: skip


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


def statements_address(value: str) -> None:
    """A validator: where a lower platform hears statements.

    Raises:
        ValidationError: it is no such address.
    """
    if wrong := bad_url(value):
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
    """What is known of a platform. A certificate that is handed over besides stands behind the one that is there."""

    hosts = LinesField(
        label=_("其他信令地址"),
        required=False,
        max_length=1300,
        rows=2,
        help_text=_("对方还从其他地址发来信令的填写，每行一个，例如 192.0.2.11。不填的，只接受上面的信令地址。"),
    )
    media = LinesField(  # type: ignore[assignment]  # the field; a form keeps its own of this name
        label=_("媒体接收网段"),
        required=False,
        max_length=1600,
        rows=2,
        help_text=_(
            "对方的流媒体服务器不在信令地址上的填写，每行一个网段，例如 192.0.2.0/28。不填的，画面只发往信令地址。"
            "对方以域名登记的，域名改为解析到其他地址时，只改向这些网段内的地址注册。"
        ),
    )

    statements_certificate = LinesField(
        label=_("说明通道证书"),
        required=False,
        max_length=MOST,
        rows=3,
        help_text=_(
            "对方使用本系统的填写：上级平台填写其发送说明的证书，下级平台填写其接收说明的证书，粘贴 PEM 文本或者选择文件。登记前通过电话逐组核对指纹。"
        ),
    )
    certificate_file = forms.FileField(
        label=_("说明通道证书文件"),
        required=False,
        help_text=_("PEM 格式，.crt 或者 .pem。选择文件的，以文件为准。"),
    )
    keep_certificate = forms.BooleanField(
        label=_("保留已登记的证书"),
        required=False,
        help_text=_("对方正在更换证书、尚未启用新证书的勾选，新旧两份都受理。对方启用新证书后，请删去旧的一份。"),
    )
    field_order = ORDER

    class Meta:
        model = Platform
        fields = [
            "role", "level", "name", "unit_name", "gb_id", "host", "port", "transport", "hosts", "media", "edition",
            "charset", "expires_s", "keepalive_s", "misses", "contact", "phone", "custodes", "asks_number",
            "statements_url", "statements_certificate", "log_key",
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
            "asks_number": _(
                "上级平台使用本系统的，可以选择。选择后，没有写明号码的说明不予受理；开始要求前，请通知对方。"
            ),
            "statements_url": _("下级平台使用本系统的填写，例如 https://192.0.2.20:8443，以书面通知为准。"),
            "log_key": _("对方使用本系统的填写，用于核验其存证日志没有被改动。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gb_id"].validators.append(platform_id)
        self.fields["hosts"].validators.append(further_hosts)
        self.fields["media"].validators.append(media_networks)
        self.fields["statements_url"].validators.append(statements_address)
        self.fields["log_key"].validators.append(log_key)
        for name in TERMS:
            self.fields[name].required = False
        for name in ("name", "unit_name"):
            self.fields[name].validators.append(something)

    def clean_certificate_file(self) -> str:
        """Its text.

        Raises:
            ValidationError: it is longer than one certificate, or no text.
        """
        file = self.cleaned_data["certificate_file"]
        if file is None:
            return ""
        if file.size > MOST:
            raise ValidationError(_("文件超过 8 KB，不是一份证书。请向对方索取单独的证书文件。"))
        try:
            return str(file.read().decode("ascii"))
        except UnicodeDecodeError as error:
            raise ValidationError(_("不是 PEM 格式的证书文件。请向对方索取 PEM 格式的文件。")) from error

    def clean(self) -> dict[str, Any]:
        """Terms that are not given are the usual ones; a certificate that was chosen as a file counts before one that was pasted."""
        told, usual = super().clean() or {}, Platform()
        if told.get("certificate_file"):
            told["statements_certificate"] = told["certificate_file"]
        if told.get("keep_certificate"):
            new = told.get("statements_certificate", "")
            told["statements_certificate"] = beside(self.instance.statements_certificate, new)
        if wrong := bad_certificate(told.get("statements_certificate", ""), timezone.now()):
            self.add_error("certificate_file" if told.get("certificate_file") else "statements_certificate", wrong)
        for name in TERMS:
            if told.get(name) is None and name not in self.errors:
                told[name] = getattr(usual, name)
        return told
