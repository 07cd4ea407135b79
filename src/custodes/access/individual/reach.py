"""Whose requests a person sees: those to the units at which they are the caretaker (S33.1); and which cameras they may choose."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from custodes.access.models import IndividualRequest
from custodes.people.held import held_posts
from custodes.people.models import Person, Post, Unit
from custodes.people.permissions import Permission
from custodes.places.models import Camera
from custodes.places.scope import kinds_with, run_systems


def posts_of(person: Person, at: datetime) -> tuple[Post, ...]:
    """Posts in which the person takes and answers requests."""
    return held_posts(person, at, kinds_with(Permission.HANDLE_INDIVIDUAL))


def handled_requests(person: Person, at: datetime) -> QuerySet[IndividualRequest]:
    """Requests to the units of those posts and to their sub-units."""
    query = Q(pk__in=[])
    for post in posts_of(person, at):
        query |= Q(unit__path__startswith=post.unit.path)
    return IndividualRequest.objects.filter(query)


def desk_of(person: Person, at: datetime) -> Unit | None:
    """The unit for which the person takes requests."""
    return next((post.unit for post in posts_of(person, at)), None)


def choosable(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras of the systems that the person's unit answers for or runs: a contractor consents to nothing (N21, N15.2)."""
    return Camera.objects.taken_in().filter(
        system__in=run_systems(person, at, Permission.HANDLE_INDIVIDUAL).values("pk")
    )
