"""`custodes law builder`: who has to build a system."""

from __future__ import annotations

from typing import Annotated

import typer

from custodes.commands.law.answering import Json, both, refusing, say
from custodes.law.building.builder import Place, responsible_builder
from custodes.law.building.categories import category as category_of


def builder(
    category: Annotated[int, typer.Option("--category", help="Item of S9, 1 to 14.")],
    owner: Annotated[str, typer.Option("--owner", help="Who owns the place.")] = "",
    user: Annotated[str, typer.Option("--user", help="Who uses it.")] = "",
    manager: Annotated[str, typer.Option("--manager", help="Who manages it.")] = "",
    state_owned: Annotated[bool, typer.Option("--state-owned", help="The place belongs to the state.")] = False,
    agreed: Annotated[str, typer.Option("--agreed", help="Whom owner and user agreed on.")] = "",
    agreement: Annotated[str, typer.Option("--agreement", help="The paper of that agreement.")] = "",
    county: Annotated[
        str, typer.Option("--county", help="County or district of a place of S9(1); the city without.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Who has to build the system of a place (S11): government, whom owner and user agreed on, the owner, or the manager.

    Exit code 0: answered; `builder` is empty while something named in `missing` is not known. 2: the input can't be right.
    """
    with refusing(as_json):
        found = responsible_builder(Place(category, owner, user, manager, state_owned, agreed, agreement, county))
        document = {
            "category": category,
            "category_zh": category_of(category).zh,
            "builder": found.name,
            "carried_out_by": found.carried_out_by,
            "missing": list(found.missing),
            "review": list(found.review),
            "clauses": list(found.clauses),
            "explain": both(found.zh, found.en),
        }
        lines = [
            found.name or f"缺 · missing: {', '.join(found.missing)}",
            *found.zh,
            *found.en,
            *([f"缺 · missing: {', '.join(found.missing)}"] if found.name and found.missing else []),
            *([f"须人工核对 · a person has to look at it: {', '.join(found.review)}"] if found.review else []),
            ", ".join(found.clauses),
        ]
        say(document, lines, as_json)
