"""The systems that a person watches: on duty those of the session's post, else those of all the person's duty posts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from custodes.people.models import DUTY_POSTS, DutySession, Person, Post
from custodes.places.models import System, SystemPost


def watched_systems(person: Person, session: DutySession | None, at: datetime) -> QuerySet[System]:
    """Systems by name. What may be *seen* of them is `decision.decide`'s question."""
    if session is not None:
        links = SystemPost.objects.filter(post=session.post_id)
    else:
        posts = Post.objects.valid(at).filter(person=person, kind__in=DUTY_POSTS)
        links = SystemPost.objects.filter(post__in=posts)
    return System.objects.filter(pk__in=links.values("system")).select_related("site").order_by("name", "pk")
