"""Records of the installation itself: keys, certificates and back-ups, the notary's own, settings, alarms, what witnesses find."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from custodes.ledger.entry import is_time
from custodes.ledger.records.base import Count, Name, Record, Sha256, Text, Value, check_hex


class KeyRotated(Record, frozen=True, kw_only=True, gc=False, tag="key.rotated"):
    """A key (``log``, ``grant``, ``web``, ``packages``, ``node``, ``node-seal``, ``gateway``, ``gateway-seal``, ``gateway-statements``, ``witness``) was replaced; `old` and `new` are its fingerprints (`keyfile.fingerprint`; of ``gateway-statements`` SHA-256 of its certificate)."""

    key: Name
    old: Text
    new: Name


class CertificateIssued(Record, frozen=True, kw_only=True, gc=False, tag="certificate.issued"):
    """The installation's own authority vouched for a key: of ``web``, of ``node``, of ``gateway``, or (``authority``) of its own.

    `names` are what the certificate is for, of an authority none; `serial` is hexadecimal; `sha256` is its fingerprint.
    """

    by: Name
    server: Literal["authority", "web", "node", "gateway"]
    names: list[Name]
    serial: Name
    begins: str
    ends: str
    sha256: Sha256

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        check_hex(self.sha256)
        if not (is_time(self.begins) and is_time(self.ends)):
            raise ValueError("`begins` and `ends` must be RFC 3339 with microseconds and Z")


class BackupMade(Record, frozen=True, kw_only=True, gc=False, tag="backup.made"):
    """A back-up was written and read again. `checkpoint` is the size of the last signed tree in it; `sha256` is of the file."""

    by: Name
    file: Name
    bytes: Count
    sha256: Sha256
    checkpoint: Count

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        check_hex(self.sha256)


class LogContinued(Record, frozen=True, kw_only=True, gc=False, tag="log.continued"):
    """A restored log goes on under an origin and a key of its own (docs/design/ledger.md *Restoring*).

    Attributes:
        origin: of the log that was backed up.
        size, root, note: its last checkpoint in the back-up, as numbers and as it was signed; 0 and empty before the first.
        carried: entries of that log that stand before this record; those from `size` on were under no checkpoint yet.
        old, new: fingerprints of its log key and of this log's.
        backup: SHA-256 of what was restored.
        by: who restored it.
    """

    origin: Name
    size: Count
    root: Sha256
    note: Text
    carried: Count
    old: Text
    new: Name
    backup: Sha256
    by: Name

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        check_hex(self.root)
        check_hex(self.backup)


class Heartbeat(Record, frozen=True, kw_only=True, gc=False, tag="heartbeat"):
    """The log is alive: nothing else happened. `size` is the log's size before this entry."""

    size: Count


class ConfigChanged(Record, frozen=True, kw_only=True, gc=False, tag="config.changed"):
    """Settings of an object changed; secrets appear as ``(sealed)``, numbers with a fraction as text."""

    by: Name
    object: Name
    object_id: Name
    changes: dict[Name, tuple[Value, Value]]


class AlarmRaised(Record, frozen=True, kw_only=True, gc=False, tag="alarm.raised"):
    """Something needs a person. `subject` names what it is about, `count` how many cameras; `cameras` when they are few."""

    alarm: UUID
    kind: Name
    severity: Literal["serious", "critical"]
    subject: Name
    name: Text
    since: Text
    count: Count
    cameras: tuple[UUID, ...]


class AlarmAcknowledged(Record, frozen=True, kw_only=True, gc=False, tag="alarm.acknowledged"):
    """A person says that they know of an alarm, and what they do."""

    alarm: UUID
    kind: Name
    subject: Name
    name: Text
    person: Name
    words: Text


class AlarmCleared(Record, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="alarm.cleared"):
    """An alarm is over: by itself (`by` is ``system``), or closed by a person with words. `raises` counts how often its cause came.

    `false_alarm` is left out where nobody said that nothing was wrong.
    """

    alarm: UUID
    kind: Name
    subject: Name
    name: Text
    by: Name
    words: Text
    raises: Count
    false_alarm: bool = False


class WitnessContradicted(Record, frozen=True, kw_only=True, gc=False, tag="witness.contradicted"):
    """A log below signed a checkpoint that does not extend the one that was cosigned.

    Attributes:
        at: when the checkpoint came.
        witness: the witness's name.
        name: of the platform, as the witness's file calls it.
        origin: of its log.
        doubt: ``forked``: both are signed and can't be of one history; ``unproven``: the proof that they are was not given.
        seen, shown: sizes of the two trees.
        seen_root, shown_root: their roots, hex.
        evidence: `ledger.witness.Contradiction.digest`.
    """

    witness: Name
    name: Text
    origin: Name
    doubt: Literal["forked", "unproven"]
    seen: Count
    shown: Count
    seen_root: str
    shown_root: str
    evidence: str

    def __post_init__(self) -> None:
        super().__post_init__()
        for digest in (self.seen_root, self.shown_root, self.evidence):
            check_hex(digest)
