"""`custodes law builder`, `retention`, `show` and `search`: who has to build, how long footage is kept, and the texts that say so."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from custodes.commands.law.answering import Json, assumed, both, moment, refusing, say, unconfirmed
from custodes.law.assumptions import Assumptions, of_clause
from custodes.law.bad_input import BadInput
from custodes.law.building.builder import PlaceFacts, responsible_builder
from custodes.law.building.categories import category as category_of
from custodes.law.clauses.clause import Clause, Rank
from custodes.law.clauses.conflicts import tensions_of
from custodes.law.clauses.registry import find, norm_of
from custodes.law.clauses.registry import search as search_clauses
from custodes.law.retention import OtherTerm, keeping


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
        found = responsible_builder(PlaceFacts(category, owner, user, manager, state_owned, agreed, agreement, county))
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


class RankName(StrEnum):
    """Ranks of norms, as `law show` names them."""

    DOCUMENT = "document"
    STANDARD = "standard"
    RULE = "rule"
    LOCAL_REGULATION = "local_regulation"
    ADMINISTRATIVE_REGULATION = "administrative_regulation"
    LAW = "law"


def retention(
    captured: Annotated[
        str, typer.Option("--captured", help="Day, or moment in ISO 8601, of capture; without a zone it is Lhasa's.")
    ],
    key_target: Annotated[
        bool, typer.Option("--key-target", help="A key target of counter-terrorism (90 days).")
    ] = False,
    days: Annotated[int | None, typer.Option("--days", help="A term that another norm or decision sets.")] = None,
    source: Annotated[str, typer.Option("--source", help="What sets that term.")] = "另有规定",
    purpose: Annotated[
        str,
        typer.Option(
            "--purpose", help="Purpose that is not met earlier, where a standard alone sets a longer term (N17)."
        ),
    ] = "",
    rank: Annotated[
        RankName, typer.Option("--rank", help="Rank of what sets that term; `standard` also for a unit's own decision.")
    ] = RankName.STANDARD,
    as_json: Json = False,
) -> None:
    """How long footage of a day is kept: the longest of the rules that apply, never less than 30 days.

    Exit code 0: computed. 2: the input can't be right.
    """
    with refusing(as_json):
        if days is None and purpose:
            raise BadInput("purpose", "a purpose goes with a term that something else sets", "give --days as well")
        others = () if days is None else (OtherTerm(days, source, Rank[rank.name], purpose),)
        found = keeping(moment(captured, "captured"), key_target=key_target, others=others)
        assert found.keep_through is not None
        assert found.delete_not_before is not None
        document: dict[str, Any] = {
            "captured": found.captured.isoformat(),
            "keep_through": found.keep_through.isoformat(),
            "delete_not_before": found.delete_not_before.date().isoformat(),
            "delete_not_before_moment": found.delete_not_before.isoformat(),
            "days": found.days,
            "rules": [
                {"clause": rule.clause, "days": rule.days, "rank": rule.rank.name.lower(), "zh": rule.zh, "en": rule.en}
                for rule in found.rules
            ],
            "conflict": {"zh": found.conflict[0], "en": found.conflict[1]} if found.conflict else None,
            "explain": both(found.zh, found.en),
            "unconfirmed": [],
        }
        say(document, [*found.zh, *found.en], as_json)


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
