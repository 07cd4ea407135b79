"""Signed-in sessions: where, since when, last seen; and ending one, which leaves a record."""

from __future__ import annotations

import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from custodes.people.browser import browser_words
from custodes.people.models import Account, Person
from custodes.people.records import config_changed, record


def sessions_of(account: Account) -> list[UserSession]:
    """The account's sessions, the last seen first, each with `browser` in words."""
    sessions: list[UserSession] = UserSession.objects.purge_and_list(account)
    for session in sessions:
        session.browser = browser_words(session.user_agent)
    return sorted(sessions, key=lambda session: session.last_seen_at, reverse=True)


def end_session(account: Account, session: UserSession, *, by: Person, at: datetime.datetime) -> None:
    """Sign the account out there.

    Record and end stand or fall together. One that somebody else ends is a change of the account by that person as well.
    """
    other = by.pk != account.person_id
    with transaction.atomic():
        record(
            "logout",
            at=at,
            account=account.username,
            person=account.person,
            method="",
            address=str(session.ip),
            reason="ended" if other else "own",
        )
        if other:
            config_changed(account, {"session": (str(session.ip), "")}, by=by, at=at)
        session.end()
