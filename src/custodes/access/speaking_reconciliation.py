"""Do the web's leaves to speak and the nodes' ends tell the same story? A speech without leave is an incident (S34(1), S35(2)).

Leave is a ``speech.begun``; a node says ``speech.ended`` of each that it heard of. Leave without an end is one that the node never heard of,
or whose node has not been back since: true and harmless.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FAST = 1.1
AT_ONCE_US = 2_000_000
"""What a worker lets through beyond the time that passes (`node.speaking.floor`)."""


@dataclass(frozen=True)
class Speech:
    """One record about speaking.

    `leave` is the place in the log of what it rests on: of an end its leave, of a leave its look; None where there is none before it.
    """

    index: int
    speech: str
    person: str
    camera: str
    worker: str
    at: str
    leave: int | None = None


@dataclass
class SpeakingAccount:
    """What the comparison found.

    Attributes:
        without_leave: speeches that no leave before them lets begin.
        beyond_leave: through another camera, of another person or under another entry than the leave's, or before it; a second speech
            by one leave; and leaves for a camera or a person that the look they rest on does not name.
        too_long: more was spoken than there was time.
        without_end: leaves of which no node has said anything.
        leaves, speeches: how many were compared; spoken_us: how much was spoken.
    """

    without_leave: list[Speech] = field(default_factory=list)
    beyond_leave: list[Speech] = field(default_factory=list)
    too_long: list[Speech] = field(default_factory=list)
    without_end: list[Speech] = field(default_factory=list)
    leaves: int = 0
    speeches: int = 0
    spoken_us: int = 0

    @property
    def clean(self) -> bool:
        """Every speech was given leave for, and had the time that it took."""
        return not self.wrong

    @property
    def wrong(self) -> list[Speech]:
        """All that is not so, in the log's order."""
        return sorted([*self.without_leave, *self.beyond_leave, *self.too_long], key=lambda one: one.index)

    @property
    def minutes(self) -> int:
        """How long was spoken, for people."""
        return -(-self.spoken_us // 60_000_000)


def reconcile_speaking(
    entries: Iterable[tuple[int, Mapping[str, Any]]], since: datetime | None = None
) -> SpeakingAccount:
    """Compare leaves with ends.

    Args:
        entries: ``(index, record)`` in the log's order: grants, leaves and ends; other types are passed over.
        since: what is older is there to be compared with, and is not judged itself.
    """
    account = SpeakingAccount()
    grants: dict[str, tuple[int, Mapping[str, Any]]] = {}
    leaves: dict[str, tuple[int, Mapping[str, Any]]] = {}
    open_leaves: dict[str, Speech] = {}
    ended: set[str] = set()
    for index, record in entries:
        kind = record.get("type")
        judged = since is None or (kind is not None and datetime.fromisoformat(str(record["at"])) >= since)
        if kind == "grant":
            grants[str(record["grant"])] = (index, record)
        elif kind == "speech.begun":
            leaves[str(record["speech"])] = (index, record)
            account.leaves += 1
            look = grants.get(str(record["grant"]))
            if judged:
                open_leaves[str(record["speech"])] = _speech(index, record, look)
                if not _looks(look[1] if look else None, record):
                    account.beyond_leave.append(_speech(index, record, look))
        elif kind == "speech.ended":
            account.speeches += 1
            account.spoken_us += record["spoken_us"]
            speech = str(record["speech"])
            if judged and speech in ended and speech in leaves:
                account.beyond_leave.append(_speech(index, record, leaves[speech]))
            elif judged:
                _judge(account, leaves.get(speech), index, record)
            ended.add(speech)
    account.without_end = [one for speech, one in open_leaves.items() if speech not in ended]
    return account


def _judge(
    account: SpeakingAccount, known: tuple[int, Mapping[str, Any]] | None, index: int, record: Mapping[str, Any]
) -> None:
    if known is None:
        account.without_leave.append(_speech(index, record))
        return
    at, leave = known
    same = all(str(record[name]) == str(leave[name]) for name in ("person", "camera"))
    if not same or record["index"] != at:
        account.beyond_leave.append(_speech(index, record, known))
    elif record["spoken_us"] > _time(record):
        account.too_long.append(_speech(index, record, known))


def _time(ended: Mapping[str, Any]) -> float:
    """How much can have been spoken, µs."""
    begun_us = ended["begun_us"]
    return 0 if begun_us is None else max(0, ended["ended_us"] - begun_us) * FAST + AT_ONCE_US


def _looks(grant: Mapping[str, Any] | None, leave: Mapping[str, Any]) -> bool:
    """Whether the look on which a leave rests is the same person's, of that camera, and live."""
    if grant is None:
        return False
    shown = str(leave["camera"]) in map(str, grant["cameras"])
    return shown and bool(grant["live"]) and str(leave["person"]) == str(grant["person"])


def _speech(index: int, record: Mapping[str, Any], leave: tuple[int, Mapping[str, Any]] | None = None) -> Speech:
    return Speech(
        index=index,
        speech=str(record["speech"]),
        person=str(record["person"]),
        camera=str(record["camera"]),
        worker=str(record.get("worker", "")),
        at=str(record["at"]),
        leave=None if leave is None else leave[0],
    )
