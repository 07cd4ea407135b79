"""Who sees a change, who asks for it and carries it out, who decides (S30.1, S34(7))."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from custodes.people.models import Person, Post
from custodes.people.permissions import Permission
from custodes.places.models import ChangeCase, System
from custodes.places.scope import (
    RUNNING_ROLES,
    built_systems,
    decided_systems,
    handled_systems,
    kinds_with,
    papered_systems,
)


def told_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems of whose changes and corrections the person is told: who may read their papers, or decides."""
    papered, decided = papered_systems(person, at), decided_systems(person, at)
    return System.objects.filter(Q(pk__in=papered.values("pk")) | Q(pk__in=decided.values("pk")))


def visible_changes(person: Person, at: datetime) -> QuerySet[ChangeCase]:
    """Changes for who may read a system's papers, or decides: they say where its cameras are."""
    return ChangeCase.objects.filter(system__in=told_systems(person, at).values("pk"))


def asked_changes(person: Person, at: datetime) -> QuerySet[ChangeCase]:
    """Changes that the person's unit asks for, carries out and files."""
    return ChangeCase.objects.filter(system__in=built_systems(person, at).values("pk"))


def decided_changes(person: Person, at: datetime) -> QuerySet[ChangeCase]:
    """Changes about which the person may decide: of systems that their unit runs (decision 0197)."""
    return ChangeCase.objects.filter(system__in=decided_systems(person, at).values("pk"))


def findable_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems at which the person may enter what was changed without leave: the unit, and who supervises it."""
    built, handled = built_systems(person, at), handled_systems(person, at)
    return System.objects.filter(Q(pk__in=built.values("pk")) | Q(pk__in=handled.values("pk")))


def has_approver(case: ChangeCase, at: datetime) -> bool:
    """Whether anybody but who asked may decide: without one a change waits for good, and the page says what to do."""
    system = case.system
    day = timezone.localdate(at)
    roles = system.roles.filter(role__in=list(RUNNING_ROLES)).select_related("unit")
    paths = [system.unit.path, *(role.unit.path for role in roles if role.holds_on(day))]
    posts = Post.objects.valid(at).filter(kind__in=kinds_with(Permission.APPROVE_CHANGES)).select_related("unit")
    posts = posts.exclude(person=case.asked_by_id)
    return any(path.startswith(post.unit.path) for post in posts for path in paths)
