"""Opening an account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class OpenAccountForm(forms.Form):
    """The user name; the password is made by the system."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=60,
        help_text=_("字母、数字和 @ . + - _，不区分大小写。初始密码由系统生成，只显示一次。"),
    )
