"""What a command says about files of the node: why one can't be read, and words from one, made safe to print."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape


def plain(text: object) -> str:
    """Words from a file, for a console: control characters and markup of theirs do nothing."""
    return escape("".join(char if char.isprintable() else "�" for char in str(text)))


def unread(path: Path, error: OSError) -> str:
    """Why a folder of the node can't be read, and what to do; as markup."""
    remedy = "check CUSTODES_DATA" if isinstance(error, FileNotFoundError) else "run it as the node's user or as root"
    return f"[red]can't read {plain(path)}: {plain(error.strerror or error)}.[/red] {remedy[0].upper()}{remedy[1:]}."
