"""Listing, assigning and ending posts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people import posts
from custodes.people.forms.posts import PostForm, PostSearch
from custodes.people.models import Post
from custodes.people.permissions import Permission
from custodes.people.scope import within
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.people.views.persons import visible_person

PAGE = 50


def post_table(request: HttpRequest) -> Table:
    """The columns of the list of posts."""
    return Table.of(
        request,
        Column(_("岗位"), "kind"),
        Column(_("姓名"), "person__name"),
        Column(_("任职单位"), "unit__name"),
        Column(_("生效"), "valid_from"),
        Column(_("失效"), "valid_until"),
        Column(_("状态")),
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
    """Give a person a post."""
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
                request, _("已任命%(name)s为%(post)s。") % {"name": holder.name, "post": post.get_kind_display()}
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
