"""Entering a product's certificate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.papers.field import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.places.models import Product


class ProductForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """What stands on the certificate, and the certificate itself."""

    paper = PaperField(label=_("证书或者检验报告"), required=False, kinds=SCANS)

    class Meta:
        model = Product
        fields = ["maker", "model", "certificate", "issuer", "issued", "valid_until"]
        widgets = {
            "issued": forms.DateInput(attrs={"type": "date"}),
            "valid_until": forms.DateInput(attrs={"type": "date"}),
        }

    def clean(self) -> dict[str, Any]:
        """Days in their order."""
        data = super().clean() or {}
        issued, until = data.get("issued"), data.get("valid_until")
        if issued and issued > timezone.localdate():
            self.add_error("issued", _("出具日期不能晚于今天。"))
        if issued and until and until < issued:
            self.add_error("valid_until", _("有效期不能早于出具日期。"))
        return data


class ProductSearch(forms.Form):
    """By maker or model."""

    q = forms.CharField(label=_("厂家或者型号"), required=False, max_length=60)
