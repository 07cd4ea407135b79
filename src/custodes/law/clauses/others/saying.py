"""How a clause of another norm is written down: with what the program has to do about it."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Clause, Kind, Object


def says(
    clause: str,
    zh: str,
    en: str,
    requires: tuple[str, str],
    kind: Kind = Kind.DUTY,
    actors: tuple[Actor, ...] = (),
    objects: tuple[Object, ...] = (),
    unconfirmed: str = "",
) -> Clause:
    return Clause(clause, zh, en, kind, actors, objects, (), requires, unconfirmed=unconfirmed)
