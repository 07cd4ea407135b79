"""Recipients of alarms: one's own, and a division's mailbox or program."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.models import Division, Person, Post
from custodes.people.permissions import Permission
from custodes.people.scope import Scope
from custodes.places.scope import kinds_with
from custodes.settings import get_settings
from custodes.upkeep.alarms.delivery.mail import mail_is_set_up
from custodes.upkeep.alarms.delivery.target import BadTarget, resolve
from custodes.upkeep.models import AlarmSubscription, Channel, Severity

QUIET = ("quiet_from", "quiet_to", "holds_critical")
"""Fields of the quiet hours."""
_TIME = forms.TimeInput(attrs={"type": "time"})


class _Recipient(PlainText, forms.Form):
    severity = forms.TypedChoiceField(
        label=_("最低级别"),
        choices=Severity.choices,
        coerce=int,
        initial=Severity.SERIOUS,
        help_text=_("低于这一级别的只在页面显示。紧急告警总会通知。"),
    )
    quiet_from = forms.TimeField(label=_("免打扰起"), required=False, widget=_TIME)
    quiet_to = forms.TimeField(label=_("免打扰止"), required=False, widget=_TIME)
    holds_critical = forms.BooleanField(
        label=_("免打扰时段内，紧急告警也等到时段结束"),
        required=False,
        help_text=_("只有另有接收人时才能选：紧急告警任何时候都要有人收到。"),
    )

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What everybody fills in; quiet hours are folded away."""
        return [field for field in self if field.name not in QUIET]

    @property
    def quiet_open(self) -> bool:
        """Whether something of the quiet hours was filled in."""
        return any(self[name].value() for name in QUIET)

    def clean(self) -> dict[str, Any]:
        """Both ends of the quiet hours, or neither."""
        data = super().clean() or {}
        begin, end = data.get("quiet_from"), data.get("quiet_to")
        if (begin is None) != (end is None):
            self.add_error("quiet_to" if end is None else "quiet_from", _("免打扰时段的起止要么都填，要么都不填。"))
        elif begin is not None and begin == end:
            self.add_error("quiet_to", _("免打扰时段的起止不能相同。"))
        if data.get("holds_critical") and begin is None:
            self.add_error("holds_critical", _("没有填写免打扰时段。"))
        return data

    def _built(self, at: datetime.datetime, by: Person, **more: Any) -> AlarmSubscription:
        data = self.cleaned_data
        return AlarmSubscription(
            severity=data["severity"],
            quiet_from=data["quiet_from"],
            quiet_to=data["quiet_to"],
            holds_critical=data["holds_critical"],
            created_by=by,
            created_at=at,
            **more,
        )


class OwnRecipientForm(_Recipient):
    """For one of one's own posts: in the page, or by mail."""

    post = forms.ModelChoiceField(Post.objects.none(), label=_("岗位"))
    channel = forms.ChoiceField(label=_("方式"), choices=[(Channel.PAGE, Channel.PAGE.label)])
    address = forms.EmailField(label=_("邮箱地址"), required=False, help_text=_("选择电子邮件时填写。"))
    field_order = ["post", "channel", "address"]

    def __init__(self, *args: Any, person: Person, at: datetime.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.valid(at).filter(person=person, kind__in=kinds_with(Permission.VIEW_ALARMS))
        self.fields["post"].queryset = posts.select_related("unit", "person")  # type: ignore[attr-defined]
        self.fields["post"].label_from_instance = lambda post: f"{post.get_kind_display()} · {post.unit.name}"  # type: ignore[attr-defined]
        self.fields["post"].initial = posts.first()
        self.fields["post"].empty_label = None  # type: ignore[attr-defined]
        if mail_is_set_up(get_settings()):
            self.fields["channel"].choices = [  # type: ignore[attr-defined]
                (Channel.PAGE, Channel.PAGE.label),
                (Channel.MAIL, Channel.MAIL.label),
            ]
        else:
            self.fields["channel"].help_text = _("本装置没有设置邮件服务，只能在页面接收。")
            del self.fields["address"]

    def clean(self) -> dict[str, Any]:
        """A mail needs an address."""
        data = super().clean()
        if data.get("channel") == Channel.MAIL and not data.get("address") and "address" not in self.errors:
            self.add_error("address", _("请填写邮箱地址。"))
        return data

    def build(self, at: datetime.datetime, by: Person) -> AlarmSubscription:
        """The subscription that was asked for, not saved."""
        data = self.cleaned_data
        address = data.get("address", "") if data["channel"] == Channel.MAIL else ""
        return self._built(at, by, post=data["post"], channel=data["channel"], address=address)


class DivisionRecipientForm(_Recipient):
    """For a division: a mailbox that several read, or a program that is called."""

    division = forms.ModelChoiceField(Division.objects.none(), label=_("行政区划"), empty_label=None)
    channel = forms.ChoiceField(label=_("方式"), choices=[(Channel.HOOK, Channel.HOOK.label)])
    address = forms.CharField(
        label=_("地址"), max_length=300, help_text=_("网络回调填写 https 地址；电子邮件填写邮箱地址。")
    )
    language = forms.ChoiceField(label=_("通知语言"), choices=[("zh-hans", "中文"), ("en", "English")])
    field_order = ["division", "channel", "address", "language"]

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = divisions_of(scope)  # type: ignore[attr-defined]
        if mail_is_set_up(get_settings()):
            self.fields["channel"].choices = [  # type: ignore[attr-defined]
                (Channel.HOOK, Channel.HOOK.label),
                (Channel.MAIL, Channel.MAIL.label),
            ]

    def clean(self) -> dict[str, Any]:
        """The address fits the way."""
        data = super().clean()
        address, channel = data.get("address"), data.get("channel")
        if address and channel == Channel.HOOK:
            try:
                resolve(address, training=get_settings().training)
            except BadTarget as why:
                self.add_error("address", str(why))
        elif address and channel == Channel.MAIL:
            try:
                forms.EmailField().clean(address)
            except forms.ValidationError as why:
                self.add_error("address", why)
        return data

    def build(self, at: datetime.datetime, by: Person) -> AlarmSubscription:
        """The subscription that was asked for, not saved and without a secret."""
        data = self.cleaned_data
        return self._built(
            at,
            by,
            division=data["division"],
            channel=data["channel"],
            address=data["address"],
            language=data["language"],
        )


def divisions_of(scope: Scope) -> QuerySet[Division]:
    """Divisions for which the holder of this scope may name recipients."""
    query = Q(pk__in=[])
    for path in scope.division_paths:
        query |= Q(path__startswith=path)
    return Division.objects.filter(query)
