"""The forms of a system's file: a paper in it, a product's certificate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import DayInput, PlainText, not_after_today
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.places.models import DossierItem, Product, System


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


class ProductForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """What stands on the certificate, and the certificate itself."""

    paper = PaperField(label=_("证书或者检验报告"), kinds=SCANS)

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

    def _get_validation_exclusions(self) -> set[str]:
        # The same certificate may be entered again once the former was withdrawn: the constraint asks for that column.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"withdrawn_at"}


class ProductSearch(forms.Form):
    """By maker or model, and by how they stand."""

    q = forms.CharField(label=_("厂家或者型号"), required=False, max_length=60)
    show = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("全部")),
            ("ending", _("已过期和即将到期")),
            ("no_paper", _("缺少证明文件")),
            ("withdrawn", _("已撤销")),
        ],
    )


class ProductWithdrawForm(PlainText, forms.Form):
    """Why."""

    why = forms.CharField(label=_("撤销理由"), max_length=200)
