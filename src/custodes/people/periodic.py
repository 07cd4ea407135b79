"""What time alone brings: posts and duty that run out, counts and sessions that no longer matter."""

from __future__ import annotations

import datetime

from django.contrib.sessions.models import Session

from custodes.people import applying, delivery, duty, kept_records, lockout, posts, program_writes
from custodes.people.papers import store
from custodes.settings import get_settings


def sweep(at: datetime.datetime) -> dict[str, int]:
    """One pass; how many of each. Everything it writes down was already true for readers before it came by."""
    return {
        "posts": posts.sweep(at),
        "duty": duty.sweep(at),
        "locks": lockout.sweep(at),
        "sessions": Session.objects.filter(expire_date__lt=at).delete()[0],
        "records": delivery.prune(at),
        "applications": applying.sweep(at),
        "program_papers": program_writes.sweep_papers(at),
        "program_writes": program_writes.sweep_writes(at),
        "papers": store.sweep(at),
        "kept": kept_records.take(get_settings().keys_folder / "web"),
    }
