"""Records of `custodes.access`: leave to look, to steer and to speak, refused, given and taken back."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from custodes.ledger.records.base import Count, Interval, Name, Record, Sha256, Text, check_hex


class Grant(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="grant"):
    """Leave to look, recorded before any token is signed. `span` None: none beyond live and `back_seconds`.

    `sound` names those of the cameras that may be heard as well; it is left out where there are none. `burnt` is the viewer's name
    where nothing is shown but pictures that bear it and were coded anew (S29, N21). `handover`: original footage of the span may be
    handed out, and nothing looked at under it (S27). `masking`: footage of the span may be masked for public release, and its working
    film shown for that alone (S30.2, N22). `request` is the request that it rests on, `beside` the names of those who look
    with the person, `session` the supervised session that it is of; all are left out of a look of the own duty. `matter` is the
    hold or the case of a missing person that such a look names as its reason, ``hold:UUID``; left out where it names none.

    Leave of an upper platform (S22) has no person: `person` is ``link:UUID`` and `link` the same link, `link_grant` the grant of the link
    that it rests on, `channel` the camera's id in the link's tree, `verb` what was asked for, `unknown` that nobody said who asks and why,
    `receiver` the network address of the platform's that pictures go to; left out where none are sent. Where its officer stated who asks and
    why, `stated` is that statement (`PlatformStatement`), `person_name`, `unit` and `purpose` are the officer's as the platform gave them,
    `stated_ground` the ground that it named and `document` the letter or case; left out where nobody did.
    """

    grant: UUID
    person: Name
    person_name: Name
    unit: Text
    post: Text
    ground: Name
    clauses: tuple[Name, ...]
    cameras: Annotated[tuple[UUID, ...], Meta(min_length=1)]
    live: bool
    back_seconds: Count
    span: Interval | None
    still: bool
    purpose: Text | None
    content: Text | None
    watermark: Name
    sound: tuple[UUID, ...] = ()
    burnt: Text = ""
    handover: bool = False
    masking: bool = False
    request: UUID | None = None
    beside: tuple[Name, ...] = ()
    session: UUID | None = None
    matter: Text = ""
    link: UUID | None = None
    link_grant: UUID | None = None
    channel: Text = ""
    verb: Text = ""
    unknown: bool = False
    receiver: Text = ""
    stated: UUID | None = None
    stated_ground: Text = ""
    document: Text = ""


class Unmet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One condition that was not met, with its clause."""

    clause: Text
    reason: Text


class Refusal(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="refusal"):
    """A wish to look that was refused, and why.

    Of an upper platform `link`, `channel`, `verb`, `receiver` and `stated` are as in `Grant`; `counted` is how often the same was refused since the last such
    record without one of its own.
    """

    person: Name
    person_name: Name
    unit: Text
    ground: Name
    cameras: tuple[UUID, ...]
    live: bool
    span: Interval | None
    unmet: tuple[Unmet, ...]
    link: UUID | None = None
    channel: Text = ""
    verb: Text = ""
    counted: Count = 0
    receiver: Text = ""
    stated: UUID | None = None


class Revocation(Record, frozen=True, kw_only=True, gc=False, tag="revocation"):
    """Grants taken back; none of them is renewed from here on."""

    grants: Annotated[tuple[UUID, ...], Meta(min_length=1)]
    by: Name
    reason: Text
    clause: Text


class ControlBegun(Record, frozen=True, kw_only=True, gc=False, tag="control.begun"):
    """Leave to steer a camera, recorded before the first command. `over` names whom it is taken over from, `reason` why."""

    steering: UUID
    grant: UUID
    person: Name
    person_name: Name
    unit: Text
    post: Text
    ground: Name
    clauses: tuple[Name, ...]
    camera: UUID
    over: Text
    reason: Text


class SpeechBegun(Record, frozen=True, kw_only=True, gc=False, tag="speech.begun"):
    """Leave to speak through a camera's loudspeaker, recorded before the node is told. `reason` says why.

    Not a word of what is said is kept anywhere (decision 0411).
    """

    speech: UUID
    grant: UUID
    person: Name
    person_name: Name
    unit: Text
    post: Text
    ground: Name
    clauses: tuple[Name, ...]
    camera: UUID
    reason: Name


