"""The unit's form and the search over units."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.models import Division, Unit, UnitKind
from custodes.people.scope import Scope, units_in


class DivisionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Divisions, indented by their level in the tree."""

    def label_from_instance(self, division: Division) -> str:
        """The name, under its parent."""
        return "　" * (division.path.count("/") - 1) + division.name


class UnitForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Name, kind, division, parent and credit code; the parent must be within the scope."""

    division = DivisionChoice(Division.objects.all(), label=_("所在行政区划"))

    class Meta:
        model = Unit
        fields = ["name", "kind", "division", "parent", "uscc", "address", "contact", "phone", "mail"]
        help_texts = {"mail": _("备案、拆除等期限的提醒发到这里；邮件不写系统、场所和人员名称。")}

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["parent"].queryset = units_in(scope)  # type: ignore[attr-defined]
        self.fields["parent"].empty_label = _("没有上级单位")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """What is saved must lie within the scope: under a unit of it, or in a division of it."""
        data = super().clean() or {}
        parent, division = data.get("parent"), data.get("division")
        within = (parent is not None and self.scope.sees_unit(parent)) or (
            division is not None and self.scope.sees_division(division)
        )
        own = self.instance.pk is not None and self.instance.path in self.scope.unit_paths
        if division is not None and not within and not own:
            raise forms.ValidationError(_("只能在您管理的单位之下或者行政区划之内登记单位。"))
        if division is not None and not self.scope.sees_division(division):
            self._stay_within(data, division, parent)
        return data

    def _stay_within(self, data: dict[str, object], division: Division, parent: Unit | None) -> None:
        """Outside one's own division a unit neither rises in the tree nor becomes police, whose posts see theirs."""
        before = Unit.objects.select_related("division").filter(pk=self.instance.pk).first()
        kept = before is not None and before.division == division
        if not kept and not (parent is not None and parent.division.contains(division)):
            self.add_error("division", _("只能登记在上级单位所在的行政区划之内。"))
        was_police = before is not None and before.is_police
        if data.get("kind") == UnitKind.PUBLIC_SECURITY and not was_police:
            self.add_error("kind", _("公安机关由其所在行政区划的公安机关系统管理员登记。"))


class UnitSearch(forms.Form):
    """By name, kind and division."""

    q = forms.CharField(label=_("单位名称"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("单位类别"), required=False, choices=[("", _("全部")), *UnitKind.choices])
    division = DivisionChoice(
        Division.objects.all(), label=_("行政区划"), required=False, to_field_name="code", empty_label=_("全部")
    )
