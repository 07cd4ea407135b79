"""The form of a paper in a system's file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.papers.field import PaperField
from custodes.places.forms.life import DayInput, not_after_today
from custodes.places.models import DossierItem, System


class DossierForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """What the paper is, and the file itself."""

    file = PaperField(label=_("文件"))
    replaces = forms.ModelChoiceField(
        DossierItem.objects.none(),
        label=_("替换"),
        required=False,
        help_text=_("是某份材料的新版本的，选择原来的一份；原来的一份仍然保留。"),
    )

    class Meta:
        model = DossierItem
        fields = ["kind", "sort", "title", "number", "dated", "pages"]
        widgets = {"dated": DayInput}
        help_texts = {"sort": _("办理时需要按名目核对的，选择名目；其余为一般资料。")}

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated"].validators = [not_after_today]
        self.fields["sort"].required = False
        former = self.fields["replaces"]
        assert isinstance(former, forms.ModelChoiceField)
        former.queryset = DossierItem.objects.filter(system=system, replaced_by__isnull=True)
        self.order_fields(["kind", "sort", "title", "number", "dated", "pages", "file", "replaces"])
