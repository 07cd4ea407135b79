"""Writes of programs that come with an idempotency key (draft-ietf-httpapi-idempotency-key-header-07): each is done once.

What must hold: an answer is kept in the transaction of what it tells of, so whatever was written has its answer. A row without an
answer therefore wrote nothing; after `DEAD` its attempt is taken for dead and another may take over. If the first is not dead
after all, it finds another `run` when it wants to keep its answer, and all that it wrote is rolled back (decision 0221).
"""

from __future__ import annotations

import datetime
import hmac
import uuid
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from custodes.people.models import Program, ProgramWrite
from custodes.settings import get_settings

DEAD = datetime.timedelta(minutes=2)
"""No write takes so long: the proxy has given up before."""
_TRIES = 3


class Running(Exception):
    """The same write is being done at this moment."""


class AnotherBody(Exception):
    """The key was used for something else."""


class Overtaken(Exception):
    """This attempt was taken for dead; another has the key. What it wrote has to be rolled back."""


@dataclass(frozen=True)
class Kept:
    """An answer as it was given."""

    status: int
    content_type: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    about: str = ""


@dataclass(frozen=True)
class Claim:
    """A key that this attempt holds. It ends with `keep` or `forget`."""

    row: int
    run: uuid.UUID

    def keep(self, answer: Kept) -> None:
        """Keep the answer; in the transaction of what was written.

        Raises:
            Overtaken: another attempt has the key.
        """
        told = {"status": answer.status, "content_type": answer.content_type, "body": answer.body}
        if not self._mine().update(**told, headers=answer.headers, about=answer.about):
            raise Overtaken

    def forget(self) -> None:
        """Nothing was written and nothing is to be kept of it: the key is free again."""
        self._mine().delete()

    def _mine(self) -> QuerySet[ProgramWrite]:
        return ProgramWrite.objects.filter(pk=self.row, run=self.run, status__isnull=True)


def claim(program: Program, key: str, fingerprint: str, at: datetime.datetime) -> Claim | Kept:
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
            return Claim(row.pk, row.run)
        except IntegrityError:
            pass
        former = ProgramWrite.objects.filter(program=program, key=key).first()
        if former is None:
            continue  # forgotten meanwhile
        if former.status is not None and former.at <= _oldest(at):
            ProgramWrite.objects.filter(pk=former.pk, run=former.run).delete()
            continue
        return _former(former, fingerprint, at)
    raise Running


def _former(row: ProgramWrite, fingerprint: str, at: datetime.datetime) -> Claim | Kept:
    if not hmac.compare_digest(row.fingerprint, fingerprint):
        raise AnotherBody
    if row.status is not None:
        return Kept(row.status, row.content_type, row.body, row.headers, row.about)
    run = uuid.uuid4()
    dead = ProgramWrite.objects.filter(pk=row.pk, run=row.run, status__isnull=True, at__lte=at - DEAD)
    if not dead.update(run=run, at=at):
        raise Running
    return Claim(row.pk, run)


def sweep(at: datetime.datetime) -> int:
    """Delete answers that have been kept long enough, and what never had one; how many."""
    return ProgramWrite.objects.filter(at__lte=_oldest(at)).delete()[0]


def _oldest(at: datetime.datetime) -> datetime.datetime:
    return at - datetime.timedelta(hours=get_settings().program_answer_hours)
