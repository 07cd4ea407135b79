"""A notary inside the test: it keeps records in order, signs nothing real, and can be down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from custodes.ledger.client import GrantAnswer, LoggedEntry, NotaryRefused, NotaryStatus, NotaryUnavailable, ProvenEntry
from custodes.ledger.records import Grant, Record, encode_record, parse_record


class FakeNotary:
    """The part of `NotaryClient` that the web uses; records are checked as the real one checks them."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.down = False
        self.unproven = 0
        self.before_answer: Callable[[], None] = lambda: None

    def append(self, records: Sequence[Record | Mapping[str, Any]]) -> list[int]:
        self._alive()
        indices = [self._keep(record) for record in records]
        self.before_answer()
        return indices

    def grant(self, record: Grant, tokens: Sequence[Mapping[str, Any]]) -> GrantAnswer:
        self._alive()
        index = self._keep(record)
        self.before_answer()
        return GrantAnswer(index, tuple(f"token-{claims['aud']}-{claims['jti']}" for claims in tokens))

    def renew(self, grant: UUID, tokens: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
        self._alive()
        if not any(isinstance(record, Grant) and record.grant == grant for record in self.records):
            raise NotaryRefused("bad_request", "no such grant")
        self.before_answer()
        return tuple(f"again-{claims['aud']}-{claims['jti']}" for claims in tokens)

    def entries(self, start: int, count: int) -> list[LoggedEntry]:
        self._alive()
        return [
            LoggedEntry(
                index,
                {"v": 1, "t": record.type, "at": record.at, "c": "00" * 32},
                msgspec.to_builtins(record),
            )
            for index, record in list(enumerate(self.records))[start : start + count]
        ]

    def status(self) -> NotaryStatus:
        self._alive()
        return NotaryStatus("log.example/test", len(self.records), 0, False, "")

    def checkpoint(self) -> str:
        self._alive()
        raise NotaryRefused("unproven", "no checkpoint has been signed yet")

    def proven(self, ids: Sequence[UUID]) -> list[ProvenEntry | None]:
        """From a log of all its records, under a checkpoint of their own; `unproven` of the newest are not under it."""
        from tests.evidence.made import prove

        self._alive()
        covered = self.records[: len(self.records) - self.unproven]
        proofs = dict(zip((record.id for record in covered), prove(covered), strict=True)) if covered else {}
        newest = {one.id: prove([one])[0] for one in self.records[len(covered) :]}
        found: list[ProvenEntry | None] = []
        for one in ids:
            kept = proofs.get(one, newest.get(one))
            index = next((at for at, record in enumerate(self.records) if record.id == one), -1)
            proof = kept.proof if kept and one in proofs else None
            found.append(kept and ProvenEntry(index, kept.entry, kept.record, kept.salt, proof))
        return found

    def of(self, kind: str) -> list[Any]:
        """Records of one type."""
        return [record for record in self.records if record.type == kind]

    def _keep(self, record: Record | Mapping[str, Any]) -> int:
        checked = parse_record(msgspec.json.encode(record) if isinstance(record, Mapping) else encode_record(record))
        for index, known in enumerate(self.records):
            if known.id == checked.id:
                return index
        self.records.append(checked)
        return len(self.records) - 1

    def _alive(self) -> None:
        if self.down:
            raise NotaryUnavailable("down")
