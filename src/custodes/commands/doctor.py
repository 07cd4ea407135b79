"""`custodes doctor`: looks at what an installation needs to keep its promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from custodes.web.doctor.finding import DoctorFinding


def doctor(
    only: Annotated[
        list[str] | None,
        typer.Option(help="Look at this subject alone, for example `tls`; may be given several times."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of sentences.")] = False,
) -> None:
    """Look at ports, disks, clock, keys, users, database, codecs, TLS, notary and backup of this machine.

    Says of each in Chinese and English whether it is as it should be, and how to mend it. Call it as root where web, node and
    notary are three OS users: nobody else may look at all of it. It changes nothing.
    Exit code 0: all is well. 1: something needs attention. 2: something is broken, or there is no such subject. 3: not initialised.
    """
    import datetime
    import json

    from rich.console import Console

    from custodes.commands.installation import NotInitialised, require_keys, set_up_django
    from custodes.commands.users import as_web
    from custodes.settings import get_settings

    console = Console(soft_wrap=True, highlight=False)
    settings = get_settings()
    try:
        require_keys(settings)
    except NotInitialised as error:
        Console(stderr=True, soft_wrap=True).print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    set_up_django()
    from custodes.web.doctor.examination import SUBJECTS, examine, worst
    from custodes.web.doctor.finding import Examined, FindingState

    unknown = set(only or ()) - SUBJECTS.keys()
    if unknown:
        Console(stderr=True, soft_wrap=True).print(
            f"[red]--only {', '.join(sorted(unknown))}: no such subject. There are {', '.join(SUBJECTS)}.[/red]"
        )
        raise typer.Exit(2)
    patient = Examined(settings, datetime.datetime.now(datetime.UTC), on_server=True)
    findings = examine(patient, only or (), lambda: as_web(settings))
    if as_json:
        typer.echo(json.dumps([_document(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            _print(finding, console)
    raise typer.Exit({FindingState.OK: 0, FindingState.ATTENTION: 1, FindingState.FAULT: 2}[worst(findings)])


def _document(finding: DoctorFinding) -> dict[str, str]:
    return {
        "subject": finding.subject,
        "state": finding.state.value,
        "zh": finding.text("zh-hans"),
        "en": finding.text("en"),
        "remedy": finding.remedy,
    }


def _print(finding: DoctorFinding, console: object) -> None:
    from rich.console import Console
    from rich.text import Text

    from custodes.web.doctor.finding import FindingState

    assert isinstance(console, Console)
    mark, colour = {
        FindingState.OK: ("✓ 正常 ok       ", "green"),
        FindingState.ATTENTION: ("! 注意 attention", "yellow"),
        FindingState.FAULT: ("✗ 故障 fault    ", "red"),
    }[finding.state]
    console.print(Text(mark, colour), Text(finding.text("zh-hans")))
    console.print(Text(f"{'':17}{finding.text('en')}", "dim"))
    if finding.remedy:
        console.print(Text(f"{'':17}→ {finding.remedy}"))
