"""The form of a camera's address: streams, login, and a password that is sealed at once and never shown again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import PlainText
from custodes.places.devices.assignment import devices_of
from custodes.places.devices.channel import PREFIX, SCHEME, channel_of
from custodes.places.models import System, Transport
from custodes.settings import get_settings
from custodes.video.source.address import PORTS
from custodes.video.wire.seal import seal, seal_key_from_base64


class DeviceLogin(forms.Form):
    """User name, and a password that is sealed at once and never shown again."""

    username = forms.CharField(
        label=_("登录名"), max_length=64, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("提交后即封存给媒体节点，本系统不再显示，只能更换。"),
    )

    def clean(self) -> dict[str, Any]:
        """A password belongs to a login."""
        data = super().clean() or {}
        if data.get("password") and not data.get("username"):
            self.add_error("username", _("填写了密码的，应当同时填写登录名。"))
        return data


_WRONG = _("地址格式不正确。请按 rtsp://主机:端口/路径 填写（也可以是 %(others)s 或者 %(last)s）。")
_WRONG_CHANNEL = _("国标通道的地址请按 gb28181://设备编号/通道编号 填写。")


def _wrong() -> forms.ValidationError:
    *others, last = list(PORTS)[1:]
    return forms.ValidationError(_WRONG % {"others": _("、").join(others), "last": last})


def parse_address(value: str) -> SplitResult:
    """Check one stream address.

    Raises:
        forms.ValidationError: not an address of a scheme that is taken in, or with a user name or password in it.
    """
    if value.startswith(PREFIX):
        if channel_of(value) is None:
            raise forms.ValidationError(_WRONG_CHANNEL)
        return urlsplit(value)
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError as error:
        raise _wrong() from error
    if any(char.isspace() or not char.isprintable() for char in value):
        raise _wrong()
    if parts.scheme == "file":
        if not get_settings().training:
            raise forms.ValidationError(_("只有训练装置可以播放文件。请填写设备的地址。"))
        if parts.netloc or not parts.path.strip("/"):
            raise forms.ValidationError(_("文件地址请按 file:///文件名 填写。"))
    elif parts.scheme not in PORTS or not parts.hostname:
        raise _wrong()
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise forms.ValidationError(_("地址中不能带登录名和密码。请填写在下面的栏目里，密码将封存。"))
    if parts.fragment:
        raise forms.ValidationError(_("地址中不能带 # 号。"))
    return parts


def _place(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:  # a row of a table may hold anything
        return "", ""
    return parts.scheme, parts.netloc


class SealedFor(Protocol):
    """What a password was sealed for: a camera, or a row of a table that is to become one."""

    main_url: str
    sub_url: str
    username: str
    sealed_password: str


def sealed_for_another(kept: SealedFor | None, main: str, sub: str, username: str) -> bool:
    """Whether a kept password was sealed for another scheme, host, port or login than these: it must not travel there."""
    if kept is None or not kept.sealed_password or not username:
        return False
    # The scheme counts: what went over TLS before must not be asked for in clear now.
    known = {_place(url) for url in (kept.main_url, kept.sub_url) if url}
    asked = {_place(url) for url in (main, sub) if url}
    return not asked <= known or username != kept.username


class AddressForm(PlainText, DeviceLogin):
    """Where the streams are and how to sign in there."""

    main_url = forms.CharField(
        label=_("主码流地址"),
        max_length=400,
        help_text=_("用于录像和全画面查看，例如 rtsp://192.0.2.10:554/main；加密的以 rtsps:// 开头。"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    sub_url = forms.CharField(
        label=_("子码流地址"),
        max_length=400,
        required=False,
        help_text=_("用于多画面，应当与主码流在同一主机；没有的可以不填。"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    field_order: tuple[str, ...] = ("main_url", "sub_url", "username", "password", "transport", "reencode")

    transport = forms.ChoiceField(
        label=_("传输方式"),
        choices=Transport,
        initial=Transport.TCP,
        required=False,
        help_text=_("只对 rtsp:// 和国标通道有意义。UDP 丢包时，画面缺失至下一个关键帧。"),
    )
    reencode = forms.BooleanField(
        label=_("允许将 Motion JPEG 转码为 H.264 后录像"),
        required=False,
        help_text=_(
            "只对 http:// 有意义。转码后的画面不是设备原始画面，并且占用媒体节点的处理能力；设备能改为 H.264 的，请改设备。"
        ),
    )

    def __init__(
        self,
        *args: Any,
        camera: SealedFor | None = None,
        system: System | None = None,
        devices: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """
        Args:
            system: whose camera it is: a GB/T 28181 channel must be of a device of this system.
            devices: these devices, where many forms are about one system.
        """
        self._system, self._devices = system, devices
        if camera is not None:
            names = ("main_url", "sub_url", "username", "transport", "reencode")
            kwargs.setdefault("initial", {name: getattr(camera, name, None) for name in names})
        super().__init__(*args, **kwargs)
        self.camera = camera
        if camera is not None and camera.sealed_password:
            self.fields["password"].help_text = _(
                "已封存。不更换的请留空；更换协议、主机、端口或者登录名的须重新填写。"
            )

    def clean_main_url(self) -> str:
        """A well-formed address."""
        value = str(self.cleaned_data["main_url"])
        parse_address(value)
        return value

    def clean_sub_url(self) -> str:
        """Empty or a well-formed address."""
        value = str(self.cleaned_data["sub_url"])
        if value:
            parse_address(value)
        return value

    def clean(self) -> dict[str, Any]:
        """One host for both streams, and no sealed password that travels to another host."""
        data = super().clean()
        main, sub = data.get("main_url"), data.get("sub_url")
        data["transport"] = data.get("transport") or Transport.TCP
        if main and data["transport"] != Transport.TCP and urlsplit(main).scheme not in ("rtsp", SCHEME):
            self.add_error("transport", _("只有 rtsp:// 的地址可以选择 UDP；rtsps:// 的画面只在加密的连接上传输。"))
        if main and data.get("reencode") and urlsplit(main).scheme != "http":
            self.add_error("reencode", _("只有 http:// 的地址需要转码。"))
        if main and sub and urlsplit(main).hostname != urlsplit(sub).hostname:
            self.add_error("sub_url", _("子码流应当与主码流在同一主机。"))
        if main and sub and (main[:6] == "rtsps:") != (sub[:6] == "rtsps:"):
            self.add_error("sub_url", _("主码流加密的，子码流也应当加密。"))
        if main and main.startswith(PREFIX):
            self._check_channel(main, data)
        elif data.get("transport") == Transport.TCP_ACTIVE:
            self.add_error("transport", _("“由平台连接设备”只用于国标通道。"))
        another = sealed_for_another(self.camera, main or "", sub or "", data.get("username", ""))
        if main and not data.get("password") and another:
            self.add_error("password", _("协议、主机、端口或者登录名已更换，请重新填写密码；原密码不会发往新的地址。"))
        return data

    def _check_channel(self, main: str, data: dict[str, Any]) -> None:
        """Whoever tends one system does not reach another's device by typing its number."""
        channel = channel_of(main)
        if self._devices is None:
            self._devices = devices_of(self._system) if self._system is not None else ()
        if channel is None or channel.device not in self._devices:
            self.add_error("main_url", _("本系统没有登记该国标设备，或者设备已经停用。请先登记设备，再从其通道接入。"))
        if data.get("transport") == Transport.AUTO:
            self.add_error("transport", _("国标通道请选择 UDP 或者 TCP。"))
        if data.get("username") or data.get("password"):
            self.add_error("username", _("国标通道没有自己的登录名和密码；设备的密码在国标设备页办理。"))
        if data.get("sub_url") and data["sub_url"] != main:
            self.add_error("sub_url", _("国标通道的子码流由设备提供，地址与主码流相同；没有的不填。"))

    def certificate(self) -> str:
        """The fingerprint that was confirmed, while the streams stay where they were confirmed."""
        camera, main = self.camera, self.cleaned_data.get("main_url", "")
        if camera is None or urlsplit(main)[:2] != urlsplit(camera.main_url)[:2]:
            return ""
        return str(getattr(camera, "certificate", ""))

    def sealed_password(self, seal_key: str) -> str:
        """The password sealed to the node's key; the kept one when the field was left empty; empty without a login.

        Raises:
            ValueError: the node's seal key is not one.
        """
        password = self.cleaned_data.get("password", "")
        if password:
            return seal(seal_key_from_base64(seal_key), password)
        if not self.cleaned_data.get("username"):
            return ""
        return self.camera.sealed_password if self.camera is not None else ""
