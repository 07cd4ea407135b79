"""The notary: whether it answers, whether records reach it, whether checkpoints are signed and cosigned in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from custodes.ledger.client import NotaryRefused, NotaryStatus, NotaryUnavailable
from custodes.ledger.witnessed import LogsError, read_witnesses
from custodes.people import delivery as line
from custodes.people.models import RecordOutbox
from custodes.settings import Settings, get_settings
from custodes.upkeep.alarms.condition import CannotTell, Condition, ConditionSource, Fact
from custodes.upkeep.alarms.kinds.trust import (
    CHECKPOINT_ALONE,
    CHECKPOINT_LATE,
    COSIGNATURE_MISSING,
    NOTARY_DOWN,
    RECORD_REFUSED,
    RECORDS_WAITING,
)

WAITING = timedelta(minutes=10)
LATE = 5
"""A checkpoint is late when entries have waited for so many of its periods."""
COSIGNED_WITHIN = 2
"""A witness is behind when its last cosignature is older than so many of them."""


def look(now: datetime) -> Iterator[Condition]:
    """Whether it answers."""
    try:
        line.notary().status()
    except NotaryUnavailable as error:
        yield Condition(NOTARY_DOWN, "notary", "notary", now, {"detail": str(error)[:200]})


def look_at_records(now: datetime) -> Iterator[Condition]:
    """Whether the web's records reach it."""
    waiting = RecordOutbox.objects.filter(delivered_at__isnull=True)
    oldest = waiting.filter(attempts=0).order_by("created_at").values_list("created_at", flat=True).first()
    if oldest is not None and oldest < now - WAITING:
        yield Condition(RECORDS_WAITING, "outbox:web", "web", oldest, {"records": waiting.count()})
    refused = waiting.filter(attempts__gt=0).order_by("created_at")
    first = refused.first()
    if first is not None:
        facts: dict[str, Fact] = {"records": refused.count(), "detail": first.last_error[:200]}
        yield Condition(RECORD_REFUSED, "outbox:refused", "web", first.created_at, facts)


class UnsignedEntries:
    """Remembers since when entries wait for a signature: the notary says sizes, not times."""

    def __init__(self) -> None:
        self._behind: tuple[int, datetime] | None = None

    def look(self, now: datetime) -> Iterator[Condition]:
        """Whether what is in the log gets signed, and the signature cosigned where witnesses are expected."""
        try:
            status = line.notary().status()
        except (NotaryUnavailable, NotaryRefused) as error:
            raise CannotTell from error
        if status.checkpoint_size >= status.size:
            self._behind = None
        elif self._behind is None or self._behind[0] != status.checkpoint_size:
            self._behind = (status.checkpoint_size, now)
        settings = get_settings()
        patience = timedelta(seconds=LATE * settings.checkpoint_seconds)
        if self._behind is not None and now - self._behind[1] >= patience:
            facts = {"records": status.size - status.checkpoint_size}
            yield Condition(CHECKPOINT_LATE, "checkpoint", status.origin, self._behind[1], facts)
        yield from self._cosignatures(now, status)

    @staticmethod
    def _cosignatures(now: datetime, status: NotaryStatus) -> Iterator[Condition]:
        """The notary says when each witness cosigned last. A log that does not grow needs none; one that a busy log's checkpoint of
        this second lacks is not missing yet."""
        settings = get_settings()
        known = {one.name: one for one in status.cosigned}
        expected = settings.expected_cosigners or tuple(known)
        if not expected:
            return
        patience = timedelta(seconds=COSIGNED_WITHIN * settings.checkpoint_seconds)
        since = {
            name: min(now, datetime.fromtimestamp(one.at, UTC)) if one.at else now
            for name, one in known.items()
            if one.size < status.checkpoint_size and now - datetime.fromtimestamp(one.at, UTC) > patience
        }
        try:
            note = line.notary().checkpoint()
        except NotaryRefused:
            return  # nothing has been signed yet: the late checkpoint says so
        except NotaryUnavailable as error:
            raise CannotTell from error
        present = signers(note)
        missing = [name for name in expected if (name in since if name in known else name not in present)]
        if missing:
            facts: dict[str, Fact] = {"missing": "、".join(missing), "expected": len(expected)}
            begun = min((since[name] for name in missing if name in since), default=now)
            yield Condition(COSIGNATURE_MISSING, "cosignature", status.origin, begun, facts)


def held_elsewhere(settings: Settings) -> bool:
    """Whether somebody or something besides this machine's disk remembers what the log was: a witness above, or a copy of each checkpoint."""
    try:
        if read_witnesses(settings.witnesses_folder):
            return True
    except LogsError:
        pass  # one that can't be used cosigns nothing, and the notary says so
    folder = settings.checkpoint_copy
    if folder is None:
        return False
    try:
        return folder.stat().st_dev != settings.ledger_folder.stat().st_dev
    except OSError:
        return True  # the notary's own, out of this process's sight: that it is reached, `custodes doctor` says


def look_at_copies(now: datetime) -> Iterator[Condition]:
    """Whether the log could be made anew on this machine with nobody the wiser; a training installation's may be."""
    settings = get_settings()
    if not settings.training and not held_elsewhere(settings):
        yield Condition(CHECKPOINT_ALONE, "checkpoint:alone", settings.log_origin, now)


def signers(note: str) -> frozenset[str]:
    """Names on the signature lines of a C2SP signed note (``— NAME SIGNATURE``)."""
    lines = note.split("\n\n", 1)[-1].splitlines()
    return frozenset(line.split(" ")[1] for line in lines if line.startswith("— ") and line.count(" ") >= 2)


SOURCE = ConditionSource("notary", (NOTARY_DOWN,), look)
RECORDS = ConditionSource("records", (RECORDS_WAITING, RECORD_REFUSED), look_at_records)
COPIES = ConditionSource("copies", (CHECKPOINT_ALONE,), look_at_copies, timedelta(minutes=1))
CHECKPOINT = ConditionSource("checkpoint", (CHECKPOINT_LATE, COSIGNATURE_MISSING), UnsignedEntries().look)
