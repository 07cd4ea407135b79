"""The posts that a person holds: what permissions and row scopes follow from.

A page asks for them dozens of times, once for each room of the header and each scope of its rows. While a page is drawn they are
therefore read once (`read_once`); everything else reads them afresh each time, so that an ended post counts at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from custodes.people.models import Person, Post

_READ = "_posts_read"


def reads(view: Any) -> Any:
    """Mark a view that changes nothing though it is asked by POST, so that its question stands in no address."""
    view.only_reads = True
    return view


def read_once(person: Person) -> None:
    """From now on questions about this very object's posts are answered from one reading, made when the first is asked.

    Only for what reads: a request that changes something has to ask again under its lock.
    """
    person.__dict__[_READ] = []


def read_afresh(person: Person) -> None:
    """From now on they are read each time."""
    person.__dict__.pop(_READ, None)


def held_posts(person: Person | int, at: datetime.datetime, kinds: Collection[str] | None = None) -> tuple[Post, ...]:
    """The person's posts that count at this instant, of these kinds or of all, with `unit` and its division."""
    if isinstance(person, int) or _READ not in person.__dict__:
        key = person if isinstance(person, int) else person.pk
        rows = Post.objects.valid(at).filter(person_id=key).select_related("unit__division")
        return tuple(rows if kinds is None else rows.filter(kind__in=list(kinds)))
    read: list[tuple[Post, ...]] = person.__dict__[_READ]
    if not read:
        read.append(tuple(Post.objects.filter(person=person).select_related("unit__division")))
    return tuple(post for post in read[0] if post.is_valid(at) and (kinds is None or post.kind in kinds))


def held_kinds(person: Person, at: datetime.datetime) -> frozenset[str]:
    """The kinds of those posts."""
    if _READ in person.__dict__:
        return frozenset(post.kind for post in held_posts(person, at))
    return frozenset(Post.objects.valid(at).filter(person=person).values_list("kind", flat=True))
