"""A tour takes every step of a kind of case once, at fixed moments; what its records say is kept in ``tests/golden/KIND.jsonl``.

What can't be fixed is named in the order in which it is first met: ids of rows become ``id-1``, ``id-2`` …, a hash becomes what was
hashed. So a file changes only where a record says something else.

A change that is meant is written with ``CUSTODES_TEST_GOLDEN=write pytest tests/golden`` and read in the diff.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from custodes.people.models import RecordOutbox

FOLDER = Path(__file__).parent
BEGINS = datetime(2026, 11, 20, 2, tzinfo=UTC)
"""A Friday, ten in the morning in Lhasa."""
MINUTE = timedelta(minutes=1)

_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])"
)
_SHA256 = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass
class Clock:
    """What time it is on the tour; it stands still until it is moved."""

    at: datetime = BEGINS

    def __call__(self) -> datetime:
        return self.at

    def later(self, days: int = 0, minutes: int = 1) -> datetime:
        """Move on, and say what time it is then."""
        self.at += timedelta(days=days, minutes=minutes)
        return self.at


@dataclass
class Tour:
    """A tour under way: its clock, and what was hashed since it began."""

    clock: Clock = field(default_factory=Clock)
    hashed: dict[str, bytes] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _known: set[Any] = field(default_factory=set)

    def records(self) -> list[str]:
        """Each record since the tour began, a line each, in the order in which they were written."""
        rows = [row for row in RecordOutbox.objects.order_by("created_at") if row.pk not in self._known]
        rows.sort(key=lambda row: (row.created_at, self._written.index(row.pk)))
        return [json.dumps(self._said(row.record), ensure_ascii=False, sort_keys=True) for row in rows]

    _written: list[Any] = field(default_factory=list)

    def _said(self, value: Any) -> Any:
        """The value with names for what can't be fixed."""
        if isinstance(value, dict):
            return {key: self._said(value[key]) for key in sorted(value)}  # PostgreSQL keeps another order
        if isinstance(value, list):
            return [self._said(one) for one in value]
        if not isinstance(value, str):
            return value
        if _SHA256.fullmatch(value) and (text := self.hashed.get(value)) is not None:
            try:
                said = json.loads(text)
            except ValueError:
                return value  # a file's: its octets are the same on each tour
            if _canonical(said) != text:  # as it is spelled: another spelling is another hash
                return {"sha256 of text": self._said(text.decode())}
            return {"sha256 of": self._said(said)}
        return _UUID.sub(lambda found: self._named(found[0]), value)

    def _named(self, identity: str) -> str:
        key = identity.replace("-", "")
        return self._names.setdefault(key, f"id-{len(self._names) + 1}")


def _canonical(value: Any) -> bytes:
    """JSON as all that is hashed is spelled."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@contextmanager
def tour(begins: datetime = BEGINS) -> Iterator[Tour]:
    """Let the clock stand still, and keep what is hashed and what is written."""
    one = Tour(Clock(begins))
    one._known = set(RecordOutbox.objects.values_list("pk", flat=True))
    sha256 = hashlib.sha256

    def remembered(data: bytes = b"", **more: Any) -> Any:
        made = sha256(data, **more)
        if data and len(data) < 1 << 16:
            one.hashed[made.hexdigest()] = bytes(data)
        return made

    save, many = RecordOutbox.objects.create, RecordOutbox.objects.bulk_create

    def created(**fields: Any) -> RecordOutbox:
        row = save(**fields)
        one._written.append(row.pk)
        return row

    def all_created(rows: Any, *args: Any, **more: Any) -> Any:
        rows = list(rows)
        one._written.extend(row.pk for row in rows)
        return many(rows, *args, **more)

    with (
        patch("django.utils.timezone.now", one.clock),
        patch("hashlib.sha256", remembered),
        patch.object(RecordOutbox.objects, "create", created),
        patch.object(RecordOutbox.objects, "bulk_create", all_created),
    ):
        yield one


def compare(kind: str, told: list[str], write: bool) -> None:
    """Hold what a tour told against what is kept.

    Raises:
        AssertionError: another number of records, or one says something else.
    """
    path = FOLDER / f"{kind}.jsonl"
    if write:
        path.write_text("".join(f"{line}\n" for line in told), encoding="utf-8")
    kept = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, (was, now) in enumerate(zip(kept, told, strict=False), 1):
        assert json.loads(now) == json.loads(was), f"{path.name}:{number}"
        assert now == was, f"{path.name}:{number}"
    assert len(told) == len(kept), f"{path.name} holds {len(kept)} records, the tour wrote {len(told)}"
