"""Records that tell what happened to people, accounts, posts and settings.

`record` writes into the outbox in the caller's transaction: the change and its record stand or fall together. The
deliverer (`delivery.py`) takes them to the notary afterwards. Grants and refusals don't come this way: they go to the
notary first (*log before look*).
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from django.db import models, transaction
from django.utils import translation

from custodes.ledger.records import record_of
from custodes.people import delivery
from custodes.people.models import Person, RecordOutbox

#: Stands for any value that must not be read in a log.
SEALED = "(sealed)"
#: Fields whose values never enter a record of a change, in whatever model they stand: secrets, and a badge's number, which is nobody's business
#: there (PIPL 6). What was stated with it is on record by the statement.
SECRET_FIELDS = frozenset({"password", "sealed_password", "secret", "token", "work_number"})


def record_language() -> AbstractContextManager[None]:
    """For words that the program itself adds to a record: they are Chinese, whoever reads the page on which the step is taken.

    ``with record_language(): words = _("期限 %(days)d 日") % …``
    """
    return translation.override("zh-hans")


def record(type: str, *, at: datetime.datetime, **fields: Any) -> RecordOutbox:
    """Write one record of `docs/design/wire.md` §7 into the outbox.

    Args:
        type: its type, ``login``.
        at: when it happened, aware.
        fields: the fields of its type; UUIDs and times are written as strings, floats are refused.

    Raises:
        TypeError: a field is a float or something that JSON has no form for.
        custodes.ledger.records.RecordError: not a record of §7; found here, not when the notary refuses it later.
    """
    return record_as(uuid.uuid4(), type, at=at, **fields)


def record_as(identity: uuid.UUID, type: str, *, at: datetime.datetime, **fields: Any) -> RecordOutbox:
    """The same under an id that follows from what it tells of: told twice, it is one record.

    Raises:
        TypeError, custodes.ledger.records.RecordError: as `record`.
        django.db.IntegrityError: it waits in the outbox, or was delivered, already.
    """
    document: dict[str, Any] = {"id": str(identity), "type": type, "at": timestamp(at)}
    document.update({name: plain(value) for name, value in fields.items()})
    record_of(document)
    row = RecordOutbox.objects.create(
        id=identity, type=type, record=document, about=_about(type, document), created_at=at
    )
    transaction.on_commit(delivery.wake_delivery)
    return row


def record_many(type: str, *, at: datetime.datetime, each: Iterable[Mapping[str, Any]]) -> list[RecordOutbox]:
    """Write many records of one type at once, in the caller's transaction; what `record` says holds for each.

    Args:
        each: the fields of each record.

    Raises:
        TypeError: as `record`.
        custodes.ledger.records.RecordError: as `record`; none was written.
    """
    rows = []
    for fields in each:
        identity = uuid.uuid4()
        document: dict[str, Any] = {"id": str(identity), "type": type, "at": timestamp(at)}
        document.update({name: plain(value) for name, value in fields.items()})
        record_of(document)
        about = _about(type, document)
        rows.append(RecordOutbox(id=identity, type=type, record=document, about=about, created_at=at))
    RecordOutbox.objects.bulk_create(rows, batch_size=500)
    transaction.on_commit(delivery.wake_delivery)
    return rows


def _about(type: str, document: Mapping[str, Any]) -> str:
    """The row whose change is told, as `RecordOutbox.about` has it; a step keeps its record itself."""
    if type == "positions.read":
        return positions_read(document["person"], document["about"])
    if type == "paper.read":
        return paper_opened(document["person"], document["paper"]) if document["form"] == "original" else ""
    return f"{document['object']}:{document['object_id']}" if type == "config.changed" else ""


def positions_read(person: Any, about: str) -> str:
    """By what it is found that somebody was told positions for a case."""
    return f"positions:{person}:{about}"[:120]


def paper_opened(person: Any, paper: Any) -> str:
    """By what it is found that somebody opened a paper."""
    return f"paper:{person}:{paper}"[:120]


def config_changed(
    instance: models.Model, changes: Mapping[str, tuple[Any, Any]], *, by: Person | None, at: datetime.datetime
) -> RecordOutbox | None:
    """Record a change of a configured object; nothing is written when nothing changed.

    Args:
        instance: the object, after the change.
        changes: field → (before, after); secrets are sealed here.
        by: who changed it; None for the installation's own commands.
        at: when.
    """
    if not changes:
        return None
    shown = {
        name: [SEALED, SEALED] if name in SECRET_FIELDS else [plain(before), plain(after)]
        for name, (before, after) in changes.items()
    }
    return record(
        "config.changed",
        at=at,
        by=str(by.uuid) if by else "system",
        object=instance._meta.label_lower,
        object_id=str(getattr(instance, "uuid", None) or instance.pk),
        changes=shown,
    )


def snapshot(instance: models.Model) -> dict[str, Any]:
    """The object's editable fields as plain values, to compare before and after a change."""
    return {
        field.name: plain(getattr(instance, field.attname))
        for field in instance._meta.concrete_fields
        if field.editable and not field.primary_key
    }


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields whose values differ, with both values."""
    names = [*before, *(name for name in after if name not in before)]
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


def timestamp(at: datetime.datetime) -> str:
    """RFC 3339 with microseconds and ``Z``."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:
    """The value as the ledger's canonical JSON takes it; floats are refused, they have no one spelling."""
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, datetime.datetime):
        return timestamp(value)
    if isinstance(value, uuid.UUID | datetime.date | datetime.time):
        return str(value)
    if isinstance(value, models.Model):
        return str(getattr(value, "uuid", None) or value.pk)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    raise TypeError(f"a record holds no {type(value).__name__}")
