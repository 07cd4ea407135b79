"""Records of `custodes.people`: who is on duty and who signed in."""

from __future__ import annotations

from .base import Name, Record, Text


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
