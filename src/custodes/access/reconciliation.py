"""Do the web's grants and the node's viewings tell the same story? A viewing with no grant is an incident (design.md §2).

Reads the ledger's records once, oldest first, and compares: pure, so that it can be run on any source of records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

NEVER_USED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class RecordedViewing:
    """One `view.begun` or `view.heard` record; `leave` is the place in the log of its grant, None where there is none before it."""

    index: int
    grant: str
    person: str
    camera: str
    worker: str
    at: str
    leave: int | None = None


@dataclass
class LookAccount:
    """What the comparison found.

    Attributes:
        without_grant: viewings whose grant has no record before them.
        beyond_grant: viewings of a camera or a person that their grant does not name, and listening that it does not let.
        never_used: ledger index and grant id of grants that nobody began to use within `NEVER_USED_AFTER`.
        grants, viewings, hearings: how many were compared; a hearing is a viewing that is listened to as well.
    """

    without_grant: list[RecordedViewing] = field(default_factory=list)
    beyond_grant: list[RecordedViewing] = field(default_factory=list)
    never_used: list[tuple[int, str]] = field(default_factory=list)
    grants: int = 0
    viewings: int = 0
    hearings: int = 0

    @property
    def clean(self) -> bool:
        """Nothing was seen or heard without leave."""
        return not self.without_grant and not self.beyond_grant


def reconcile(
    entries: Iterable[tuple[int, Mapping[str, Any]]], at: datetime, since: datetime | None = None
) -> LookAccount:
    """Compare grants with viewings.

    Args:
        entries: ``(index, record)`` in the ledger's order; other types are passed over.
        at: now, to tell what is not used *yet* from what was not used.
        since: viewings before are not judged: the grant that they rest on may be left out.
    """
    account = LookAccount()
    grants: dict[str, tuple[int, Mapping[str, Any]]] = {}
    used: set[str] = set()
    for index, record in entries:
        kind = record.get("type")
        judged = since is None or (kind is not None and datetime.fromisoformat(str(record["at"])) >= since)
        if kind == "grant":
            grants[str(record["grant"])] = (index, record)
            account.grants += 1
        elif kind == "view.begun":
            used.add(str(record["grant"]))
            if judged:
                account.viewings += 1
                _compare(account, grants, index, record, "cameras")
        elif kind == "view.heard" and judged:
            account.hearings += 1
            _compare(account, grants, index, record, "sound")
    for identity, (index, record) in grants.items():
        granted_at = datetime.fromisoformat(str(record["at"]))
        if identity not in used and _shows(record) and at - granted_at > NEVER_USED_AFTER:
            account.never_used.append((index, identity))
    return account


def _shows(record: Mapping[str, Any]) -> bool:
    """Whether a look is to follow: not of a still, nor where an upper asked for something of which nothing is sent (S22): a list of
    recordings has a span and no receiver, who steers has neither."""
    if record.get("still"):
        return False
    return not record.get("link") or bool(record.get("live") or (record.get("span") and record.get("receiver")))


def _compare(
    account: LookAccount,
    grants: Mapping[str, tuple[int, Mapping[str, Any]]],
    index: int,
    record: Mapping[str, Any],
    named: str,
) -> None:
    """Hold one record against its grant; the field `named` of the grant lists the cameras that it opens."""
    identity = str(record["grant"])
    known = grants.get(identity)
    leave = None if known is None else known[0]
    viewing = RecordedViewing(
        index, identity, str(record["person"]), str(record["camera"]), str(record["worker"]), str(record["at"]), leave
    )
    if known is None:
        account.without_grant.append(viewing)
        return
    granted = known[1]
    another = viewing.camera not in map(str, granted.get(named, ())) or viewing.person != str(granted["person"])
    # Leave of an upper to list recordings opens their span to the node as well, and no picture may go out under it.
    if another or (granted.get("link") and not _shows(granted)):
        account.beyond_grant.append(viewing)
