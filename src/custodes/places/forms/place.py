"""The forms of a site, a system, their roles and the posts that watch them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import PlainText, plausible
from custodes.people.models import DUTY_POSTS, Person, Post, Unit
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.places.fields import SITE, SYSTEM, names
from custodes.places.forms.revised import Revised
from custodes.places.forms.with_papers import WithPapers
from custodes.places.models import Network, PlaceRole, Site, System, SystemRole
from custodes.places.models.site import holding_on
from custodes.places.network import refuse_classified, takes_classified
from custodes.places.scope import own_units
from custodes.places.together import add_unfit, site_unfit


class _OfOwnUnits(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, person: Person, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)
        units = own_units(person, at)
        if self.instance.unit_id:
            units = units | Unit.objects.filter(pk=self.instance.unit_id)
        field.queryset = units
        own = list(units.select_related("division")[:2]) if self.instance._state.adding else []
        if len(own) == 1:  # most people have one unit, and it lies where its sites do
            likely = {"unit": own[0].pk, "division": own[0].division.pk}
            self.initial.update({name: value for name, value in likely.items() if not self.initial.get(name)})


class AskedWhetherClassified(forms.Form):
    """Part of a form: whether what is entered is classified. Asked first of all: a networked installation keeps nothing of it."""

    classified = forms.BooleanField(
        label=_("涉及国家安全、国家秘密（第二十条）"),
        required=False,
        help_text=_("勾选后在联网的装置上一律不予登记，所填内容不保存。"),
    )

    def clean(self) -> dict[str, Any]:
        """Let nothing of it go on.

        Raises:
            ClassifiedRefused: see `places.network`.
        """
        refuse_classified(bool(self.cleaned_data.get("classified")))
        return super().clean() or {}


_LINE = forms.TextInput(attrs={"autocomplete": "off"})


class SiteForm(Revised, WithPapers, AskedWhetherClassified, _OfOwnUnits):
    """A site."""

    consent_upload = PaperField(label=_("同意函扫描件"), kinds=SCANS, required=False)

    papers = {"consent_upload": "consent_paper"}
    SECTIONS = (
        (_("基本情况"), ("name", "category", "decision", "address", "division", "unit", "classified")),
        (_("安装依据"), ("basis", "necessity", "key_parts")),
        (_("周边单位和重点目标"), ("secret_near", "consent", "consent_upload", "key_target", "key_target_document")),
        (_("产权和建设主体（第十一条）"), ("state_owned", "agreed_builder", "agreement")),
        (_("位置"), ("longitude", "latitude")),
        (_("公共交通工具"), ("plate", "route")),
    )

    class Meta:
        model = Site
        fields = names(lambda field: field.asked, SITE)
        widgets = {"necessity": forms.Textarea(attrs={"rows": 3}), "longitude": _LINE, "latitude": _LINE}
        help_texts = {
            "category": _("公共安全视频应当建设的范围，按第九条各项选择。"),
            "decision": _("只有第十四项需要：写明该场所的书面决定及文号。"),
            "basis": _("决定适用条例的哪些条款；不填的按要求较多的执行。"),
            "necessity": _("为何为维护公共安全所必需（条例第七条第三款、第九条）。"),
            "key_parts": _("有关部门确定重点部位的文件名称、文号（条例第七条第二款）。"),
            "secret_near": _("只登记有无，不登记是哪个单位（条例第十条）。"),
            "consent": _("周边有上述单位的，应当事先征得其同意（条例第十条）。"),
            "key_target": _("公安机关会同有关部门确定的，录像保存不少于九十日（反恐怖主义法第三十二条）。"),
            "state_owned": _("国家所有的，由其管理者负责建设。"),
            "agreed_builder": _("没有约定的不填，由所有者负责建设。"),
            "longitude": _("十进制度，2000 国家大地坐标系，例如 91.132200。属于基础信息，限制查阅。"),
            "latitude": _("例如 29.653100。"),
            "plate": _("场所是车辆、船舶的填写；地址填写停放地点。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if takes_classified():  # there its systems say it
            del self.fields["classified"]
        field = self.fields["agreed_builder"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Unit.objects.filter(
            Q(place_roles__site=self.instance.pk) | Q(pk=self.instance.agreed_builder_id) | Q(pk__in=self._own())
        ).distinct()
        field.empty_label = _("没有约定")

    def _own(self) -> QuerySet[Unit]:
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)
        return units.queryset or Unit.objects.none()

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings, as the page shows them."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.SECTIONS]

    def clean(self) -> dict[str, Any]:
        """What belongs together: both co-ordinates, an agreement and whom it names, a target and its paper."""
        data = super().clean()
        add_unfit(self, site_unfit(data))
        return data


#: What S20 wants held of a classified system, in the order of its words.
SECRECY_FIELDS = ("secrecy_opinion", "entry_control", "trusted_products", "fit_crew")


class SystemForm(Revised, AskedWhetherClassified, _OfOwnUnits):
    """A system of a site."""

    class Meta:
        model = System
        fields = names(lambda field: field.asked, SYSTEM)
        help_texts = {
            "secrecy_opinion": _("涉密系统填写：保密行政管理部门的意见及文号（第二十条）。"),
            "entry_control": _("涉密系统填写：人员、设备准入的制度名称、文号，谁批准进入。"),
            "trusted_products": _("涉密系统填写：所选用的产品设备及其安全可控的证明。"),
            "fit_crew": _("涉密系统填写：设计、施工、维护队伍及其涉密集成等资质证书编号。"),
            "network": _("涉及国家安全、国家秘密的，不得接入互联网以及其他公共信息网络（第二十条）。"),
            "built_on": _(
                "已经建成的填写。2024 年 5 月 1 日前建成的，登记后即为在用，缺少的资料列为待办（第十六条）。"
            ),
            "mlps_level": _("网络安全等级保护定级（第十二条）。"),
            "norm_version": _("设计所依据的本市技术规范版本（第十二条第二款）。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["built_on"].widget = _date()
        if not self.instance._state.adding:
            # The day decided in which state it was entered; it is not rewritten afterwards.
            del self.fields["built_on"]
        if not takes_classified():  # nothing is held of what may not be here
            for name in SECRECY_FIELDS:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A classified system stands on a network of its own (S20), and of no other is anything secret told."""
        data = super().clean()
        classified = data.get("classified")
        if classified and data.get("network") not in (Network.ISOLATED, None):
            said = _(
                "涉密系统不得接入互联网以及其他公共信息网络，所在网络应当为物理隔离网络（第二十条）。请改选物理隔离网络。"
            )
            self.add_error("network", said)
        for name in SECRECY_FIELDS:
            if not classified and data.get(name):
                self.add_error(name, _("只有涉及国家安全、国家秘密的系统填写。请勾选涉密，或者清空本栏（第二十条）。"))
        return data

    def clean_built_on(self) -> date | None:
        """Not in the future."""
        day: date | None = self.cleaned_data.get("built_on")
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("建成日期不能晚于今天；尚未建成的不填。"))
        plausible(day)
        return day

    def keep_unit(self) -> None:
        """Whoever runs a system for the responsible unit does not make another responsible."""
        self.fields["unit"].disabled = True


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        """An end that is not before the beginning."""
        data = super().clean() or {}
        if data.get("until") and data.get("since") and data["until"] < data["since"]:
            self.add_error("until", _("终止日期不能早于起始日期。"))
        return data


