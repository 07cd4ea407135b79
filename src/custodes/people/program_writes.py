"""What programs write: each write that comes with an idempotency key (draft-ietf-httpapi-idempotency-key-header-07) is done once; and papers
that they hand in wait until something refers to them, and are deleted when nothing does (R10).

What must hold: an answer is kept in the transaction of what it tells of, so whatever was written has its answer. A row without an
answer therefore wrote nothing; after `DEAD` its attempt is taken for dead and another may take over. If the first is not dead
after all, it finds another `run` when it wants to keep its answer, and all that it wrote is rolled back (decision 0210).
"""

from __future__ import annotations

import datetime
import hmac
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from custodes.people.models import Paper, Person, Program, ProgramPaper, ProgramWrite
from custodes.people.papers.keeping import keep_paper, remove_paper
from custodes.settings import get_settings

DEAD = datetime.timedelta(minutes=2)
"""No write takes so long: the proxy has given up before."""
_TRIES = 3


class WriteRunning(Exception):
    """The same write is being done at this moment."""


class AnotherBody(Exception):
    """The key was used for something else."""


class WriteOvertaken(Exception):
    """This attempt was taken for dead; another has the key. What it wrote has to be rolled back."""


@dataclass(frozen=True)
class KeptAnswer:
    """An answer as it was given."""

    status: int
    content_type: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    about: str = ""


@dataclass(frozen=True)
class WriteClaim:
    """A key that this attempt holds. It ends with `keep` or `forget`."""

    row: int
    run: uuid.UUID

    def keep(self, answer: KeptAnswer) -> None:
        """Keep the answer; in the transaction of what was written.

        Raises:
            Overtaken: another attempt has the key.
        """
        told = {"status": answer.status, "content_type": answer.content_type, "body": answer.body}
        if not self._mine().update(**told, headers=answer.headers, about=answer.about):
            raise WriteOvertaken

    def forget(self) -> None:
        """Nothing was written and nothing is to be kept of it: the key is free again."""
        self._mine().delete()

    def _mine(self) -> QuerySet[ProgramWrite]:
        return ProgramWrite.objects.filter(pk=self.row, run=self.run, status__isnull=True)


def claim(program: Program, key: str, fingerprint: str, at: datetime.datetime) -> WriteClaim | KeptAnswer:
    """Hold the key for this attempt, or give the answer that it has.

    Args:
        key: the client's.
        fingerprint: of the whole request.

    Raises:
        Running: another attempt is at it.
        AnotherBody: it was used for another request.
    """
    for _each in range(_TRIES):
        try:
            with transaction.atomic():
                row = ProgramWrite.objects.create(program=program, key=key, fingerprint=fingerprint, at=at)
            return WriteClaim(row.pk, row.run)
        except IntegrityError:
            pass
        former = ProgramWrite.objects.filter(program=program, key=key).first()
        if former is None:
            continue  # forgotten meanwhile
        if former.status is not None and former.at <= _oldest(at):
            ProgramWrite.objects.filter(pk=former.pk, run=former.run).delete()
            continue
        return _former(former, fingerprint, at)
    raise WriteRunning


def _former(row: ProgramWrite, fingerprint: str, at: datetime.datetime) -> WriteClaim | KeptAnswer:
    if not hmac.compare_digest(row.fingerprint, fingerprint):
        raise AnotherBody
    if row.status is not None:
        return KeptAnswer(row.status, row.content_type, row.body, row.headers, row.about)
    run = uuid.uuid4()
    dead = ProgramWrite.objects.filter(pk=row.pk, run=row.run, status__isnull=True, at__lte=at - DEAD)
    if not dead.update(run=run, at=at):
        raise WriteRunning
    return WriteClaim(row.pk, run)


def sweep_writes(at: datetime.datetime) -> int:
    """Delete answers that have been kept long enough, and what never had one; how many."""
    return ProgramWrite.objects.filter(at__lte=_oldest(at)).delete()[0]


def _oldest(at: datetime.datetime) -> datetime.datetime:
    return at - datetime.timedelta(hours=get_settings().program_answer_hours)


MOST_PAPERS_WAITING = 100
"""Papers of one program that may wait at once: whoever holds a key must not fill the disk."""


class TooManyPapersWaiting(Exception):
    """The program has handed in enough that it refers to nowhere; the text says so."""


def take_paper(program: Program, upload: UploadedFile[Any], by: Person, at: datetime.datetime) -> Paper:
    """Take a file in; in the caller's transaction.

    Raises:
        PaperRefused: it can't be taken.
        TooManyWaiting: what it handed in before waits still.
    """
    # One at a time for each program, so that the count holds.
    Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
    if program.papers.count() >= MOST_PAPERS_WAITING:
        raise TooManyPapersWaiting(_("该程序已有 %(count)d 份材料没有引用。") % {"count": MOST_PAPERS_WAITING})
    paper = keep_paper(upload, by=by, at=at, about=f"people.program:{program.uuid}")
    ProgramPaper.objects.create(program=program, paper=paper, at=at)
    return paper


def use_paper(program: Program, key: Any) -> Paper | None:
    """The paper of this key, which something refers to from now on; None when it is not the program's, lapsed, or was used before."""
    rows = ProgramPaper.objects.select_for_update(of=("self",)).select_related("paper")
    row = rows.filter(program=program, paper=key).first()
    if row is None:
        return None
    row.delete()
    return row.paper


def paper_lapses_at(at: datetime.datetime) -> datetime.datetime:
    """When a paper of that time is deleted if nothing refers to it."""
    return at + datetime.timedelta(hours=get_settings().program_paper_hours)


def sweep_papers(at: datetime.datetime) -> int:
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
