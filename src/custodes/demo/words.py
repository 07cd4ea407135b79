"""What the demo says at the terminal: at its start whom to sign in as first, and when asked (`--story`) everything that waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from custodes.settings import Settings

GUIDE = "docs/guide/demo.zh-CN.md · docs/guide/demo.md"
PROGRAM = ".venv/bin/custodes"
"""Where `make demo` leaves it, from the folder in which it was called."""


def welcome(settings: Settings, console: Console) -> None:
    """Address, password, and whom to sign in as first, one line each."""
    from custodes.demo.logins import PEOPLE

    console.print()
    _head(settings, console)
    rows = ((one.username, one.post, f"{one.brief[0]} · [dim]{one.brief[1]}[/dim]") for one in PEOPLE if one.brief)
    console.print(columns(rows), soft_wrap=False)
    console.print(
        f"全部 {len(PEOPLE)} 个账号 · all {len(PEOPLE)} logins and what waits for each:\n  {PROGRAM} demo --story\n"
        f"Logs: {settings.data / 'log'} · Ctrl-C stops everything."
    )


def tell_story(settings: Settings, console: Console) -> None:
    """Every login with who that is and what waits for them, and how the log is checked."""
    from custodes.demo.logins import PEOPLE

    _head(settings, console)
    for one in PEOPLE:
        console.print(f"\n[bold]{one.username}[/bold] · {one.name} · {one.post} · {one.unit_name}")
        for waits in one.waits:
            console.print(both(*waits))
    console.print(
        "\n存证日志可以在运行中离线核验 · the log can be checked offline while it runs:\n"
        f'  {PROGRAM} verify ledger {settings.ledger_folder} --key "$(cat {settings.keys_folder / "public" / "log.vkey"})"\n'
        f"{GUIDE}"
    )


def columns(rows: Iterable[tuple[str, str, str]]) -> Table:
    """A user name or an address, who or where that is, and what to do; as wide as the terminal, and nothing cut off."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column()
    table.add_column(overflow="fold")  # Chinese has no spaces to break at
    for name, who, text in rows:
        table.add_row(f"[bold]{name}[/bold]", who, text)
    return table


def both(chinese: str, english: str) -> str:
    """A thing to try in both languages, a line each."""
    return f"  - {chinese}\n    [dim]{english}[/dim]"


def _head(settings: Settings, console: Console) -> None:
    from custodes.demo.story import PASSWORD

    console.print(f"[bold]明鉴 Custodes[/bold] · 训练装置 training installation · [bold]{settings.web_origin}[/bold]")
    console.print(f"密码 password: [bold]{PASSWORD}[/bold]")