class HoldPlaced(Record, frozen=True, kw_only=True, gc=False, tag="hold.placed"):
    """Footage is not to be deleted (S33.2a); it is held when the workers have answered, see `HoldTookEffect`.

    Attributes:
        cameras, span: what.
        basis: `case`, `span` or `request`; `case_name`, `number` and `asked_by` say which case, which paper, whose.
        request: a reference to a request in this house, empty for none.
        review_on: the day on which somebody looks whether it is still needed.
        papers: SHA-256 of what was handed in with it.
    """

    hold: UUID
    by: Name
    cameras: Annotated[tuple[UUID, ...], Meta(min_length=1)]
    span: Interval
    basis: Name
    case_name: Text
    number: Text
    asked_by: Text
    request: Text
    reason: Text
    review_on: Name
    clauses: tuple[Name, ...]
    papers: tuple[Sha256, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        for paper in self.papers:
            check_hex(paper)


class HoldTookEffect(Record, frozen=True, kw_only=True, gc=False, tag="hold.effective"):
    """Every worker that has footage of it has a hold, or its release, in its index; how much it found there, in microseconds."""

    hold: UUID
    version: Count
    released: bool
    workers: tuple[Name, ...]
    there_us: Count
    deleted_us: Count
    never_us: Count
    ahead_us: Count


class _HoldStep(Record, frozen=True, kw_only=True, gc=False):
    """A person's step; `version` is what the workers are told with it, where they are."""

    hold: UUID
    by: Name
    before: Name
    after: Name
    on: Name
    reason: Text
    number: Text
    clauses: tuple[Name, ...]
    papers: tuple[Sha256, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        for paper in self.papers:
            check_hex(paper)


class HoldReviewed(_HoldStep, frozen=True, kw_only=True, gc=False, tag="hold.reviewed"):
    """Somebody looked whether it is still needed, and it is, until `review_on`."""

    review_on: Name


class HoldReleaseAsked(_HoldStep, frozen=True, kw_only=True, gc=False, tag="hold.release.asked"):
    """The first of two says that it may end; it goes on holding."""


class HoldReleaseDeclined(_HoldStep, frozen=True, kw_only=True, gc=False, tag="hold.release.declined"):
    """It goes on: the second of two says no, or the first takes it back."""


class HoldReleased(_HoldStep, frozen=True, kw_only=True, gc=False, tag="hold.released"):
    """The second of two, who is not the first, lets it end. `asked_by` is the first."""

    asked_by: Name


class RequestStep(Record, frozen=True, kw_only=True, gc=False, tag="request.step"):
    """A request to see, retrieve or copy footage went a step (S27, S28).

    Attributes:
        step: the row.
        by: the person's uuid, or ``system`` for what time alone brought.
        request: the request; `number` its number in the register, empty before it has one.
        holder: the unit that holds the footage; `unit` the organ that asks, as it is named.
        event: what happened, ``register``.
        before, after: its states; `before` is empty for what was just begun.
        on: the day that counts in law, ``YYYY-MM-DD``.
        clauses: on which it rests.
        words: the reason, as the person wrote it.
        papers: SHA-256 of what was handed in with it.
        unmet: what was missing, of a refusal.
        content: SHA-256 of what the request said at this step, so that it can be shown that nothing was changed behind it.
    """

    step: UUID
    by: Name
    request: UUID
    number: Text
    holder: Name
    unit: Text
    event: Name
    before: Text
    after: Name
    on: Name
    clauses: tuple[Name, ...]
    words: Text
    papers: tuple[Sha256, ...]
    unmet: tuple[Unmet, ...]
    content: Sha256

    def __post_init__(self) -> None:
        super().__post_init__()
        for digest in (*self.papers, self.content):
            check_hex(digest)


class EvidenceListed(Record, frozen=True, kw_only=True, gc=False, tag="evidence.listed"):
    """What an evidence package is going to hold, before its first byte: whoever leaves something out of it later contradicts the log.

    A file can't hold the proof of a record that states its own hash, so this one comes first and lies in the package; ``evidence.made``
    repeats `contents` when the package is whole.

    Attributes:
        package, request, number, grant, by: as of ``evidence.made``.
        span: of the leave, which is what was asked for.
        cameras: of the leave.
        parts, gaps: how many pieces of footage, and how many records that say why something is not there.
        contents: SHA-256 over the canonical list of them (`evidence.completeness.contents`).
    """

    package: UUID
    request: UUID
    number: Text
    grant: UUID
    by: Name
    span: Interval
    cameras: tuple[UUID, ...]
    parts: Count
    gaps: Count
    contents: Sha256

    def __post_init__(self) -> None:
        super().__post_init__()
        check_hex(self.contents)


class EvidenceMade(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="evidence.made"):
    """An evidence package was written to its last byte (S27).

    Attributes:
        package: its number, as it stands in its list.
        request: the request that it is made for; `number` its number in the register.
        grant: the leave to hand out that it rests on.
        by: who made it.
        bytes, sha256: of the whole file.
        listed: SHA-256 of its list (``manifest.json``).
        parts: pieces of footage.
        contents: as its ``evidence.listed`` has it; empty of packages that were made before there was one.
    """

    package: UUID
    request: UUID
    number: Text
    grant: UUID
    by: Name
    bytes: Count
    sha256: Sha256
    listed: Sha256
    parts: Count
    contents: Sha256 | Literal[""] = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_hex(self.sha256)
        check_hex(self.listed)
        check_hex(self.contents)


class EvidenceBroken(Record, frozen=True, kw_only=True, gc=False, tag="evidence.broken"):
    """The making of an evidence package was broken off; what was sent by then is footage in somebody's hands all the same (S27).

    Attributes:
        package, request, number, grant, by: as of one that was made.
        bytes: of the file that were sent, or were on their way; never less than were.
        parts: pieces of footage that were asked for.
        reason: why, as the person was told; the record's language is Chinese.
    """

    package: UUID
    request: UUID
    number: Text
    grant: UUID
    by: Name
    bytes: Count
    parts: Count
    reason: Text


class EvidenceHanded(Record, frozen=True, kw_only=True, gc=False, tag="evidence.handed"):
    """An evidence package was handed over in the presence of the officers who asked for it (S28.1(1)).

    Attributes:
        package, request, sha256: as it was made.
        by: who of the holder's staff handed it over.
        receivers: names and numbers of the work cards, as they signed.
        medium: what it was handed over on, and its serial number.
        papers: SHA-256 of the signed list.
    """

    package: UUID
    request: UUID
    sha256: Sha256
    by: Name
    receivers: Annotated[tuple[Name, ...], Meta(min_length=2)]
    medium: Text
    papers: tuple[Sha256, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        for value in (self.sha256, *self.papers):
            check_hex(value)
