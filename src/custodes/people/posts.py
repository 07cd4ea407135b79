"""Assigning and ending posts.

Nobody assigns themselves a post. The three administrators are kept apart here, where the person's row is locked, and
once more by the database (`people_post_one_administrator`).
"""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from custodes.people import duty
from custodes.people.last_administrator import another_remains
from custodes.people.models import Person, Post, PostKind, Unit
from custodes.people.records import config_changed, differences, snapshot
from custodes.people.signals import post_ended


class PostRefused(Exception):
    """The post can't be assigned or ended; the text says why, for the person."""


def assign(
    person: Person,
    unit: Unit,
    kind: str,
    *,
    by: Person | None,
    at: datetime.datetime,
    valid_from: datetime.datetime | None = None,
    valid_until: datetime.datetime | None = None,
    note: str = "",
) -> Post:
    """Give a person a post.

    Args:
        person: who gets it.
        unit: where.
        kind: a `PostKind`.
        by: who assigns it; None for the installation's own commands.
        at: now.
        valid_from: from when it counts; now when None.
        valid_until: until when; open when None.
        note: the order or decision that it rests on.

    Raises:
        PostRefused: own post, two administrators in one hand, held already, or an impossible span.
    """
    if by is not None and by.pk == person.pk:
        raise PostRefused(_("不能给自己分配岗位，请由另一名安全管理员办理。"))
    try:
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=person.pk)
            _close_run_out(person, at)
            post = Post(
                person=person,
                unit=unit,
                kind=kind,
                valid_from=valid_from or at,
                valid_until=valid_until,
                note=note,
            )
            post.full_clean()
            post.save()
            config_changed(post, differences({}, snapshot(post)), by=by, at=at)
            return post
    except ValidationError as error:
        raise PostRefused(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise PostRefused(_("该人员已有同样的岗位，或者已任另一管理员岗位。")) from error


def end(post: Post, *, by: Person | None, at: datetime.datetime) -> Post:
    """End a post now; a duty session on it ends with it.

    Raises:
        PostRefused: it has ended already, or nobody would be left to manage accounts.
    """
    with transaction.atomic():
        last = post.kind == PostKind.SECURITY_ADMIN and not another_remains(post.person, at)
        post = Post.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=post.pk)
        if post.ended_at is not None:
            raise PostRefused(_("该岗位已经终止。"))
        if last and post.is_valid(at):
            raise PostRefused(_("这是最后一名在任的安全管理员。请先任命另一名，再终止这一岗位。"))
        _end(post, by=by, at=at)
        return post


def sweep(at: datetime.datetime) -> int:
    """Write down the end of posts whose time has run out by `at`; how many there were."""
    ended = 0
    for pk in Post.objects.open().filter(valid_until__lte=at).values_list("pk", flat=True):
        with transaction.atomic():
            post = Post.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=pk)
            if post.ended_at is None:
                _end(post, by=None, at=at, ended_at=post.valid_until)
                ended += 1
    return ended


def _close_run_out(person: Person, at: datetime.datetime) -> None:
    for post in Post.objects.open().filter(person=person, valid_until__lte=at).select_related("person", "unit"):
        _end(post, by=None, at=at, ended_at=post.valid_until)


def _end(post: Post, *, by: Person | None, at: datetime.datetime, ended_at: datetime.datetime | None = None) -> None:
    before = snapshot(post)
    post.ended_at = ended_at or at
    post.ended_by = by
    post.save(update_fields=["ended_at", "ended_by"])
    config_changed(post, differences(before, snapshot(post)), by=by, at=at)
    duty.end_for_post(post, at=at)
    post_ended.send(sender=Post, post=post, at=at)
