"""Listing, assigning and ending posts."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.people import posts
from custodes.people.forms import PlainText
from custodes.people.models import Post, PostKind, Unit
from custodes.people.permissions import Permission
from custodes.people.posts import misplaced
from custodes.people.scope import DivisionScope, sees_its_division, units_in, within
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.people.views.persons import visible_person


class PostForm(PlainText, forms.Form):
    """Kind, unit, and from which day to which; days are local, the last one is included."""

    kind = forms.ChoiceField(label=gettext_lazy("岗位"), choices=PostKind.choices)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("任职单位"))
    first_day = forms.DateField(
        label=gettext_lazy("生效日期"),
        required=False,
        help_text=gettext_lazy("不填写即现在生效。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    last_day = forms.DateField(
        label=gettext_lazy("最后一日"),
        required=False,
        help_text=gettext_lazy("不填写即长期有效，直至终止。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        label=gettext_lazy("任职依据"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("例如任职文件的名称和文号。"),
    )

    def __init__(self, *args: object, scope: DivisionScope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["unit"].queryset = units_in(scope).select_related("division")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """Days in their order, a unit at which the post can be held, and no post that sees more than whoever gives it."""
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        begin = first or timezone.localdate()
        if last is not None and last < begin:
            self.add_error("last_day", gettext_lazy("最后一日不能早于生效日期或者今天。"))
        kind, unit = str(data.get("kind", "")), data.get("unit")
        if kind and isinstance(unit, Unit) and (why := misplaced(kind, unit)):
            self.add_error("kind", why)
        elif isinstance(unit, Unit) and sees_its_division(kind, unit) and not self.scope.sees_division(unit.division):
            self.add_error("kind", gettext_lazy("该岗位可见整个行政区划，应当由公安机关的安全管理员任命。"))
        return data

    def valid_from(self, at: datetime.datetime) -> datetime.datetime:
        """The beginning of the first day, or now when the day is today or empty."""
        day = self.cleaned_data["first_day"]
        return at if day is None or day == timezone.localdate(at) else _midnight(day)

    def valid_until(self) -> datetime.datetime | None:
        """The end of the last day."""
        day = self.cleaned_data["last_day"]
        return None if day is None else _midnight(day + datetime.timedelta(days=1))


class PostSearch(forms.Form):
    """By kind and state."""

    kind = forms.ChoiceField(
        label=gettext_lazy("岗位"), required=False, choices=[("", gettext_lazy("全部")), *PostKind.choices]
    )
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[
            ("", gettext_lazy("有效")),
            ("ended", gettext_lazy("已终止或者到期")),
            ("future", gettext_lazy("尚未生效")),
            ("all", gettext_lazy("全部")),
        ],
    )


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


PAGE = 50


def post_table(request: HttpRequest) -> Table:
    """The columns of the list of posts."""
    return Table.of(
        request,
        TableColumn(_("岗位"), "kind"),
        TableColumn(_("姓名"), "person__name"),
        TableColumn(_("任职单位"), "unit__name"),
        TableColumn(_("生效"), "valid_from"),
        TableColumn(_("失效"), "valid_until"),
        TableColumn(_("状态")),
        default="-valid_from",
    )


def posts_asked(request: HttpRequest) -> QuerySet[Post]:
    """Posts at units within the scope, narrowed down as the address says: the valid ones unless asked otherwise."""
    viewer, search = Viewer.of(request), PostSearch(request.GET)
    rows = Post.objects.filter(within(viewer.scope(Permission.VIEW_PEOPLE))).select_related("person", "unit")
    kind, state = (search.cleaned_data["kind"], search.cleaned_data["state"]) if search.is_valid() else ("", "none")
    if kind:
        rows = rows.filter(kind=kind)
    if state == "":
        rows = rows.valid(viewer.at)
    elif state == "ended":
        rows = rows.filter(Q(ended_at__lte=viewer.at) | Q(valid_until__lte=viewer.at))
    elif state == "future":
        rows = rows.open().filter(valid_from__gt=viewer.at)
    elif state != "all":
        rows = rows.none()
    return rows


@require_safe
@needs(Permission.VIEW_PEOPLE)
def post_list(request: HttpRequest) -> HttpResponse:
    """Posts at units within the scope."""
    viewer, search, table = Viewer.of(request), PostSearch(request.GET), post_table(request)
    page = Paginator(table.order(posts_asked(request)), PAGE).get_page(request.GET.get("page"))
    for post in page:
        post.counts = post.is_valid(viewer.at)
    return render(request, "people/post_list.html", {"search": search, "table": table, "page": page, "now": viewer.at})


@needs(Permission.MANAGE_POSTS)
def post_assign(request: HttpRequest, person: Any) -> HttpResponse:
    """Give a person a post; it waits for a second person."""
    viewer = Viewer.of(request)
    holder = visible_person(viewer, person, Permission.MANAGE_POSTS)
    scope = viewer.scope(Permission.MANAGE_POSTS)
    form = PostForm(request.POST or None, scope=scope, initial={"unit": holder.unit_id})
    if request.method == "POST" and form.is_valid():
        try:
            post = posts.assign(
                holder,
                form.cleaned_data["unit"],
                form.cleaned_data["kind"],
                by=viewer.person,
                at=viewer.at,
                valid_from=form.valid_from(viewer.at),
                valid_until=form.valid_until(),
                note=form.cleaned_data["note"],
            )
        except posts.PostRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("已提出任命%(name)s为%(post)s，由审计管理员或者%(name)s所在单位的审批人确认后生效。")
                % {"name": holder.name, "post": post.get_kind_display()},
            )
            return redirect("people:person_detail", holder.uuid)
    return render(request, "people/post_form.html", {"form": form, "person": holder})


@require_POST
@needs(Permission.MANAGE_POSTS)
def post_end(request: HttpRequest, post: Any) -> HttpResponse:
    """End a post now."""
    viewer = Viewer.of(request)
    rows = Post.objects.filter(within(viewer.scope(Permission.MANAGE_POSTS))).select_related("person")
    ending = get_object_or_404(rows, uuid=post)
    try:
        posts.end(ending, by=viewer.person, at=viewer.at)
    except posts.PostRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("岗位已终止，正在进行的值班和查看随之结束。"))
    return redirect("people:person_detail", ending.person.uuid)
