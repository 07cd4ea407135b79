"""How to sign in at a device: part of every form that gives an address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


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
