"""Records of the notary itself: the log is alive, or goes on under another name."""

from __future__ import annotations

from .base import Count, Name, Record, Sha256, Text, check_hex


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
