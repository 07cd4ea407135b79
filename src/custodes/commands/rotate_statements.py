"""`custodes rotate gateway-statements`: the side channel's certificate is followed by another that the other platforms have been handed before it is used."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from custodes.settings import Settings
    from custodes.video.clock import HostClock


class NotHanded(Exception):
    """Platforms have not entered the next certificate; the message names them."""


@dataclass(frozen=True, slots=True)
class RotationStanding:
    """How it stands.

    Attributes:
        step: ``waiting``, ``finished`` or ``undone``.
        old, new: SHA-256 of the present, and of the next certificate.
        since: when the next one was made; empty where there is none.
        owed: names of platforms that have not entered it, as far as anybody said on their pages.
        index: of the record, where one was written.
    """

    step: str
    old: str
    new: str = ""
    since: str = ""
    owed: list[str] = field(default_factory=list)
    index: int | None = None


def begin(settings: Settings, at: datetime) -> RotationStanding:
    """Make the next pair, or tell how it stands; what is used stays what it was. Nothing has to stand still.

    Raises:
        KeyFileError, OSError: it can't be made.
    """
    from custodes.tls.succession import gateway_statements_succession, sha256_of

    pair = gateway_statements_succession(settings.keys_folder)
    with _as_gateway(settings):
        pair.require_whole()
    pair.make(at, _as_gateway(settings))
    return RotationStanding("waiting", sha256_of(pair.now.cert), sha256_of(pair.next.cert), *_outstanding(settings))


def finish(settings: Settings, clock: HostClock, *, anyway: bool) -> RotationStanding:
    """The next pair takes the place of the present one, on record before; the old key is destroyed. Interrupted, it can be called again.

    Args:
        anyway: although platforms have not entered it: they take no statements of ours until they have.

    Raises:
        NotHanded, KeyFileError, OSError: nothing was changed.
        AlreadyRunning, LogMismatch, StoreError, SigningRefused: as `notary.rotation.rotate`.
    """
    from custodes.keyfile import KeyFileError
    from custodes.notary.process import config_of
    from custodes.notary.rotation import as_owner, keep_record
    from custodes.tls.succession import fits, gateway_statements_succession, sha256_of

    pair = gateway_statements_succession(settings.keys_folder)
    if not pair.waits:
        raise KeyFileError("there is no next certificate: call `custodes rotate gateway-statements` first")
    with _as_gateway(settings):
        if not (fits(pair.next.cert, pair.next.key) or fits(pair.next.cert, pair.now.key)):
            raise KeyFileError(f"{pair.next.key} is not the key of {pair.next.cert}: undo, and begin anew")
    since, owed = _outstanding(settings)
    if owed and not anyway:
        raise NotHanded(", ".join(owed))
    old, new = sha256_of(pair.now.cert), sha256_of(pair.next.cert)
    index = keep_record("gateway-statements", old, new, config_of(settings), clock)
    pair.take_place(_as_gateway(settings), as_owner(pair.next.cert))
    return RotationStanding("finished", old, new, since, owed, index)


def undo(settings: Settings) -> RotationStanding:
    """Destroy the next pair; what is used stays.

    Raises:
        OSError.
    """
    from custodes.keyfile import KeyFileError
    from custodes.notary.rotation import as_owner
    from custodes.tls.succession import fits, gateway_statements_succession, sha256_of

    pair = gateway_statements_succession(settings.keys_folder)
    if not pair.waits:
        raise KeyFileError("there is no next certificate to undo")
    with _as_gateway(settings):
        if not fits(pair.now.cert, pair.now.key):
            raise KeyFileError("it was finished half: the old key is gone, call it with --finish")
    told = RotationStanding("undone", sha256_of(pair.now.cert), sha256_of(pair.next.cert), *_outstanding(settings))
    pair.drop(_as_gateway(settings), as_owner(pair.next.cert))
    return told


def _as_gateway(settings: Settings) -> AbstractContextManager[None]:
    from custodes.notary.rotation import as_owner

    return as_owner(settings.keys_folder / "gateway")


def _outstanding(settings: Settings) -> tuple[str, list[str]]:
    from custodes.commands.installation import set_up_django
    from custodes.notary.rotation import as_owner
    from custodes.web.keys import CONTROL_KEY

    set_up_django()
    from custodes.sharing.links.certificates import next_one, owed

    with as_owner(settings.keys_folder / "web" / CONTROL_KEY):
        told = next_one()
        return ("", []) if told is None else (told.since.isoformat(), [row.name for row in owed(told)])