class PlaceRoleForm(_RoleForm):
    """A unit's role at a place (S11)."""

    class Meta:
        model = PlaceRole
        fields = ["role", "unit", "since", "until"]
        widgets = {"since": _date(), "until": _date()}


class SystemRoleForm(_RoleForm):
    """A unit's role at a system."""

    class Meta:
        model = SystemRole
        fields = ["role", "unit", "since", "until"]
        widgets = {"since": _date(), "until": _date()}


class _PostChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Who, as what, where."""
        return f"{obj.person.name} · {obj.get_kind_display()} · {obj.unit.name}"


class SystemPostForm(forms.Form):
    """A duty post that shall watch the system."""

    post = _PostChoice(label=_("值班监看岗位"), queryset=Post.objects.none())

    def __init__(self, *args: Any, system: System, by: Person, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["post"]
        assert isinstance(field, forms.ModelChoiceField)
        # Nobody gives themselves a system to watch.
        field.queryset = duty_posts_for(system, at).exclude(person=by)


def duty_posts_for(system: System, at: datetime) -> QuerySet[Post]:
    """Valid duty posts at units that have to do with the system: the responsible unit's tree, and units with a role."""
    holding = system.roles.filter(holding_on(timezone.localdate(at)))
    units = Q(unit__path__startswith=system.unit.path)
    for path in holding.values_list("unit__path", flat=True):
        units |= Q(unit__path__startswith=path)
    return (
        Post.objects.valid(at)
        .filter(units, kind__in=DUTY_POSTS)
        .exclude(systems__system=system)
        .select_related("person", "unit")
        .order_by("unit__name", "person__name")
    )
