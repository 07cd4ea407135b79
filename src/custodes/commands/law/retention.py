"""`custodes law retention`: how long footage is kept."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from custodes.commands.law.answering import Json, both, moment, refusing, say
from custodes.law.retention.keeping import OtherTerm, keeping


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
    as_json: Json = False,
) -> None:
    """How long footage of a day is kept: the longest of the rules that apply, never less than 30 days.

    Exit code 0: computed. 2: the input can't be right.
    """
    with refusing(as_json):
        others = () if days is None else (OtherTerm(days, source, purpose=purpose),)
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
