"""Forms about units: the unit's own, the search over units; letting a unit in: what it says of itself, asking for the state, and what the
police decide.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from custodes.people import numbers
from custodes.people.applying import Facts, already_registered
from custodes.people.forms import PlainText
from custodes.people.models import Account, Division, DivisionKind, Unit, UnitKind
from custodes.people.numbers import valid_phone, valid_uscc
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.people.scope import DivisionScope, units_in
from custodes.settings import get_settings


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

    def __init__(self, *args: object, scope: DivisionScope, **kwargs: object) -> None:
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


#: A police unit's posts see a whole division: it is registered by the police themselves, never by applying.
KINDS = [(kind.value, kind.label) for kind in UnitKind if kind != UnitKind.PUBLIC_SECURITY]


class CounterForm(PlainText, forms.Form):
    """What is asked of a unit at the counter; the password is made when it is confirmed."""

    name = forms.CharField(label=_("单位名称"), max_length=120, help_text=_("全称，与统一社会信用代码证书一致。"))
    kind = forms.ChoiceField(
        label=_("单位类别"),
        choices=[("", _("请选择")), *KINDS],
        help_text=_(
            "以证书上的机构性质为准：公司选“企业”，公办学校、医院选“事业单位”，民办学校、民办医院多为“社会组织”。"
        ),
    )
    division = DivisionChoice(Division.objects.none(), label=_("所在行政区划"), empty_label=_("请选择"))
    uscc = forms.CharField(
        label=_("统一社会信用代码"), max_length=40, help_text=_("十八位，证书右上角；空格可以保留。")
    )
    address = forms.CharField(label=_("地址"), max_length=200)
    contact = forms.CharField(label=_("联系人"), max_length=60)
    phone = forms.CharField(
        label=_("联系电话"), max_length=30, validators=[valid_phone], help_text=_("查询办理情况时须填写同一号码。")
    )
    applicant = forms.CharField(
        label=_("经办人姓名"), max_length=60, help_text=_("授权书写明的受托人，确认后成为本单位系统管理人。")
    )
    username = forms.CharField(
        label=_("希望使用的用户名"),
        max_length=60,
        validators=[UnicodeUsernameValidator()],
        help_text=_("字母、数字和 @ . + - _。已被他人使用时，由公安机关另定并告知。"),
    )

    def __init__(self, *args: object, paths: frozenset[str] | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        divisions = Division.objects.exclude(kind=DivisionKind.REGION)
        if paths is not None:
            within = [row.pk for row in divisions if any(row.path.startswith(path) for path in paths)]
            divisions = divisions.filter(pk__in=within)
        self.fields["division"].queryset = divisions  # type: ignore[attr-defined]
        most = get_settings().application_letter_bytes
        self.fields["letter"] = PaperField(
            label=_("委托办理备案授权书"), kinds=SCANS, most=most, help_text=_("加盖单位公章的扫描件或者照片。")
        )

    def clean_uscc(self) -> str:
        """The code in its normal form, checked, and of no unit that is registered."""
        code = numbers.normal_uscc(self.cleaned_data["uscc"])
        valid_uscc(code)
        if Unit.objects.filter(uscc=code).exists():
            raise ValidationError(already_registered())
        return code

    def facts(self) -> Facts:
        """What was said."""
        names = ("name", "kind", "division", "uscc", "address", "contact", "phone", "applicant", "username")
        return Facts(
            **{name: self.cleaned_data[name] for name in names}, password=self.cleaned_data.get("password1", "")
        )


class ApplicationForm(CounterForm):
    """The same with a password of one's own, for the public page."""

    password1 = forms.CharField(
        label=_("密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少十个字符，不能全是数字，不能与用户名相近，不能是常见密码。"),
    )
    password2 = forms.CharField(
        label=_("再输一次密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """A password that holds, typed twice alike."""
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("两次输入的密码不一致。"))
        if first:
            try:
                validate_password(first, Account(username=str(data.get("username") or "")))
            except ValidationError as error:
                self.add_error("password1", error)
        return data


class StateForm(forms.Form):
    """Asking how far an application has come."""

    receipt = forms.CharField(label=_("受理编号"), max_length=40, help_text=_("DW 开头，提交申请时给出。"))
    phone = forms.CharField(label=_("联系电话"), max_length=30)


class ConfirmForm(PlainText, forms.Form):
    """Confirming: under which user name, and that the letter was looked at."""

    username = forms.CharField(label=_("用户名"), max_length=60, validators=[UnicodeUsernameValidator()])
    seen = forms.BooleanField(label=_("已打开授权书，单位名称、公章、受托人与申请一致"))


class ReturnForm(PlainText, forms.Form):
    """Returning: what is wanting."""

    words = forms.CharField(
        label=_("退回说明"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明缺什么、怎样补正；申请人查询时看到的就是这段话。"),
    )
