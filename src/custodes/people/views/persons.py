"""Persons: listed, shown, added, changed; and their accounts, which the security administrator opens, closes and unlocks."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST, require_safe

from custodes.law.duties.finding import DutyStatus
from custodes.people import accounts, credentials, lockout, waiting_changes
from custodes.people.entrusting import EntrustmentRefused, ask
from custodes.people.forms import PlainText
from custodes.people.lawful import finding_text
from custodes.people.models import Account, EntrustmentKind, EntrustmentState, Person, Post, PostKind, Unit
from custodes.people.numbers import normal_work_number
from custodes.people.permissions import Permission
from custodes.people.records import config_changed, differences, snapshot
from custodes.people.scope import DivisionScope, answers_for, persons_in, units_in
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs


class PersonForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Name, unit and work number; the unit must be within the scope of whoever fills it in, and nobody enters a number of their own."""

    class Meta:
        model = Person
        fields = ["name", "unit", "work_number"]
        help_texts = {
            "work_number": gettext_lazy(
                "按工作证件填写，没有的不填。向上级、下级平台查阅录像或者控制云台时，随单位、姓名一并说明。"
            )
        }

    def __init__(self, *args: object, scope: DivisionScope, own: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_in(scope)  # type: ignore[attr-defined]
        if own:
            self.fields["work_number"].disabled = True
            self.fields["work_number"].help_text = gettext_lazy("不能填写自己的号码，请由另一名安全管理员填写。")


class PersonSearch(forms.Form):
    """By name, user name, work number, unit and kind of post."""

    q = forms.CharField(label=gettext_lazy("姓名、用户名或者号码"), required=False, max_length=60)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("单位"), required=False, to_field_name="uuid")
    kind = forms.ChoiceField(
        label=gettext_lazy("岗位"), required=False, choices=[("", gettext_lazy("全部")), *PostKind.choices]
    )

    def __init__(self, *args: object, scope: DivisionScope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["unit"].queryset = units_in(scope)  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = gettext_lazy("全部")  # type: ignore[attr-defined]


PAGE = 50
#: How a finding is shown.
STATES = {
    DutyStatus.MET: "fine",
    DutyStatus.DUE: "attention",
    DutyStatus.LATE: "danger",
    DutyStatus.MISSING: "attention",
}
_WAITS = gettext_lazy(
    "已保存。所在单位的变更须由审计管理员，或者该人员现所在单位及其上级单位的审批人确认，确认后生效。"
)


def visible_person(viewer: Viewer, uuid: Any, permission: Permission) -> Person:
    """The person within the scope of this permission; everybody else answers 404."""
    persons = persons_in(viewer.scope(permission)).select_related("unit__division", "account")
    return get_object_or_404(persons, uuid=uuid)


def answered_person(viewer: Viewer, uuid: Any) -> Person:
    """A person whose account the viewer manages: one who reaches no further than the viewer does; else 404."""
    person = visible_person(viewer, uuid, Permission.MANAGE_ACCOUNTS)
    if not answers_for(viewer.scope(Permission.MANAGE_ACCOUNTS), person, viewer.at):
        raise Http404
    return person


def persons_asked(request: HttpRequest) -> QuerySet[Person]:
    """The persons within the scope with the posts that they hold now, narrowed down as the address says."""
    viewer = Viewer.of(request)
    scope = viewer.scope(Permission.VIEW_PEOPLE)
    valid = Post.objects.valid(viewer.at).select_related("unit")
    persons = (
        persons_in(scope)
        .select_related("unit", "account")
        .prefetch_related(Prefetch("posts", valid, to_attr="valid_posts"))
    )
    return _searched(persons, PersonSearch(request.GET, scope=scope), viewer)


def person_table(request: HttpRequest) -> Table:
    """The columns of the list of persons."""
    return Table.of(
        request,
        TableColumn(_("姓名"), "name"),
        TableColumn(_("警号或者工作证号"), "work_number"),
        TableColumn(_("所在单位"), "unit__name"),
        TableColumn(pgettext("列表", "岗位")),
        TableColumn(_("用户名"), "account__username"),
        default="name",
    )


@require_safe
@needs(Permission.VIEW_PEOPLE)
def person_list(request: HttpRequest) -> HttpResponse:
    """Persons within the scope, searched and sorted."""
    viewer = Viewer.of(request)
    search = PersonSearch(request.GET, scope=viewer.scope(Permission.VIEW_PEOPLE))
    table = person_table(request)
    page = Paginator(table.order(persons_asked(request)), PAGE).get_page(request.GET.get("page"))
    context = {
        "search": search,
        "table": table,
        "page": page,
        "may_add": viewer.may(Permission.MANAGE_ACCOUNTS),
    }
    return render(request, "people/person_list.html", context)


def _searched(persons: QuerySet[Person], search: PersonSearch, viewer: Viewer) -> QuerySet[Person]:
    if not search.is_valid():
        return persons.none()
    query = search.cleaned_data
    if query["q"]:
        said = query["q"]
        named = Q(name__icontains=said) | Q(account__username__icontains=said)
        persons = persons.filter(named | Q(work_number__iexact=normal_work_number(said), work_number__gt=""))
    if query["unit"]:
        persons = persons.filter(unit__path__startswith=query["unit"].path)
    if query["kind"]:
        holders = Post.objects.valid(viewer.at).filter(kind=query["kind"]).values("person_id")
        persons = persons.filter(pk__in=holders)
    return persons


@require_safe
@needs(Permission.VIEW_PEOPLE)
def person_detail(request: HttpRequest, person: Any) -> HttpResponse:
    """One person: unit, account, posts, duty."""
    viewer = Viewer.of(request)
    shown = visible_person(viewer, person, Permission.VIEW_PEOPLE)
    account = getattr(shown, "account", None)
    own = shown.pk == viewer.person.pk
    posts = list(shown.posts.select_related("unit", "ended_by"))
    for post in posts:
        post.counts = post.is_valid(viewer.at)
    context = {
        "person": shown,
        "account": account,
        "locked_until": lockout.locked_until(account.username, viewer.at) if account else None,
        "posts": posts,
        "move": shown.entrustments.filter(kind=EntrustmentKind.MOVE, state=EntrustmentState.WAITING).first(),
        "sessions": shown.duty_sessions.select_related("post__unit", "handed_to")[:20],
        "own": own,
        "may_posts": persons_in(viewer.scope(Permission.MANAGE_POSTS)).filter(pk=shown.pk).exists(),
        "may_account": viewer.may(Permission.MANAGE_ACCOUNTS)
        and answers_for(viewer.scope(Permission.MANAGE_ACCOUNTS), shown, viewer.at),
        "judged": [credentials.judge(row, viewer.at) for row in shown.credentials.select_related("paper")],
        "staff_findings": shown_findings(shown, viewer.at),
        "may_credentials": persons_in(viewer.scope(Permission.MANAGE_CREDENTIALS)).filter(pk=shown.pk).exists(),
        "may_read": persons_in(viewer.scope(Permission.READ_PAPERS)).filter(pk=shown.pk).exists(),
        "now": viewer.at,
    }
    return render(request, "people/person_detail.html", context)


def shown_findings(person: Person, at: datetime.datetime) -> list[dict[str, str]]:
    """What the law says of the file and training of somebody who watches, operates or maintains; of others nothing."""
    if not credentials.is_staff(person, at):
        return []
    return [
        {"state": STATES.get(finding.status, "info"), "words": finding_text(finding), "clause": finding.clauses[0]}
        for finding in credentials.staff_findings(person, at)
        if finding.clauses
    ]


@needs(Permission.MANAGE_ACCOUNTS)
def person_add(request: HttpRequest) -> HttpResponse:
    """Add a person."""
    viewer = Viewer.of(request)
    scope = viewer.scope(Permission.MANAGE_ACCOUNTS)
    form = PersonForm(request.POST or None, scope=scope)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            person = form.save()
            config_changed(person, differences({}, snapshot(person)), by=viewer.person, at=viewer.at)
            what = {"settled": True, "about": person.name}
            ask(EntrustmentKind.PERSON, person, by=viewer.person, at=viewer.at, **what)
        messages.success(request, _("已登记%(name)s。下一步可以分配岗位、开立账号。") % {"name": person.name})
        return redirect("people:person_detail", person.uuid)
    return render(request, "people/person_form.html", {"form": form, "person": None})


@needs(Permission.MANAGE_ACCOUNTS)
def person_edit(request: HttpRequest, person: Any) -> HttpResponse:
    """Change a person's name, work number or unit; another unit may wait for a second, and one's own number is somebody else's to enter."""
    viewer = Viewer.of(request)
    changed = answered_person(viewer, person)
    scope, own = viewer.scope(Permission.MANAGE_ACCOUNTS), changed.pk == viewer.person.pk
    form = PersonForm(request.POST or None, instance=changed, scope=scope, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            waits = waiting_changes.save_person(form.instance, by=viewer.person, at=viewer.at)
        except EntrustmentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _WAITS if waits else _("已保存。"))
            return redirect("people:person_detail", changed.uuid)
    return render(request, "people/person_form.html", {"form": form, "person": changed})


class OpenAccountForm(forms.Form):
    """The user name; the password is made by the system, behind the confirmation."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        help_text=gettext_lazy("字母、数字和 @ . + - _，不区分大小写。初始密码由系统在确认后生成，当面交给本人。"),
    )


class ResetForm(PlainText, forms.Form):
    """Why, and whether the device is lost as well."""

    reason = forms.CharField(
        label=gettext_lazy("事由"),
        max_length=200,
        help_text=gettext_lazy("写明原因和核对身份的方式，例如：遗忘密码，当面核对工作证。"),
    )
    second_factor = forms.BooleanField(
        label=gettext_lazy("同时解除两步验证"),
        required=False,
        help_text=gettext_lazy("仅在验证器、通行密钥也已丢失时选择。不选择的，两步验证保持不变。"),
    )


class AloneForm(PlainText, forms.Form):
    """At which unit there is no second, why, and until when."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("单位"), empty_label=None)
    reason = forms.CharField(
        label=gettext_lazy("事由"),
        max_length=200,
        help_text=gettext_lazy("写明本单位为什么没有第二人，例如：编制一名，审批人休产假。"),
    )
    until = forms.DateField(
        label=gettext_lazy("有效期至"),
        help_text=gettext_lazy("最长一年。本单位有了第二人的，声明随即不再适用。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: object, units: Iterable[Unit], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        keys = [unit.pk for unit in units]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=keys)  # type: ignore[attr-defined]


class RefuseEntrustmentForm(PlainText, forms.Form):
    """Why not."""

    words = forms.CharField(label=gettext_lazy("理由"), max_length=300)


def _account(viewer: Viewer, person: Any) -> tuple[Person, Account]:
    shown = answered_person(viewer, person)
    account = getattr(shown, "account", None)
    if account is None:
        raise Http404
    return shown, account


@needs(Permission.MANAGE_ACCOUNTS)
def account_open(request: HttpRequest, person: Any) -> HttpResponse:
    """Open an account; it waits for a second person, who hands its one-time password over."""
    viewer = Viewer.of(request)
    holder = answered_person(viewer, person)
    form = OpenAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.open_account(holder, form.cleaned_data["username"], by=viewer.person, at=viewer.at)
        except accounts.AccountRefused as refusal:
            form.add_error("username", str(refusal))
        else:
            messages.success(
                request, _("已提出，由审计管理员或者%(name)s所在单位的审批人当面确认后开通。") % {"name": holder.name}
            )
            return redirect("people:person_detail", holder.uuid)
    return render(request, "people/account_form.html", {"form": form, "person": holder})


@needs(Permission.MANAGE_ACCOUNTS)
def account_reset(request: HttpRequest, person: Any) -> HttpResponse:
    """Ask for a new password; it waits for a second person, who hands it over."""
    viewer = Viewer.of(request)
    holder, account = _account(viewer, person)
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            accounts.ask_reset(
                account, asked["reason"], second_factor=asked["second_factor"], by=viewer.person, at=viewer.at
            )
        except accounts.AccountRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("已提出，由审计管理员或者%(name)s所在单位的审批人当面确认。") % {"name": holder.name}
            )
            return redirect("people:person_detail", holder.uuid)
    return render(request, "people/account_reset.html", {"form": form, "person": holder})


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def account_close(request: HttpRequest, person: Any) -> HttpResponse:
    """Close an account."""
    viewer = Viewer.of(request)
    holder, account = _account(viewer, person)
    try:
        accounts.close_account(account, by=viewer.person, at=viewer.at)
    except accounts.AccountRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("账号已停用，其登录和正在进行的查看随之结束。"))
    return redirect("people:person_detail", holder.uuid)


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def account_reopen(request: HttpRequest, person: Any) -> HttpResponse:
    """Open a closed account again."""
    viewer = Viewer.of(request)
    holder, account = _account(viewer, person)
    try:
        accounts.reopen_account(account, by=viewer.person, at=viewer.at)
    except accounts.AccountRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("账号已启用。"))
    return redirect("people:person_detail", holder.uuid)


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def account_unlock(request: HttpRequest, person: Any) -> HttpResponse:
    """Lift the lock that failed sign-ins set."""
    viewer = Viewer.of(request)
    holder, account = _account(viewer, person)
    if lockout.locked_until(account.username, viewer.at) is not None:
        lockout.clear(account.username)
        config_changed(account, {"locked": (True, False)}, by=viewer.person, at=viewer.at)
    messages.success(request, _("已解除锁定。"))
    return redirect("people:person_detail", holder.uuid)
