"""What a command asks the person at the terminal: who that is, a reason, and a passphrase: from a file for its owner alone, or typed; never from the command line."""

from __future__ import annotations

import os
import pwd
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console


LONGEST = 1000


def refuse_blank(console: Console, reason: str) -> None:
    """End the call when `--reason` was given and holds only blanks."""
    if reason and not reason.strip():
        console.print("[red]--reason holds only blanks: say why. It stands in the log.[/red]")
        raise typer.Exit(2)


def ask_reason(reason: str, question: str) -> str:
    """The reason as it was given, or as a person types it."""
    while not reason.strip():
        reason = typer.prompt(question, err=True)
    return reason.strip()[:LONGEST]


def person_here() -> str:
    """The OS user, and behind `sudo` whoever called it: ``root (sudo: zhaxi)``.

    Names come from the system's own list: LOGNAME and USER say whatever the caller wants.
    """
    user = _name_of(os.getuid())
    behind = os.environ.get("SUDO_USER", "")
    return (f"{user} (sudo: {behind})" if behind != user and _is_sudo(behind) else user)[:100]


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a user id without a name
        return f"uid {uid}"


def _is_sudo(name: str) -> bool:
    """Whether there is such a user and `sudo` gave its number too."""
    try:
        return str(pwd.getpwnam(name).pw_uid) == os.environ.get("SUDO_UID")
    except (KeyError, ValueError):
        return False


SHORTEST = 12


def read_passphrase(file: Path | None, console: Console, *, new: bool) -> str:
    """The passphrase.

    Args:
        new: one that will protect something: it must be long enough, and is typed twice.

    Raises:
        typer.Exit: 2, there is none or it can't be used; the person has been told why.
    """
    text = _from_file(file, console) if file is not None else _typed(console, new)
    if new and len(text) < SHORTEST:
        console.print(
            f"[red]The passphrase has fewer than {SHORTEST} characters. Several words that nobody guesses are best.[/red]"
        )
        raise typer.Exit(2)
    return text


def _from_file(file: Path, console: Console) -> str:
    try:
        fd = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        with os.fdopen(fd, encoding="utf-8") as opened:
            found = os.fstat(fd)
            if stat.S_ISREG(found.st_mode) and found.st_mode & 0o077:
                console.print(f"[red]{file} can be read by others: chmod 600 {file}[/red]")
                raise typer.Exit(2)
            text = opened.readline(4096).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        console.print(f"[red]--passphrase-file {file} can't be read: {error}[/red]")
        raise typer.Exit(2) from error
    if not text:
        console.print(f"[red]--passphrase-file {file}: its first line is empty.[/red]")
        raise typer.Exit(2)
    return text


def _typed(console: Console, new: bool) -> str:
    if not sys.stdin.isatty():
        console.print("[red]There is nobody to ask for the passphrase: give --passphrase-file.[/red]")
        raise typer.Exit(2)
    return str(typer.prompt("Passphrase of the back-up", hide_input=True, confirmation_prompt=new, err=True))
