"""The form of a table that is handed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.places.importing.kinds import LIMITS


class TableImportForm(forms.Form):
    """An Excel or CSV file."""

    file = forms.FileField(
        label=_("Excel 或者 CSV 文件"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = _("不超过 %(size)s、%(rows)s 行；带宏、公式和外部链接的不予接收。")
        self.fields["file"].help_text = said % {"size": LIMITS.size, "rows": LIMITS.rows}
