"""Listing, showing, adding and changing persons."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from custodes.law.duties.finding import Status
from custodes.people import credentials, lockout
from custodes.people.forms.persons import PersonForm, PersonSearch
from custodes.people.lawful import words
from custodes.people.models import Person, Post
from custodes.people.permissions import Permission
from custodes.people.records import config_changed, differences, snapshot
from custodes.people.scope import answers_for, persons_in
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.people.work_number import tidy

PAGE = 50
#: How a finding is shown.
STATES = {Status.MET: "fine", Status.DUE: "attention", Status.LATE: "danger", Status.MISSING: "attention"}


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
        Column(_("姓名"), "name"),
        Column(_("警号或者工作证号"), "work_number"),
        Column(_("所在单位"), "unit__name"),
        Column(pgettext("列表", "岗位")),
        Column(_("用户名"), "account__username"),
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
        persons = persons.filter(named | Q(work_number__iexact=tidy(said), work_number__gt=""))
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
        {"state": STATES.get(finding.status, "info"), "words": words(finding), "clause": finding.clauses[0]}
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
        messages.success(request, _("已登记%(name)s。下一步可以分配岗位、开立账号。") % {"name": person.name})
        return redirect("people:person_detail", person.uuid)
    return render(request, "people/person_form.html", {"form": form, "person": None})


@needs(Permission.MANAGE_ACCOUNTS)
def person_edit(request: HttpRequest, person: Any) -> HttpResponse:
    """Change a person's name, unit or work number; one's own number is somebody else's to enter."""
    viewer = Viewer.of(request)
    changed = answered_person(viewer, person)
    before = snapshot(changed)
    scope, own = viewer.scope(Permission.MANAGE_ACCOUNTS), changed.pk == viewer.person.pk
    form = PersonForm(request.POST or None, instance=changed, scope=scope, own=own)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            changed = form.save()
            config_changed(changed, differences(before, snapshot(changed)), by=viewer.person, at=viewer.at)
        messages.success(request, _("已保存。"))
        return redirect("people:person_detail", changed.uuid)
    return render(request, "people/person_form.html", {"form": form, "person": changed})
