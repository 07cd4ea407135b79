"""`custodes law coverage`: what the program does for each clause, or why software can't."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from custodes.commands.law.answering import Json, say
from custodes.law.coverage.page import page
from custodes.law.coverage.table import faults, rows, untried

SOURCE = Path(__file__).parents[2]
CHECKOUT = SOURCE.parents[1]
PAGE = CHECKOUT / "docs/law-coverage.md"


def coverage(
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Fail when a clause has neither code nor reason, what serves it is gone or untried, or the page is old.",
        ),
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="Write docs/law-coverage.md (in a checkout).")] = False,
    as_json: Json = False,
) -> None:
    """Clause by clause: code, pages, tests, or the reason why there is none.

    Exit code 0: shown, written, or nothing wrong. 1: `--check` found something.
    """
    tests = CHECKOUT / "tests"
    table = rows(sorted(SOURCE.glob("*/templates")), tests if tests.is_dir() else None)
    wrong = [*faults(), *(untried(table) if tests.is_dir() else ())]
    in_checkout = PAGE.parent.is_dir()
    if write and in_checkout:
        PAGE.write_text(page(table), encoding="utf-8")
    if in_checkout and (not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page(table)):
        wrong.append("docs/law-coverage.md is old: run custodes law coverage --write")
    with_code = sum(bool(row.code) for row in table)
    document = {
        "clauses": len(table),
        "with_code": with_code,
        "with_reason": len(table) - with_code,
        "faults": wrong,
        "rows": [
            {
                "clause": row.clause.id,
                "code": list(row.code),
                "pages": list(row.pages),
                "tests": list(row.tests),
                "reason": {"zh": row.reason[0], "en": row.reason[1]} if row.reason else None,
            }
            for row in table
        ],
    }
    lines = (
        wrong if check else [f"{row.clause.id}\t{', '.join(row.code) or (row.reason or ('', ''))[0]}" for row in table]
    )
    say(document, [*lines, f"{len(table)} clauses, {with_code} with code"], as_json)
    raise typer.Exit(1 if check and wrong else 0)
