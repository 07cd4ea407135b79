"""`custodes law show` and `search`: the texts."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from custodes.commands.law.answering import Json, assumed, refusing, say, unconfirmed
from custodes.law.assumptions.model import Assumptions
from custodes.law.assumptions.telling import of_clause
from custodes.law.bad_input import BadInput
from custodes.law.clauses.clause import Clause
from custodes.law.clauses.conflicts import tensions_of
from custodes.law.clauses.registry import find, norm_of
from custodes.law.clauses.registry import search as search_clauses


def document_of(clause: Clause, values: Assumptions) -> dict[str, Any]:
    """A clause as JSON."""
    norm = norm_of(clause)
    until = clause.until or norm.until
    return {
        "id": clause.id,
        "norm": norm.id,
        "norm_zh": norm.zh,
        "norm_en": norm.en,
        "rank": norm.rank.name.lower(),
        "rank_zh": norm.rank.zh,
        "in_force": (clause.since or norm.in_force).isoformat(),
        "until": until.isoformat() if until else None,
        "kind": clause.kind.value,
        "actors": [actor.value for actor in clause.actors],
        "objects": [thing.value for thing in clause.objects],
        "zh": clause.zh,
        "en": clause.en,
        "penalties": list(clause.penalties),
        "requires": {"zh": clause.requires[0], "en": clause.requires[1]} if clause.requires else None,
        "unconfirmed": clause.unconfirmed or None,
        "unconfirmed_values": unconfirmed(of_clause(values, clause.id)),
        "conflicts": [
            {
                "id": one.id,
                "clauses": list(one.clauses),
                "since": one.since.isoformat(),
                "outcome": one.outcome.value,
                "zh": one.zh,
                "en": one.en,
            }
            for one in tensions_of(clause.id)
        ],
    }


def show(
    clause: Annotated[str, typer.Argument(help="A clause, for example S16.2a, S28.1(3), N14, PL41.")],
    as_json: Json = False,
) -> None:
    """Show one clause: its text, what it means, its rank and dates, what follows a breach, and where it meets other norms.

    Exit code 0: shown. 2: there is no such clause.
    """
    with refusing(as_json):
        found = find(clause)
        document = document_of(found, assumed())
        lines = [
            f"{found.id} · {document['norm_zh']}（{document['rank_zh']}，{document['in_force']}起施行）",
            found.zh,
            found.en,
        ]
        if found.requires:
            lines.append(f"→ {found.requires[0]} · {found.requires[1]}")
        if found.penalties:
            lines.append(f"罚则 · penalties: {', '.join(found.penalties)}")
        if found.unconfirmed:
            lines.append(f"未核实 · unconfirmed: {found.unconfirmed}")
        lines += [f"{one['zh']} · {one['en']}" for one in document["unconfirmed_values"]]
        lines += [f"⇄ {' ⇄ '.join(one['clauses'])}: {one['zh']} {one['en']}" for one in document["conflicts"]]
        say(document, lines, as_json)


def search(
    words: Annotated[list[str], typer.Argument(help="Chinese or English words; a clause has to hold all of them.")],
    as_json: Json = False,
) -> None:
    """Search ids, texts and glosses.

    Exit code 0, also when nothing was found. 2: there is no word.
    """
    with refusing(as_json):
        if not any(word.strip() for word in words):
            raise BadInput("words", "there is no word to look for", "give one, for example 走失")
        found, values = search_clauses(" ".join(words)), assumed()
        say(
            {"count": len(found), "clauses": [document_of(clause, values) for clause in found]},
            [f"{clause.id}\t{clause.zh}\n\t{clause.en}" for clause in found] or ["没有找到 · nothing found"],
            as_json,
        )
