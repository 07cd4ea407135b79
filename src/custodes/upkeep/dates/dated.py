"""One date of the register. Pure: what it is, whose it is, and on which days its actor is reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class What(StrEnum):
    """What happens or ends on the day. The value is part of a notice's key: it never changes."""

    FILING = "filing"
    REMOVAL_REPORT = "removal_report"
    REMOVAL_FROM = "removal_from"
    REMOVAL_PLANNED = "removal_planned"
    CHANGE_FILING = "change_filing"
    CHANGE_PLANNED = "change_planned"
    UPGRADE = "upgrade"
    CAMERA = "camera"
    TRIAL = "trial"
    TRAINING = "training"
    CREDENTIAL = "credential"
    CERTIFICATE = "certificate"
    INTERRUPTION = "interruption"
    POST = "post"
    RELEASE = "release"
    OWN_IMAGE = "own_image"
    LOOK_REVIEW = "look_review"
    EMBARGO = "embargo"
    HOLD_REVIEW = "hold_review"
    COOPERATION = "cooperation"
    LINK_TEST = "link_test"


class Kind(StrEnum):
    """What a day means: the last one in time, the first one allowed, the last one that something holds, or simply when it is."""

    LAST = "last"
    FIRST = "first"
    ENDS = "ends"
    ON = "on"


KINDS: dict[What, Kind] = {
    What.FILING: Kind.LAST,
    What.REMOVAL_REPORT: Kind.LAST,
    What.REMOVAL_FROM: Kind.FIRST,
    What.REMOVAL_PLANNED: Kind.ON,
    What.CHANGE_FILING: Kind.LAST,
    What.CHANGE_PLANNED: Kind.ON,
    What.UPGRADE: Kind.LAST,
    What.CAMERA: Kind.LAST,
    What.TRIAL: Kind.FIRST,
    What.TRAINING: Kind.ENDS,
    What.CREDENTIAL: Kind.ENDS,
    What.CERTIFICATE: Kind.ENDS,
    What.INTERRUPTION: Kind.ON,
    What.POST: Kind.ENDS,
    What.RELEASE: Kind.LAST,
    What.OWN_IMAGE: Kind.LAST,
    What.LOOK_REVIEW: Kind.LAST,
    What.EMBARGO: Kind.ENDS,
    What.HOLD_REVIEW: Kind.LAST,
    What.COOPERATION: Kind.LAST,
    What.LINK_TEST: Kind.ON,
}


@dataclass(frozen=True, slots=True)
class Dated:
    """One date.

    Attributes:
        subject: what it is about, for keys: an id, never a name.
        last: the last day of what lasts several; otherwise `day`.
        name, note: words for who may see the row.
        href: the page where it is done.
        clause: on which it rests; empty where it is the house's own.
        unit: path of the unit that has to act; empty where nobody has.
        division: path of the division whose police supervise it.
        person: primary key of the person whom it concerns alone (their own training, their post), or who has the next step.
        spared: primary key of the person who is not told of it by a post, since it is about them and others judge it.
        provisional: a holiday notice that is not known may move it.
        reminders: days on which its actor is reminded, by the law's plan.
        system: the system that it is about, where it is about one.
        doing: what is to be done, where more is known than the kind's own name says (继续填写备案).
    """

    what: What
    subject: str
    day: date
    last: date
    name: str
    note: str
    href: str
    clause: str = ""
    unit: str = ""
    division: str = ""
    person: int | None = None
    provisional: bool = False
    reminders: tuple[date, ...] = ()
    system: UUID | None = None
    doing: str = ""
    spared: int | None = None

    @property
    def kind(self) -> Kind:
        """What the day means."""
        return KINDS[self.what]

    @property
    def binding(self) -> bool:
        """Whether it can be late: something has to be done by it, or something ends that has to be renewed."""
        return self.kind in (Kind.LAST, Kind.ENDS)

    def late(self, today: date) -> bool:
        """Whether the last day has passed."""
        return self.binding and self.day < today

    def days_late(self, today: date) -> int:
        """Natural days since; 0 in time."""
        return (today - self.day).days if self.late(today) else 0

    @property
    def key(self) -> str:
        """Stable as long as it is the same date of the same thing."""
        return f"{self.what}:{self.subject}:{self.day:%Y-%m-%d}"
