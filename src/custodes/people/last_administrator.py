"""Somebody must always be able to manage accounts: the last security administrator stays."""

from __future__ import annotations

import datetime

from custodes.people.models import Person, Post, PostKind


def another_remains(person: Person, at: datetime.datetime) -> bool:
    """Whether a security administrator without an end date remains when this person is none any more.

    Called inside the transaction that ends a post or closes an account, before it locks anything else: whoever would do
    the same at this moment waits here and sees afterwards what was done.
    """
    posts = Post.objects.open().filter(kind=PostKind.SECURITY_ADMIN).order_by("pk")
    list(posts.select_for_update(of=("self",)).values_list("pk", flat=True))
    others = Post.objects.valid(at).filter(
        kind=PostKind.SECURITY_ADMIN, valid_until__isnull=True, person__account__is_active=True
    )
    return others.exclude(person_id=person.pk).exists()
