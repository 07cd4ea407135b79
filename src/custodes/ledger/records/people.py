"""Records of `custodes.people`: who is on duty, who signed in, the papers that were handed in and read, and the lists that were taken out."""

from __future__ import annotations

from typing import Literal

from custodes.ledger.records.base import Count, Name, Record, Sha256, Text, check_hex


class DutyBegun(Record, frozen=True, kw_only=True, gc=False, tag="duty.begun"):
    """A duty session began."""

    session: Name
    person: Name
    system: Name
    post: Text
    reason: Text


class DutyEnded(Record, frozen=True, kw_only=True, gc=False, tag="duty.ended"):
    """A duty session ended: by hand-over, sign-out or its longest time."""

    session: Name
    person: Name
    system: Name
    post: Text
    reason: Text


class Login(Record, frozen=True, kw_only=True, gc=False, tag="login"):
    """An account signed in."""

    account: Name
    person: Name | None
    method: Text
    address: Text
    reason: Text


class LoginFailed(Record, frozen=True, kw_only=True, gc=False, tag="login.failed"):
    """An account was not let in."""

    account: Text
    person: Name | None
    method: Text
    address: Text
    reason: Text


class Logout(Record, frozen=True, kw_only=True, gc=False, tag="logout"):
    """An account signed out, or its session ended."""

    account: Name
    person: Name | None
    method: Text
    address: Text
    reason: Text


class _OfPaper(Record, frozen=True, kw_only=True, gc=False):
    """What the records of a paper have: its row and its bytes. Its name is not in the log: it may hold a person's or a place's."""

    paper: Name
    sha256: Sha256

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        check_hex(self.sha256)


class PaperKept(_OfPaper, frozen=True, kw_only=True, gc=False, tag="paper.kept"):
    """A file was handed in; `person` is None for somebody who was not signed in, `about` what it belongs to."""

    bytes: Count
    media_type: Name
    person: Name | None
    about: Text


class PaperRead(_OfPaper, frozen=True, kw_only=True, gc=False, tag="paper.read"):
    """A file was handed out, or a small picture of it."""

    person: Name
    form: Literal["original", "thumbnail"]
    about: Text


class PaperRemoved(_OfPaper, frozen=True, kw_only=True, gc=False, tag="paper.removed"):
    """A row was deleted; its bytes went with the last row that had them."""

    by: Name
    reason: Text


class PositionsRead(Record, frozen=True, kw_only=True, gc=False, tag="positions.read"):
    """Where cameras stand was told to somebody who does not read their base data otherwise, to choose for a case (S30.1, S33.1).

    Attributes:
        person: who chose.
        about: for what, ``agency:UUID`` or ``missing:UUID``.
        cameras: of how many cameras.
    """

    person: Name
    about: Text
    cameras: Count


class ListExported(Record, frozen=True, kw_only=True, gc=False, tag="list.exported"):
    """A list was taken out as a file, recorded before its first byte goes.

    Attributes:
        person: who took it.
        list: which, ``cameras``.
        filter: what it was narrowed down by, as in the address of the page.
        form: of the file.
        rows: how many.
    """

    person: Name
    list: Name
    filter: Text
    form: Literal["csv", "xlsx"]
    rows: Count


class ProgramCalled(Record, frozen=True, kw_only=True, gc=False, tag="program.called"):
    """A partner's program asked the register for something, or wrote something; a look at base data is one (S30.1, S33.1).

    Attributes:
        program: its row.
        key: the prefix of the key that it came with; never the key.
        person: with whose posts it acted.
        call: the operation, ``systems``; no address.
        scope: that the operation asks for.
        about: the row that it was about; empty for a list.
        rows: how many rows were given.
        status: of the answer.
    """

    program: Name
    key: Name
    person: Name
    call: Name
    method: Name
    scope: Text
    about: Text
    rows: Count
    status: Count
