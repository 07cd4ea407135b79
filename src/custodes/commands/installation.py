"""What `init`, `up` and `demo` share: folders, keys, the database."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from custodes.settings import Settings


class UnfitDatabase(Exception):
    """The web's database is of a newer program, or of one so old that another has to bring it up to date first; the message says what to do."""


class NotInitialised(Exception):
    """`custodes init` has not been run for this data folder."""


def make_keys(settings: Settings) -> None:
    """Make the keys of all processes of this machine where they are missing; never replace one. The gateway's where there is to be one.

    Raises:
        KeyFileError: a key can't be used, or is gone while its public half is there.
    """
    from custodes.gateway.keys import make_keys as make_gateway_keys
    from custodes.node.keys import make_keys as make_node_keys
    from custodes.notary.keys import make_keys as make_notary_keys
    from custodes.web.keys import make_keys as make_web_keys

    public = settings.keys_folder / "public"
    make_notary_keys(settings.keys_folder / "notary", public, settings.log_origin)
    make_web_keys(settings.keys_folder / "web", public)
    make_node_keys(settings.keys_folder / "node", public)
    if settings.gateway_id:
        make_gateway_keys(settings.keys_folder / "gateway", public)
    make_witness_keys(settings)


def make_witness_keys(settings: Settings) -> None:
    """Make the witness's keys where a witness is switched on.

    Raises:
        KeyFileError: as `make_keys`.
    """
    import datetime

    from custodes.witness.keys import make_keys as make

    if settings.witness_name:
        at = datetime.datetime.now(datetime.UTC)
        make(settings.keys_folder, settings.witness_name, settings.witness_host, at)


def require_keys(settings: Settings) -> None:
    """Check that `custodes init` was run here, and that the log is the one that the settings name.

    Raises:
        NotInitialised: it was not, or the log has another origin; the message says what to do.
    """
    vkey = settings.keys_folder / "public" / "log.vkey"
    if not vkey.exists():
        raise NotInitialised(f"There is no installation in {settings.data}. Run `custodes init` first.")
    origin = vkey.read_text(encoding="utf-8").partition("+")[0]  # no "+" is in a name (C2SP signed-note)
    if origin != settings.log_origin:
        raise NotInitialised(
            f"The log in {settings.data} is {origin}, and CUSTODES_LOG_ORIGIN says {settings.log_origin}: "
            f"set CUSTODES_LOG_ORIGIN={origin}. A log keeps its origin; a restored one has a new one."
        )
    if settings.gateway_id and not (settings.keys_folder / "public" / "gateway.pub").exists():
        raise NotInitialised(
            f"The gateway has no keys in {settings.data} yet: call `custodes init` again, it makes what is missing and replaces nothing."
        )


def settings_before_tls() -> Settings:
    """The settings as if web and node listened on loopback: whoever makes the certificates that other addresses need must be
    let in before there are any."""
    from custodes.settings import Settings

    return Settings(_env_file=os.environ.get("CUSTODES_ENV_FILE"), web_host="127.0.0.1", node_host="127.0.0.1")


def set_up_django() -> None:
    """Load the Django project in this process."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "custodes.web.settings")
    django.setup()


def program_version() -> str:
    """Of this program."""
    from importlib.metadata import version

    return version("custodes")


def known_migrations() -> frozenset[str]:
    """Migrations of the web's database that this program knows, as ``app.name``, with those that others took in; no database is asked."""
    return frozenset(_dotted(_disk_migrations())) | frozenset().union(*_taken_in())


def _taken_in() -> list[frozenset[str]]:
    """Of each migration that took others in, these: they were there before, and are gone."""
    return [frozenset(_dotted(one.replaces)) for one in _disk_migrations().values() if one.replaces]


def _disk_migrations() -> dict[tuple[str, str], Any]:
    from django.db.migrations.loader import MigrationLoader

    set_up_django()
    return MigrationLoader(None).disk_migrations


def _dotted(names: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{app}.{name}" for app, name in names]


def applied_migrations() -> tuple[str, ...]:
    """Migrations that the web's database has seen, as ``app.name``."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    found = tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))
    connection.close()
    return found


def refuse_unfit_database() -> None:
    """
    Raises:
        UnfitDatabase: the database was brought up to date by a newer program, or stopped at a migration that is in none of this program's.
    """
    known, applied = known_migrations(), frozenset(applied_migrations())
    own = {name.partition(".")[0] for name in known}
    unknown = sorted(name for name in applied - known if name.partition(".")[0] in own)
    if unknown:
        raise UnfitDatabase(
            f"The database is newer than this program ({', '.join(unknown[:3])}): use the newer program, "
            "or restore the copy that was made before the upgrade."
        )
    for together in _taken_in():
        if applied & together and (missing := sorted(together - applied)):
            raise UnfitDatabase(
                f"The database is of a program that is too old to be brought up to date in one step ({missing[0]} is missing): "
                "docs/guide/install.md, “From before 2 December 2026”, says how."
            )


def migrate() -> None:
    """Bring the database of the web process up to date.

    Raises:
        UnfitDatabase: nothing was changed.
    """
    from django.core.management import call_command

    set_up_django()
    refuse_unfit_database()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    _close_database()


def _close_database() -> None:
    """A database in a file holds password hashes and camera addresses: for its owner's eyes alone.

    Raises:
        OSError: it is a link.
    """
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    connection.close()  # closing a file a second time would drop the locks that SQLite holds on it (POSIX)
    name = str(connection.settings_dict["NAME"])
    for path in (name, name + "-wal", name + "-shm"):
        _close_file(path)


def _close_file(path: str) -> None:
    """Mode 0600, never through a link: its owner may have put one there."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise OSError(errno.ELOOP, "is a link: name the file itself in CUSTODES_DATABASE_URL", path) from error
    try:
        if stat.S_ISREG(os.fstat(opened).st_mode):
            os.fchmod(opened, 0o600)
    finally:
        os.close(opened)


def register_own_node(settings: Settings) -> None:
    """Enter this machine's node, and its gateway where it has one, in the register, with the public keys that `make_keys` made."""
    from django.db import transaction

    from custodes.places.assignment import bump
    from custodes.places.models import Node

    public = settings.keys_folder / "public"
    # A certificate is for a name: the one that browsers use.
    internal_origin = settings.node_origin if settings.has_tls else f"http://{settings.node_host}"
    with transaction.atomic():
        node, _ = Node.objects.update_or_create(
            name=settings.node_name,
            defaults={
                "public_key": (public / "node.pub").read_text(encoding="ascii").strip(),
                "seal_key": (public / "node-seal.pub").read_text(encoding="ascii").strip(),
                "workers": settings.worker_count,
                "port": settings.node_port,
                "internal_origin": internal_origin,
                "browser_origin": settings.node_origin,
            },
        )
        bump(node)
    _register_own_gateway(settings)


def _register_own_gateway(settings: Settings) -> None:
    """Enter this machine's GB/T 28181 gateway where there is to be one; one that was switched off is trusted no more."""
    from django.utils import timezone

    from custodes.places.devices.gateways import register_own_gateway, remove_own_gateway

    if not settings.gateway_id:
        remove_own_gateway(timezone.now())
        return

    public = settings.keys_folder / "public"
    register_own_gateway(
        settings.gateway_name,
        settings.gateway_url,
        (public / "gateway.pub").read_text(encoding="ascii"),
        (public / "gateway-seal.pub").read_text(encoding="ascii"),
        sip_id=settings.gateway_id,
        sip_host=settings.gateway_sip_host,
        sip_port=settings.gateway_sip_port,
    )
