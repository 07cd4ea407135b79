"""Removals, changes and orders as programs carry them on: the same workflows as the pages, under the case's lock, on the revision
that was read. How many steps a case has had is its revision (`lifecycle.revisions`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.places.lifecycle.revisions import revision_of, steps_since
from custodes.places.lifecycle.stepping import Taken
from custodes.places.lifecycle.story import step_words
from custodes.places.models import System
from custodes.web.programs import etags
from custodes.web.programs.keys import Call, call_of
from custodes.web.programs.kinds import Kind
from custodes.web.programs.problems import Problem
from custodes.web.programs.reads import one_of
from custodes.web.programs.writing import Written, words_of


def act(
    request: HttpRequest, kind: Kind, mine: QuerySet[Any], id: UUID, step: Callable[[Call, Any], Any], status: int = 200
) -> Written:
    """Take a step with a case that the person carries on, and tell the case as it is then.

    Args:
        kind: of the case, as it is read.
        mine: cases that the person's unit carries on.
        step: one of the workflow's acts, with the case under its lock.

    Raises:
        Problem: 404, it is not within reach; 412, somebody took a step since it was read.
        StepRefused: the workflow refuses.
    """
    call, seen = call_of(request), etags.seen(request)
    rows = mine.filter(pk__in=kind.rows(call).order_by().values("pk"))
    found = one_of(call, rows, id)
    # The system first, as the workflows that take both do.
    System.objects.select_for_update().get(pk=found.system_id)
    row = type(found)._default_manager.select_for_update(of=("self",)).select_related("system").get(pk=found.pk)
    stands = revision_of(row)
    if stands != seen:
        raise _overtaken(row, stands, seen)
    step(call, row)
    return told(call, kind, row.pk, status)


def told(call: Call, kind: Kind, key: UUID, status: int = 201) -> Written:
    """The case as it is read."""
    row = kind.told(call, [kind.rows(call).get(pk=key)])[0]
    call.about, call.rows = str(key), 1
    return Written(status, row, row["revision"], f"/{kind.name}/{key}" if status == 201 else "")


def told_plainly(call: Call, kind: Kind, key: UUID, status: int) -> Written:
    """A row without a revision, as it is read."""
    call.about, call.rows = str(key), 1
    row = kind.told(call, [kind.rows(call).get(pk=key)])[0]
    return Written(status, row, at=f"/{kind.name}/{key}" if status == 201 else "")


def taken(call: Call, on: date | None = None, words: str = "") -> Taken:
    """In the person's name on that day, or today; by which program stands beside their words and is no part of them."""
    return Taken(call.person, call.at, on or timezone.localdate(call.at), words.strip(), via=words_of(call))


def _overtaken(row: Any, stands: int, seen: int) -> Problem:
    """412: what was done with it since."""
    what = _("“%(step)s”已于 %(at)s 办理")
    steps = steps_since(row, seen) if 0 <= seen < stands else []
    return etags.changed(
        stands,
        [
            ("state", what % {"step": step_words(one.object, one.event), "at": timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M")})
            for one in steps
        ],
    )  # fmt: skip
