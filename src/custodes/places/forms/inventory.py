"""The form of a table of places."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class InventoryForm(forms.Form):
    """An Excel or CSV file."""

    file = forms.FileField(
        label=_("Excel 或者 CSV 文件"),
        allow_empty_file=True,
        help_text=_("不超过 900 KB、一千行；带宏、公式和外部链接的不予接收。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
