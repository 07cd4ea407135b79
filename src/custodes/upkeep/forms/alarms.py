"""Forms about alarms: acknowledging one, choosing sounds, the search over what is over; recipients, one's own and a division's mailbox or
program; a division's chain.
"""

from __future__ import annotations

import datetime
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import PlainText
from custodes.people.models import Division, Person, Post, PostKind
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope
from custodes.places.scope import kinds_with
from custodes.settings import get_settings
from custodes.upkeep.alarms.delivery.channels import BadTarget, mail_is_set_up, resolve
from custodes.upkeep.alarms.escalation import DEFAULTS, LATEST, MOST_STEPS, Chain, ChainStep
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.alarms.steps import LONGEST
from custodes.upkeep.alarms.words import QUICK_WORDS
from custodes.upkeep.models import AlarmSubscription, Channel, Severity, Sound


class WordsForm(PlainText, forms.Form):
    """What one says about an alarm: a quick choice, own words, or both."""

    quick = forms.ChoiceField(label=_("采取的措施"), required=False, widget=forms.RadioSelect)
    words = forms.CharField(label=_("补充说明"), required=False, max_length=LONGEST)
    false_alarm = forms.BooleanField(
        label=_("误报"),
        required=False,
        help_text=_(
            "已经核对，没有异常。勾选后这条告警立即结束，并计入误报；原因还在的，一天后或者明显加重时再次告警。"
        ),
    )

    def __init__(self, *args: Any, judged: bool = True, **kwargs: Any) -> None:
        """`judged`: of an alarm that a person may find false (`Kind.judged`)."""
        super().__init__(*args, **kwargs)
        if not judged:
            del self.fields["false_alarm"]
        self.fields["quick"].choices = [(str(words), words) for words in QUICK_WORDS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two must be there."""
        data = super().clean() or {}
        if not data.get("quick") and not data.get("words") and not self.errors:
            self.add_error("words", _("请选择一项措施，或者写明情况。"))
        return data

    @property
    def said(self) -> str:
        """Both together."""
        parts = [self.cleaned_data.get("quick", ""), self.cleaned_data.get("words", "")]
        return "；".join(part for part in parts if part)[:LONGEST]


class CloseForm(PlainText, forms.Form):
    """What was found: with it an alarm is closed that a person must close."""

    words = forms.CharField(label=_("查明的情况"), max_length=LONGEST)


class PreferenceForm(forms.Form):
    """Which sound one's own pages make."""

    sound = forms.ChoiceField(label=_("提示音"), choices=Sound.choices)
    sound_from = forms.TypedChoiceField(label=_("响铃级别"), choices=Severity.choices, coerce=int)


class HistorySearch(forms.Form):
    """By kind, severity and days back."""

    kind = forms.ChoiceField(label=_("类别"), required=False)
    severity = forms.ChoiceField(label=_("级别"), required=False, choices=[("", _("全部")), *Severity.choices])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), ("open", _("未消除")), ("cleared", _("已消除")), ("false", _("误报"))],
    )
    days = forms.ChoiceField(
        label=_("时间"),
        required=False,
        choices=[("", _("最近 7 天")), ("1", _("最近 1 天")), ("30", _("最近 30 天")), ("all", _("全部"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(((kind.key, kind.label) for kind in KINDS.values()), key=lambda each: str(each[1]))
        self.fields["kind"].choices = [("", _("全部")), *kinds]  # type: ignore[attr-defined]


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

    def __init__(self, *args: Any, scope: DivisionScope, **kwargs: Any) -> None:
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


def divisions_of(scope: DivisionScope) -> QuerySet[Division]:
    """Divisions for which the holder of this scope may name recipients."""
    query = Q(pk__in=[])
    for path in scope.division_paths:
        query |= Q(path__startswith=path)
    return Division.objects.filter(query)


FIRST = 2
"""Steps that the page shows at once."""
MINUTES = LATEST // timedelta(minutes=1)


class ChainForm(forms.Form):
    """Up to four steps; rows that are left empty are none."""

    division = forms.ModelChoiceField(
        Division.objects.none(),
        label=_("行政区划"),
        empty_label=None,
        help_text=_("对该区划以及其中各区划的告警有效。"),
    )
    severity = forms.TypedChoiceField(
        label=_("级别"), choices=[*reversed(Severity.choices)], coerce=lambda value: Severity(int(value))
    )

    def __init__(self, *args: Any, scope: DivisionScope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = divisions_of(scope)  # type: ignore[attr-defined]
        posts = [(str(kind), kind.label) for kind in PostKind if kind in kinds_with(Permission.ACKNOWLEDGE_ALARMS)]
        for number in range(1, MOST_STEPS + 1):
            self.fields[f"minutes_{number}"] = forms.IntegerField(
                label=_("第 %(number)d 步：无人确认满（分钟）") % {"number": number},
                min_value=1,
                max_value=MINUTES,
                required=number == 1,
            )
            self.fields[f"post_{number}"] = forms.ChoiceField(
                label=_("第 %(number)d 步：通知岗位") % {"number": number},
                choices=posts if number == 1 else [("", _("没有这一步")), *posts],
                required=number == 1,
            )

        for number, step in enumerate(DEFAULTS[Severity.CRITICAL], start=1):
            self.fields[f"minutes_{number}"].initial = step.after // timedelta(minutes=1)
            self.fields[f"post_{number}"].initial = str(step.post)

    @property
    def first_steps(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The steps that most chains have: minutes and post of each."""
        return [self._step(number) for number in range(1, FIRST + 1)]

    @property
    def further_steps(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The others, which the page folds away."""
        return [self._step(number) for number in range(FIRST + 1, MOST_STEPS + 1)]

    @property
    def further_open(self) -> bool:
        """Whether something was filled in there."""
        return any(field.value() for pair in self.further_steps for field in pair)

    def _step(self, number: int) -> tuple[forms.BoundField, forms.BoundField]:
        return self[f"minutes_{number}"], self[f"post_{number}"]

    def clean(self) -> dict[str, Any]:
        """Minutes and post of a step belong together, and no step is left out between two."""
        data = super().clean() or {}
        ended = False
        for number in range(1, MOST_STEPS + 1):
            minutes, post = data.get(f"minutes_{number}"), data.get(f"post_{number}")
            if self.errors.keys() & {f"minutes_{number}", f"post_{number}"}:
                continue
            if bool(minutes) != bool(post):
                self.add_error(
                    f"post_{number}" if minutes else f"minutes_{number}", _("分钟数和岗位要么都填，要么都不填。")
                )
            elif minutes and ended:
                self.add_error(f"minutes_{number}", _("前一步没有填写。请按顺序填写。"))
            ended = ended or not minutes
        return data

    @property
    def chain(self) -> Chain:
        """The steps that were filled in."""
        data = self.cleaned_data
        return tuple(
            ChainStep(timedelta(minutes=data[f"minutes_{number}"]), PostKind(data[f"post_{number}"]))
            for number in range(1, MOST_STEPS + 1)
            if data.get(f"minutes_{number}")
        )
