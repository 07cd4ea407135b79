"""Whether a person has opened a paper: by the record of its reading, which the house keeps for `delivery.KEEP`; a small picture is no opening."""

from __future__ import annotations

from collections.abc import Iterable

from custodes.people.models import Paper, Person, RecordOutbox
from custodes.people.records import paper_opened


def unopened(papers: Iterable[Paper], person: Person) -> list[Paper]:
    """Those of them that this person has not opened, in their order."""
    keys = {paper_opened(person.uuid, paper.pk): paper for paper in papers}
    if not keys:
        return []
    known = set(RecordOutbox.objects.filter(about__in=keys).values_list("about", flat=True))
    return [paper for key, paper in keys.items() if key not in known]
