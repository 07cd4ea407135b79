"""`custodes law retention`: how long footage is kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from custodes.commands.law.answering import Json, both, moment, refusing, say
from custodes.law.bad_input import BadInput
from custodes.law.clauses.clause import Rank
from custodes.law.retention.keeping import OtherTerm, keeping


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
