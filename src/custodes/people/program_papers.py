"""Papers that programs hand in: kept like everybody's, waiting until something refers to them, deleted when nothing does (R10)."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.models import Paper, Person, Program, ProgramPaper
from custodes.people.papers.keeping import keep_paper, remove_paper
from custodes.settings import get_settings

MOST_WAITING = 100
"""Papers of one program that may wait at once: whoever holds a key must not fill the disk."""


class TooManyWaiting(Exception):
    """The program has handed in enough that it refers to nowhere; the text says so."""


def take(program: Program, upload: UploadedFile[Any], by: Person, at: datetime.datetime) -> Paper:
    """Take a file in; in the caller's transaction.

    Raises:
        PaperRefused: it can't be taken.
        TooManyWaiting: what it handed in before waits still.
    """
    # One at a time for each program, so that the count holds.
    Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
    if program.papers.count() >= MOST_WAITING:
        raise TooManyWaiting(_("该程序已有 %(count)d 份材料没有引用。") % {"count": MOST_WAITING})
    paper = keep_paper(upload, by=by, at=at, about=f"people.program:{program.uuid}")
    ProgramPaper.objects.create(program=program, paper=paper, at=at)
    return paper


def use(program: Program, key: Any) -> Paper | None:
    """The paper of this key, which something refers to from now on; None when it is not the program's, lapsed, or was used before."""
    rows = ProgramPaper.objects.select_for_update(of=("self",)).select_related("paper")
    row = rows.filter(program=program, paper=key).first()
    if row is None:
        return None
    row.delete()
    return row.paper


def lapses_at(at: datetime.datetime) -> datetime.datetime:
    """When a paper of that time is deleted if nothing refers to it."""
    return at + datetime.timedelta(hours=get_settings().program_paper_hours)


def sweep(at: datetime.datetime) -> int:
    """Delete what nothing refers to in time, on record; how many."""
    before = at - datetime.timedelta(hours=get_settings().program_paper_hours)
    removed = 0
    for key in list(ProgramPaper.objects.filter(at__lte=before).values_list("pk", flat=True)):
        with transaction.atomic():
            row = ProgramPaper.objects.select_for_update(of=("self",)).select_related("paper").filter(pk=key).first()
            if row is None:
                continue  # used meanwhile
            row.delete()
            remove_paper(row.paper, by=None, at=at, reason="handed in by a program and referred to by nothing")
            removed += 1
    return removed
