"""Whose session it is: the officer's who runs it, and nobody else's."""

from __future__ import annotations

from uuid import UUID

from custodes.access.models import SupervisedSession
from custodes.people.models import Person


def own_session(person: Person, pk: UUID) -> SupervisedSession | None:
    """The session of this officer with this id, also one that is over."""
    return (
        SupervisedSession.objects.filter(pk=pk, officer=person)
        .select_related("missing__unit", "individual__unit", "own_image__unit")
        .first()
    )
