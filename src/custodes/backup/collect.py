"""Gathering what a back-up holds, while everything runs, so that its parts fit together.

Databases with outboxes are copied before the log: a record that a copy shows as delivered is in the copy of the log then,
and one that is in both is delivered again under the same id, which the notary answers with the first index.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from custodes.addedvolumes import NAME as ADDED
from custodes.backup.databases import copy_sqlite, dump_postgresql, is_postgresql, sqlite_path
from custodes.backup.manifest import FORMAT, BackupFile, BackupRefused, Manifest
from custodes.keyfile import KeyFileError
from custodes.ledger.book import FILE_NAME as BOOK
from custodes.notary.keys import load_vkey
from custodes.settings import Settings
from custodes.video.archive.volume import VolumeRefused, read_identity

Progress = Callable[[str, int, int], None]
"""``(what, done, in all)``."""

KEYS = ("keys/node/seal.key", "keys/web/secret.key")
GATEWAY_KEY = "keys/gateway/seal.key"
"""Private keys in a back-up: without them passwords of cameras and devices and second factors could not be read. The keys that sign, the
log's and the grants' among them, are not: a back-up can't speak for the installation."""


def gather(
    settings: Settings, folder: Path, made_at: str, facts: tuple[str, dict[str, int], Sequence[str]], progress: Progress
) -> Manifest:
    """Copy everything into `folder` and say what is there.

    Args:
        folder: empty, for the caller's eyes alone.
        made_at: as in a record.
        facts: version of the program, formats of the parts, applied migrations.

    Raises:
        BackupRefused: a part can't be read.
        OSError: a file can't be read or written.
    """
    kind = _web(settings, folder, progress)
    _papers(settings, folder, progress)
    _node(settings, folder, progress)
    _keys(settings, folder)
    _witness(settings, folder)
    checkpoint = _ledger(settings, folder, progress)
    try:
        vkey = load_vkey(settings.keys_folder / "public")
    except KeyFileError as error:
        raise BackupRefused(str(error)) from error
    program, formats, migrations = facts
    return Manifest(
        format=FORMAT,
        program=program,
        made_at=made_at,
        formats=formats,
        migrations=tuple(migrations),
        database="postgresql" if kind == "web.pgdump" else "sqlite",
        node=settings.node_name,
        origin=vkey.name,
        vkey=str(vkey),
        checkpoint=checkpoint,
        volumes=_volumes(settings),
        settings=plain_settings(settings),
        items=tuple(_item(folder, path) for path in sorted(folder.rglob("*")) if path.is_file()),
    )


def _web(settings: Settings, folder: Path, progress: Progress) -> str:
    if is_postgresql(settings.database):
        dump_postgresql(settings.database, folder / "web.pgdump")
        return "web.pgdump"
    copy_sqlite(
        sqlite_path(settings.database), folder / "web.sqlite3", lambda done, total: progress("web", done, total)
    )
    return "web.sqlite3"


def _papers(settings: Settings, folder: Path, progress: Progress) -> None:
    """Behind the database, so that every row that it copied has its bytes. A paper is never written to again: a second name
    for it costs no room, where the back-up is gathered on the same disk."""
    found = sorted(settings.papers_folder.glob("[0-9a-f][0-9a-f]/" + "[0-9a-f]" * 64))
    for done, path in enumerate(found, 1):
        target = folder / "papers" / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, target, follow_symlinks=False)
        except FileNotFoundError:  # removed meanwhile, with its row
            continue
        except OSError:
            shutil.copyfile(path, target, follow_symlinks=False)
        if hash_file(target) != path.name:
            raise BackupRefused(f"{path} is damaged: put it back from an older back-up before you rely on a new one.")
        progress("papers", done, len(found))


def _node(settings: Settings, folder: Path, progress: Progress) -> None:
    (folder / "node").mkdir()
    for pattern in ("worker-*.sqlite3", "views-*.sqlite3", "steering-*.sqlite3", "speaking-*.sqlite3"):
        for path in sorted(settings.node_folder.glob(pattern)):
            if path.stem.rpartition("-")[2].isdigit():  # not one that was moved aside
                copy_sqlite(path, folder / "node" / path.name, lambda done, total: progress("node", done, total))
    for name in ("assignment.json", ADDED):
        if (settings.node_folder / name).exists():
            shutil.copyfile(settings.node_folder / name, folder / "node" / name)


def _keys(settings: Settings, folder: Path) -> None:
    gateway = (GATEWAY_KEY,) if (settings.data / GATEWAY_KEY).exists() else ()
    for name in (*KEYS, *gateway):
        (folder / name).parent.mkdir(parents=True)
        shutil.copyfile(settings.data / name, folder / name)
    public = folder / "keys/public"
    public.mkdir()
    for path in sorted((settings.keys_folder / "public").iterdir()):
        if path.suffix in (".pub", ".vkey", ".pem"):
            shutil.copyfile(path, public / path.name)


def _witness(settings: Settings, folder: Path) -> None:
    """Who is witnessed and by whom, what was cosigned last, and evidence. Not the key that cosigns: a witness that goes on from an
    old state under its name could cosign a second history (decision 0363)."""
    for place, patterns in (
        (settings.witness_folder, ("logs/*.toml", "state/*.json", "evidence/*/*.json")),
        (settings.witnesses_folder, ("*.toml",)),
    ):
        name = "witness" if place == settings.witness_folder else "witnesses"
        for path in (found for pattern in patterns for found in sorted(place.glob(pattern))):
            target = folder / name / path.relative_to(place)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target, follow_symlinks=False)


def _ledger(settings: Settings, folder: Path, progress: Progress) -> str:
    """The checkpoint first, then the book: the book holds all that the checkpoint signs. Tiles are made from the book."""
    try:
        checkpoint = (settings.ledger_folder / "checkpoint").read_text(encoding="utf-8")
    except FileNotFoundError:
        checkpoint = ""
    (folder / "ledger").mkdir()
    book = settings.ledger_folder / BOOK
    if not book.exists():
        raise BackupRefused(
            f"There is no log in {settings.ledger_folder}: start the system once before you back it up."
        )
    copy_sqlite(book, folder / "ledger" / BOOK, lambda done, total: progress("ledger", done, total))
    return checkpoint


def _volumes(settings: Settings) -> dict[str, str]:
    found = {}
    for path in settings.volume_paths:
        try:
            found[str(path)] = read_identity(path)
        except VolumeRefused:
            found[str(path)] = ""
    return found


def plain_settings(settings: Settings) -> dict[str, str]:
    """Settings that differ from their defaults, as variables; where the database is, with its password, is not among them."""
    given = {}
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if value == field.default or name == "database_url":
            continue
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        given[f"CUSTODES_{name.upper()}"] = text
    return given


def _item(folder: Path, path: Path) -> BackupFile:
    name = path.relative_to(folder).as_posix()
    return BackupFile(name, path.stat().st_size, path.name if name.startswith("papers/") else hash_file(path))


def hash_file(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
