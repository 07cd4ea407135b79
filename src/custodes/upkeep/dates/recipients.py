"""Who is told of a date: the nearest post of the unit that has to act, the unit's own mailbox, the police that supervise it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from custodes.access.looks.review.showing import not_hidden, within_scope
from custodes.access.models import FINDING_OPEN
from custodes.people.models import Person, Post, Unit
from custodes.people.permissions import Permission
from custodes.places.scope import kinds_with
from custodes.upkeep.dates.dated import WHO, Dated, Reminder, To
from custodes.upkeep.dates.sorts import What, sort_of, sorts


@dataclass(frozen=True)
class Recipient:
    """A person, or the mailbox of a unit."""

    person: Person | None
    unit: Unit | None
    to: To

    @property
    def key(self) -> str:
        """For the notice's key."""
        return f"p{self.person.pk}" if self.person is not None else f"u{self.unit.pk}"  # type: ignore[union-attr]


class Recipients:
    """All posts and mailboxes at one moment, so that a round asks for them once."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._judged: dict[int, frozenset[str]] = {}
        acting = {sort.acts for sort in sorts().values() if sort.acts is not None}
        self._acting = {permission: self._by_unit(at, permission) for permission in acting}
        self._police = self._by_division(at)
        self._contacts = {unit.path: unit for unit in Unit.objects.exclude(mail="")}
        self._persons = {post.person_id: post.person for post in Post.objects.valid(at).select_related("person")}

    def of(self, one: Dated, reminder: Reminder) -> Iterator[Recipient]:
        """Everybody who is told of this stage of this date, each once."""
        seen: set[str] = set()
        for to in WHO[reminder.stage]:
            for recipient in self._of(one, to):
                if recipient.key not in seen:
                    seen.add(recipient.key)
                    yield recipient

    def _of(self, one: Dated, to: To) -> Iterator[Recipient]:
        if to is To.CONTACT:
            unit = self._contacts.get(one.unit)
            if unit is not None and one.person is None and sort_of(one.what).mailbox:
                yield Recipient(None, unit, to)
        elif to is To.SUPERVISOR:
            if sort_of(one.what).supervised:
                yield from (Recipient(person, None, to) for person in _nearest(self._police, one.division))
        else:
            if one.person in self._persons:
                yield Recipient(self._persons[one.person], None, to)
            acts = sort_of(one.what).acts
            if acts is not None:
                acting = self._acting[acts]
                yield from (Recipient(person, None, to) for person in self._acting_on(one, acting))

    def _acting_on(self, one: Dated, acting: dict[str, list[Person]]) -> list[Person]:
        """Whose turn it is by a post.

        Of a request only its holder knows, however few there are to act. A finding about somebody whom the register does not know belongs to
        no unit: it is told to all who may judge it.
        """
        if one.what == What.EMBARGO:
            return acting.get(one.unit, [])
        if one.what == What.LOOK_REVIEW and not one.unit:
            every = {person.pk: person for persons in acting.values() for person in persons}
            return [person for person in every.values() if self._may_know(person, one)]
        return _nearest(acting, one.unit, lambda person: self._may_know(person, one))

    def _may_know(self, person: Person, one: Dated) -> bool:
        """Of a finding nobody is told by a post whom it is about, or from whom all of its looks are kept (decision 0287)."""
        if one.what != What.LOOK_REVIEW:
            return person.pk != one.spared
        if person.pk not in self._judged:
            waiting = within_scope(person, self._at).filter(state__in=FINDING_OPEN)
            told = not_hidden(waiting, person, self._at).values_list("pk", flat=True)
            self._judged[person.pk] = frozenset(map(str, told))
        return person.pk != one.spared and one.subject in self._judged[person.pk]

    @staticmethod
    def _by_unit(at: datetime, permission: Permission) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = defaultdict(list)
        for post in Post.objects.valid(at).filter(kind__in=kinds_with(permission)).select_related("person", "unit"):
            found[post.unit.path].append(post.person)
        return dict(found)

    @staticmethod
    def _by_division(at: datetime) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = defaultdict(list)
        posts = Post.objects.valid(at).filter(kind__in=kinds_with(Permission.HANDLE_FILINGS))
        for post in posts.select_related("person", "unit__division"):
            if post.unit.is_police:
                found[post.unit.division.path].append(post.person)
        return dict(found)


def _nearest(
    by_path: dict[str, list[Person]], path: str, may_know: Callable[[Person], bool] = lambda _person: True
) -> list[Person]:
    """Whoever has the post at this place of the tree, or else at the nearest place above it; never who may not know of it."""
    while path:
        if found := [person for person in by_path.get(path, ()) if may_know(person)]:
            return found
        path = path[: path.rstrip("/").rfind("/") + 1]
    return []
