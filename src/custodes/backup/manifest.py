"""The first thing in a back-up: what is in it, of which formats, and the last checkpoint of its log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct


class BackupRefused(Exception):
    """It could not be done; the message says what is in the way and what to do. Nothing half is left."""


class WrongPassphrase(BackupRefused):
    """The passphrase does not open this file."""


FORMAT = 1
"""Of the back-up itself; a newer one is refused."""
MOST_ITEMS = 1_000_000
"""Papers are an item each; the rest is a few dozen."""
MOST_BYTES = 1 << 42
"""Of one item; more is no database of ours."""

_NAMES = re.compile(
    r"web\.sqlite3|web\.pgdump|ledger/book\.sqlite3|node/(worker|views|steering|speaking)-\d{1,3}\.sqlite3|node/(?:assignment|added-volumes)\.json"
    r"|papers/[0-9a-f]{2}/[0-9a-f]{64}|keys/(?:node|gateway)/seal\.key|keys/web/secret\.key|keys/public/[a-z0-9-]{1,60}\.(pub|vkey|pem)"
    r"|witness/logs/[A-Za-z0-9_-]{1,60}\.toml|witness/state/[0-9a-f]{64}\.json|witnesses/[A-Za-z0-9_-]{1,60}\.toml"
    r"|witness/evidence/[0-9a-f]{64}/(forked|unproven)-[0-9a-f]{64}\.json"
)
"""Nothing else is ever taken out of a back-up: no name in it says where it goes but these."""

_SETTING = re.compile(r"CUSTODES_[A-Z][A-Z0-9_]{0,60}")
"""Settings become variables and lines of a file: nothing but a variable of ours may."""

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Size = Annotated[int, Meta(ge=0, le=MOST_BYTES)]
Text = Annotated[str, Meta(max_length=4000)]


class BackupFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One file: its name in the data folder, its size in bytes and its hash."""

    name: Text
    size: Size
    sha256: Sha256


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a back-up holds.

    Attributes:
        format: of the back-up.
        program: version of the program that made it.
        made_at: when it was begun, as in a record.
        formats: of the parts: ``index``, ``journal``, ``book``.
        migrations: of the web's database, ``app.name``, those that were applied.
        database: which kind of database the web had.
        node: name of the node.
        origin, vkey: of the log.
        checkpoint: the last signed one, a note; empty when none was.
        volumes: identity of each volume by its path: footage is not in a back-up.
        settings: of the installation, by the name of the variable; without secrets.
        items: the files, in the order in which they follow.
    """

    format: int
    program: Text
    made_at: Text
    formats: dict[str, int]
    migrations: tuple[Text, ...]
    database: Literal["sqlite", "postgresql"]
    node: Text
    origin: Text
    vkey: Text
    checkpoint: Text
    volumes: dict[Text, Text]
    settings: dict[Text, Text]
    items: Annotated[tuple[BackupFile, ...], Meta(max_length=MOST_ITEMS)]

    def item(self, name: str) -> BackupFile | None:
        """The item of this name."""
        return next((item for item in self.items if item.name == name), None)


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as it stands in a back-up."""
    return msgspec.json.format(msgspec.json.encode(manifest))


def read_manifest(data: bytes) -> Manifest:
    """A manifest from a back-up.

    Raises:
        BackupRefused: not one, of a newer format, or with a name that no back-up holds.
    """
    try:
        version = msgspec.json.decode(data, type=dict)["format"]
        if isinstance(version, int) and version > FORMAT:
            raise BackupRefused(
                f"The back-up has format {version}, this program knows {FORMAT}: restore it with the program that made it, or a newer one."
            )
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError, RecursionError) as error:
        raise BackupRefused(f"The back-up's list of contents can't be read: {error}") from error
    names = [item.name for item in manifest.items]
    for name in names:
        if not _NAMES.fullmatch(name):
            raise BackupRefused(f"The back-up names {name!r}, which no back-up of ours holds.")
    for item in manifest.items:
        if item.name.startswith("papers/") and item.name != f"papers/{item.sha256[:2]}/{item.sha256}":
            raise BackupRefused(f"The back-up names {item.name!r}, whose bytes are others.")
    for name, value in manifest.settings.items():
        if not _SETTING.fullmatch(name) or not value.isprintable():
            raise BackupRefused(f"The back-up names {name!r} as a setting, which is none of ours or has no such value.")
    if len(set(names)) != len(names):
        raise BackupRefused("The back-up names a file twice.")
    return manifest


def check_formats(manifest: Manifest, known: Mapping[str, int], migrations: frozenset[str]) -> None:
    """Whether this program knows what is in a back-up.

    Args:
        known: format of each part as this program writes it.
        migrations: of the web's database as this program knows them.

    Raises:
        BackupRefused: something in it is newer.
    """
    remedy = f"It was made by version {manifest.program}: restore it with that version, or a newer one."
    for part, version in manifest.formats.items():
        if part not in known or version > known[part]:
            raise BackupRefused(
                f"The {part} in the back-up has format {version}, this program knows {known.get(part)}. {remedy}"
            )
    if unknown := sorted(set(manifest.migrations) - migrations):
        raise BackupRefused(
            f"The database in the back-up is newer than this program ({', '.join(unknown[:3])}). {remedy}"
        )
