"""Which duty posts watch a system: linked by one, in force once a second has confirmed it, taken away by one.

Locks are taken in the order post, entrustment, link, as `people.entrusting` takes the first two.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from custodes.people.entrusting import ask, decided
from custodes.people.models import Entrustment, EntrustmentKind, EntrustmentState, Person, Post
from custodes.people.records import config_changed, record_language
from custodes.places.models import System, SystemPost
from custodes.places.register import delete_recorded, save_recorded
from custodes.places.signals import post_withdrawn

_FIELDS = ("system", "post")


def link(system: System, post: Post, by: Person, at: datetime) -> SystemPost:
    """Let this post watch the system, as soon as a second person has confirmed it."""
    with transaction.atomic():
        held = Post.objects.select_for_update(of=("self",)).select_related("person").get(pk=post.pk)
        if (there := SystemPost.objects.filter(system=system, post=held).first()) is not None:
            return there
        with record_language():
            about = f"{system.name} · {held.get_kind_display()}"
        asked = ask(EntrustmentKind.WATCH, held.person, by=by, at=at, post=held, about=about)
        row = SystemPost(system=system, post=held, awaits=True, entrustment=asked)
        save_recorded(row, _FIELDS, by, at)
    return row


def unlink(row: SystemPost, by: Person, at: datetime) -> None:
    """The post no longer watches the system; its running looks at it stop. One does that alone."""
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).get(pk=row.post_id)
        if row.entrustment_id is not None:
            asked = Entrustment.objects.select_for_update().get(pk=row.entrustment_id)
            if asked.state == EntrustmentState.WAITING:
                decided(asked, EntrustmentState.WITHDRAWN, "", by, at)
        delete_recorded(row, _FIELDS, by, at)
        post_withdrawn.send(sender=SystemPost, system=row.system, post=post, at=at)


def confirm(sender: Any, *, row: Entrustment, by: Person, at: datetime, **_more: Any) -> bool:
    """A second person has confirmed it; whether there still is such a link."""
    held = SystemPost.objects.filter(entrustment=row).first()
    if held is None:
        return False
    SystemPost.objects.filter(pk=held.pk).update(awaits=False, since=at)
    config_changed(held, {"awaits": (True, False)}, by=by, at=at)
    return True


def drop(sender: Any, *, row: Entrustment, by: Person | None, at: datetime, **_more: Any) -> None:
    """It was refused or taken back before it counted, or its post has ended."""
    for held in SystemPost.objects.filter(entrustment=row).select_related("system"):
        config_changed(held, {"system": (str(held.system_id), None)}, by=by, at=at)
        held.delete()
