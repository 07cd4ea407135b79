"""Putting a back-up onto an empty machine: checked to its last byte first, then under new keys and a new name of the log.

Everything is made in a folder beside the one that is wanted, and takes its name at the very end: a restore that stops on the
way leaves nothing that could be taken for an installation.

What is of a newer format than this program writes is refused before anything is put back.
"""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from custodes.backup.collect import hash_file
from custodes.backup.databases import is_postgresql, restore_postgresql
from custodes.backup.envelope import Progress, unseal
from custodes.backup.manifest import BackupRefused, Manifest, check_formats
from custodes.gateway.keys import CONTROL_PUBLIC as GATEWAY_PUBLIC
from custodes.gateway.keys import make_keys as make_gateway_keys
from custodes.keyfile import fingerprint_of
from custodes.ledger.book import FORMAT as BOOK
from custodes.ledger.note import KeyTextError, parse_vkey
from custodes.node.journal import FORMAT as JOURNAL
from custodes.node.keys import make_keys as make_node_keys
from custodes.node.speaking import FORMAT as SPEAKING
from custodes.node.steering.book import FORMAT as STEERING
from custodes.notary.continuing import Before, LogContinuation, continue_log, next_origin
from custodes.notary.files import sync_folders
from custodes.notary.keys import GRANT_PUBLIC, LOG_VKEY
from custodes.notary.keys import make_keys as make_notary_keys
from custodes.notary.process import config_of
from custodes.settings import Settings
from custodes.video.archive.schema import FORMAT as INDEX
from custodes.video.archive.volume import FORMAT as VOLUME
from custodes.video.clock import HostClock
from custodes.web.keys import PACKAGES_PUBLIC_KEY
from custodes.web.keys import make_keys as make_web_keys

PAPERS = 1
"""Of the store of papers: each file under its SHA-256."""


def known_formats() -> dict[str, int]:
    """Format of each part by its name."""
    accounts = {"journal": JOURNAL, "steering": STEERING, "speaking": SPEAKING}
    return {"index": INDEX, "book": BOOK, "volume": VOLUME, "papers": PAPERS} | accounts


_REPLACED = {
    "grant": GRANT_PUBLIC,
    "web": "web.pub",
    "packages": PACKAGES_PUBLIC_KEY,
    "node": "node.pub",
    "gateway": GATEWAY_PUBLIC,
}
_MAY_BE_MISSING = {"packages", "gateway"}
"""A back-up from before evidence packages has no key of theirs, one of an installation without a gateway none of that."""

_MADE_ANEW = (
    "witness.vkey",
    "tls-witness.pem",
    "witness-client.pem",
    "gateway-statements.crt",
    "gateway-statements-next.crt",
)
"""Of the witness and its clients, and of the gateway's side channel: others are made here, by `custodes init` or by `custodes witness join`, and
handed over again."""
ENV_FILE = "restored.env"
_LEFT_OUT = ("CUSTODES_NOTARY_SOCKET", "CUSTODES_CHECKPOINT_COPY")
"""The socket is this machine's matter; and in the folder of copies lie the last words of the log before, which the new one
must not write over."""
_HEAD = (
    "# Settings of the installation that was backed up. Look them over: addresses, volumes, certificates and users are",
    "# this machine's matter, and CUSTODES_DATABASE_URL is given anew.",
    "# CUSTODES_CHECKPOINT_COPY is left out: name a new folder. In the old one lie the checkpoints of the log before.",
)


@dataclass(frozen=True, slots=True)
class OpenedBackup:
    """A back-up that was checked and lies open.

    Attributes:
        folder: its files, in the form of a data folder.
        manifest: what it says of itself.
        sha256: of the file.
    """

    folder: Path
    manifest: Manifest
    sha256: str


@contextmanager
def taken_out(file: Path, passphrase: str | None, into: Path, progress: Progress) -> Iterator[OpenedBackup]:
    """Open a back-up beside `into`; gone at the end unless `settle` has given it that name.

    Raises:
        BackupRefused: `into` is in use, or the back-up is damaged, newer, or opens with another passphrase.
        OSError: a file can't be read or written.
    """
    refuse_taken(into)
    into.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{into.name}.restoring-", dir=into.parent))
    try:
        manifest = unseal(file, passphrase, folder, progress)
        yield OpenedBackup(folder, manifest, hash_file(file))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refuse_taken(into: Path) -> None:
    """
    Raises:
        BackupRefused: something is there already.
    """
    if into.is_symlink() or (into.exists() and (not into.is_dir() or any(into.iterdir()))):
        raise BackupRefused(f"{into} is not empty: a restore goes into a new folder and replaces nothing.")


def refuse_newer(manifest: Manifest, migrations: frozenset[str]) -> None:
    """Whether this program knows all that is in it.

    Args:
        migrations: of the web's database as this program knows them.

    Raises:
        BackupRefused: something is newer.
    """
    check_formats(manifest, known_formats(), migrations)


def restored_origin(manifest: Manifest, at: str) -> str:
    """The origin of the log that goes on from this back-up, restored at this time."""
    return next_origin(manifest.origin, at)


