"""Second-factor forms that obey the lock of the account, and sign-in forms in our words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm, LoginWebAuthnForm
from django.core.cache import cache
from django.forms import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people import lockout
from custodes.people.sessions import passkey_failed, password_failed
from custodes.people.signin import take_attempt

#: Longer than any one-time code stays valid.
CODE_SECONDS = 120
CODE_HINT = _("验证器上的六位数字，或者一个恢复码。")


class SignInForm(LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("用户名")
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"


class PasswordAgainForm(ReauthenticateForm):
    """The password once more before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class NewPasswordForm(ChangePasswordForm):
    """The old password and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("oldpassword", _("当前密码")),
            ("password1", _("新密码")),
            ("password2", _("再输一次新密码")),
        ):
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = _("至少十个字符，不能全是数字，不能与用户名相近，不能是常见密码。")

    def clean_oldpassword(self) -> str:
        """The old password, under the lock of the account: a session that was left open is no way round it."""
        name = self.user.get_username()
        take_attempt(name)
        try:
            password = str(super().clean_oldpassword())
        except ValidationError:
            password_failed(context.request, name, timezone.now())
            raise
        lockout.give_back(name)
        return password


class _CodeWords:
    """Label, hint and input mode of the code's field."""

    fields: dict[str, Any]
    user: Any
    authenticator: Authenticator

    def _say(self) -> None:
        field = self.fields["code"]
        field.label = _("验证码")
        field.help_text = CODE_HINT
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}

    def _check(self, clean: Callable[[], str]) -> str:
        """Take an attempt, look at the code with `clean`, settle the attempt."""
        name = self.user.get_username()
        take_attempt(name)
        try:
            code = clean()
        except ValidationError as error:
            if error.code != "incorrect_code":  # over a rate: no code was looked at
                lockout.give_back(name)
            raise
        lockout.give_back(name)
        return self._use_once(code)

    def _use_once(self, code: str) -> str:
        """Refuse a code that was used: it is taken for 90 s (one step either way), the library forgets it after 30."""
        if self.authenticator.type != Authenticator.Type.TOTP:
            return code
        if not cache.add(f"custodes.totp.{self.user.pk}.{code}", True, CODE_SECONDS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_CodeWords, AuthenticateForm):
    """The code at sign-in; a locked account is refused before the code is looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._say()

    def clean_code(self) -> str:
        """Check the lock, then the code."""
        return self._check(super().clean_code)


class CodeAgainForm(_CodeWords, CodeReauthenticateForm):
    """The code once more before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._say()

    def clean_code(self) -> str:
        """Check the lock, then the code."""
        return self._check(super().clean_code)


class ActivateCodeForm(_CodeWords, ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._say()
        self.fields["code"].help_text = _("验证器应用上的六位数字。")


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey, for signing in without a password unless the person says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")
        self.fields["name"].help_text = _("用于日后辨认，例如“值班室电脑”。")
        self.fields["passwordless"].label = _("用于直接登录，不再输入密码")
        self.fields["passwordless"].help_text = _("需要指纹、人脸或者设备密码。")
        self.fields["passwordless"].initial = True


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")


class PasskeySignInForm(LoginWebAuthnForm):
    """Signing in with a passkey alone; what fails is on record, and locks nothing: there is no secret to guess."""

    def clean_credential(self) -> Authenticator:
        """Check the credential."""
        try:
            return super().clean_credential()
        except ValidationError:
            passkey_failed(context.request, timezone.now())
            raise
