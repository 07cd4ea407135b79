"""Entering and withdrawing credentials."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.models import CredentialKind
from custodes.people.models.credential import PROFESSIONAL
from custodes.people.papers.field import PaperField
from custodes.people.papers.kinds import SCANS


class CredentialForm(PlainText, forms.Form):
    """What stands on the certificate, and the certificate itself."""

    kind = forms.ChoiceField(label=_("种类"))
    number = forms.CharField(label=_("编号"), required=False, max_length=80, help_text=_("资质、资格证书必须填写。"))
    issuer = forms.CharField(label=_("出具单位"), required=False, max_length=120)
    issued = forms.DateField(label=_("出具日期"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(
        label=_("有效期至"),
        required=False,
        help_text=_("证书写明的最后一日。培训没有写明的，按本单位设定的期限计算。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    paper = PaperField(label=_("证明文件"), required=False, kinds=SCANS, help_text=_("证书、记录或者承诺书的扫描件。"))

    def __init__(self, *args: object, kinds: tuple[CredentialKind, ...], own: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["paper"].required = own

    def clean(self) -> dict[str, Any]:
        """Days in their order; what a profession's certificate must say."""
        data = super().clean() or {}
        issued, until, kind = data.get("issued"), data.get("valid_until"), data.get("kind")
        if issued and issued > timezone.localdate():
            self.add_error("issued", _("出具日期不能晚于今天。"))
        if issued and until and until < issued:
            self.add_error("valid_until", _("有效期不能早于出具日期。"))
        if kind in PROFESSIONAL:
            for name, words in (("number", _("请填写证书编号。")), ("valid_until", _("请填写证书的有效期。"))):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return data

    def values(self) -> dict[str, Any]:
        """The row's own fields."""
        return {name: self.cleaned_data[name] for name in ("kind", "number", "issuer", "issued", "valid_until")}


class WithdrawForm(PlainText, forms.Form):
    """Why."""

    why = forms.CharField(label=_("撤销理由"), max_length=200)