def renew_keys(taken: OpenedBackup, settings: Settings) -> dict[str, tuple[str, str]]:
    """Make new keys for all that sign; what the old ones signed opens nothing here. Those that open stay.

    Args:
        settings: of the restored installation, its data folder being the one that was taken out.

    Returns:
        Fingerprints of each key but the log's, old and new.

    Raises:
        BackupRefused: a key of the back-up is missing or malformed.
    """
    public = settings.keys_folder / "public"
    replaced = {
        name: file for name, file in _REPLACED.items() if name not in _MAY_BE_MISSING or (public / file).exists()
    }
    old = {name: _raw(public / file) for name, file in replaced.items()}
    for file in (*replaced.values(), LOG_VKEY):
        (public / file).unlink()
    for file in _MADE_ANEW:
        (public / file).unlink(missing_ok=True)
    for owner in ("web", "node", *(("gateway",) if "gateway" in replaced else ())):
        (settings.keys_folder / owner).chmod(0o700)
    make_notary_keys(settings.keys_folder / "notary", public, settings.log_origin)
    make_web_keys(settings.keys_folder / "web", public)
    make_node_keys(settings.keys_folder / "node", public)
    if "gateway" in replaced:
        make_gateway_keys(settings.keys_folder / "gateway", public)
    public.chmod(0o755)
    for path in public.iterdir():
        path.chmod(0o644)
    return {name: (fingerprint_of(raw), fingerprint_of(_raw(public / _REPLACED[name]))) for name, raw in old.items()}


def _raw(path: Path) -> bytes:
    try:
        return base64.b64decode(path.read_text(encoding="ascii").strip(), validate=True)
    except (OSError, ValueError) as error:
        raise BackupRefused(f"The back-up has no readable {path.name}.") from error


def open_log_again(
    taken: OpenedBackup, settings: Settings, keys: dict[str, tuple[str, str]], by: str, clock: HostClock
) -> LogContinuation:
    """Let the log go on under its new origin.

    Raises:
        LogMismatch, StoreError: the log in the back-up is not whole.
    """
    manifest = taken.manifest
    try:
        vkey = parse_vkey(manifest.vkey)
    except KeyTextError as error:
        raise BackupRefused(f"The back-up's verifier key of the log can't be read: {error}") from error
    before = Before(vkey, manifest.checkpoint, taken.sha256, keys)
    done = continue_log(config_of(settings), before, by, clock)
    (settings.keys_folder / "public" / f"log-before-{before.vkey.key_id:08x}.vkey").write_text(manifest.vkey + "\n")
    return done


def put_back_database(taken: OpenedBackup, settings: Settings) -> None:
    """The web's database: a file that is there already, or a dump into the database that the settings name.

    Raises:
        BackupRefused: the settings name a database of the other kind, or the dump can't be read in.
    """
    wants = "postgresql" if is_postgresql(settings.database) else "sqlite"
    if wants != taken.manifest.database:
        remedy = (
            "set CUSTODES_DATABASE_URL to a new, empty PostgreSQL database"
            if wants == "sqlite"
            else "leave CUSTODES_DATABASE_URL empty"
        )
        raise BackupRefused(f"The back-up holds a database of {taken.manifest.database}: {remedy}.")
    if wants == "postgresql":
        restore_postgresql(settings.database, taken.folder / "web.pgdump")
        (taken.folder / "web.pgdump").unlink()


def end_what_was_open() -> int:
    """Grants and sessions of before are over; each grant's end is recorded. Django must be set up.

    Returns:
        How many grants were revoked.
    """
    from django.contrib.sessions.models import Session

    from custodes.access.models import Grant
    from custodes.access.revocation import revoke

    Session.objects.all().delete()
    return revoke(Grant.objects.all(), by="system", reason="系统已从备份恢复，请重新申请查看", clause="")


def write_settings(taken: OpenedBackup, settings: Settings, into: Path) -> None:
    """The settings as they were, with the new folder and origin, to start with: `CUSTODES_ENV_FILE`."""
    values = {**taken.manifest.settings, "CUSTODES_DATA": str(into), "CUSTODES_LOG_ORIGIN": settings.log_origin}
    for name in _LEFT_OUT:
        values.pop(name, None)
    lines = [*_HEAD, *(f"{name}={_quoted(value)}" for name, value in sorted(values.items()))]
    path = taken.folder / ENV_FILE
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    path.chmod(0o600)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def settle(taken: OpenedBackup, into: Path) -> None:
    """Give the folder its name; from here on there is an installation.

    Raises:
        BackupRefused: something was put there meanwhile.
    """
    refuse_taken(into)
    (taken.folder / "ledger").chmod(0o755)
    for name in ("witness", "witnesses"):  # read by the pages too
        for path in (taken.folder / name, *(taken.folder / name).rglob("*")):
            if path.exists():
                path.chmod(0o755 if path.is_dir() else 0o644)
    if (taken.folder / "papers").exists():
        (taken.folder / "papers").chmod(0o700)
    taken.folder.chmod(0o755)
    for folder, _, files in os.walk(taken.folder):
        for name in files:
            fd = os.open(os.path.join(folder, name), os.O_RDONLY | os.O_NOFOLLOW)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
        sync_folders([Path(folder)])
    if into.exists():
        into.rmdir()
    taken.folder.rename(into)
    sync_folders([into.parent])
