"""Which cameras a word finds: in their number, name and place, and in the names of their system and its site."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Lower

from custodes.places.models import Camera, System

#: So many systems are named one by one, which an index can serve; more are found within the query.
NAMED = 500


class _PairsOf(Func):
    """Every pair of neighbouring characters of `word` is in `sought`: what the index knows (decision 0216)."""

    template = "places_pairs(%(expressions)s)"
    arg_joiner = ") @> places_pairs("
    output_field = BooleanField()


def sought(rows: QuerySet[Camera], word: str) -> QuerySet[Camera]:
    """The cameras of `rows` that the word finds, large and small letters being the same."""
    # Small letters as the database makes them: SQLite's are those of ASCII alone, Python's are more.
    own = Q(sought__contains=Lower(Value(word)))
    if len(word) > 1 and connections[rows.db].vendor == "postgresql":
        own &= Q(_PairsOf(F("sought"), Lower(Value(word))))
    named = System.objects.filter(Q(name__icontains=word) | Q(site__name__icontains=word)).order_by().values("pk")
    # A camera's own row says nothing of its system's name; there are few enough systems to find them first.
    keys: Any = [row["pk"] for row in named[: NAMED + 1]]
    return rows.filter(own | Q(system__in=keys if len(keys) <= NAMED else named))
