"""Replacing a key while the notary stands still: on record under the old log key first, then the files (docs/design/ledger.md)."""

from __future__ import annotations

import errno
import os
import stat
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.keyfile import NEXT, PrivateKey, fingerprint, load_signing_key, publish, sync_folder, write_key
from custodes.ledger.records import KeyRotated, at_text
from custodes.video.clock import HostClock

from .files import write_durable
from .keys import load_signer
from .prepare import prepare
from .process import STATE_FILE, NotaryConfig, locked
from .protocol import NotaryRefused
from .recovery import open_log

_RECORD_IDS = uuid.UUID("5b0f7e0c-6f0b-4d53-9a44-0c5d2f3c7a11")


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where a key lies.

    Attributes:
        name: of the key in its record: ``log``, ``grant``, ``web``, ``packages``, ``node``, ``node-seal``, ``gateway``,
            ``gateway-seal``, ``witness``.
        private, public: its two files.
        line: what the public file holds, from the private key.
        make, load: another key of this kind; the one in a file.
        carry: takes over, from the old key to the new one, what only the old one opens. Called when the change is on
            record and before the old key is destroyed; again after a crash, with what it has done already.
    """

    name: str
    private: Path
    public: Path
    line: Callable[[Any], str]
    make: Callable[[], PrivateKey] = Ed25519PrivateKey.generate
    load: Callable[[Path], PrivateKey] = load_signing_key
    carry: Callable[[Any, Any], None] | None = None


@dataclass(frozen=True, slots=True)
class Rotated:
    """A key that was replaced: fingerprints, and the ledger index of the record."""

    key: str
    old: str
    new: str
    index: int


def rotate(
    place: KeyPlace, config: NotaryConfig, clock: HostClock, reached: Callable[[str], None] = lambda _: None
) -> Rotated:
    """Replace one key. Asked again after a crash it goes on where it stopped, or replaces the key once more.

    Args:
        config: of the notary, which must not be running.
        reached: told the steps, for tests that stop there.

    Raises:
        AlreadyRunning: the notary runs.
        KeyFileError, LogMismatch, StoreError, SigningRefused: nothing was changed.
    """
    with as_owner(config.ledger), locked(config.ledger):
        return _rotate(place, config, clock, reached)


def _rotate(place: KeyPlace, config: NotaryConfig, clock: HostClock, reached: Callable[[str], None]) -> Rotated:
    draft = place.private.with_name(place.private.name + NEXT)
    with as_owner(place.private):
        old = place.load(place.private)
        if not draft.exists():
            write_key(draft, place.make())
        new = place.load(draft)
    reached("rotate.made")
    names = (fingerprint(old), fingerprint(new))
    index = _record(place.name, names, config, clock)
    reached("rotate.recorded")
    if place.carry is not None:
        place.carry(old, new)
        reached("rotate.carried")
    with as_owner(place.private):
        draft.rename(place.private)
        sync_folder(place.private.parent)
    reached("rotate.replaced")
    with as_owner(place.public):
        publish(place.public, place.line(new))
    reached("rotate.published")
    if place.name == "log":
        _publish(config, clock)
    return Rotated(place.name, *names, index)


def keep_record(name: str, old: str, new: str, config: NotaryConfig, clock: HostClock) -> int:
    """Put on record that a key was replaced which lies elsewhere than `KeyPlace` has it; done twice it is one record.

    Returns:
        The ledger index of the record.

    Raises:
        As `rotate`.
    """
    with as_owner(config.ledger), locked(config.ledger):
        return _record(name, (old, new), config, clock)


def _record(name: str, names: tuple[str, str], config: NotaryConfig, clock: HostClock) -> int:
    """Append the record and sign a checkpoint over it with the present log key; the id makes doing it twice harmless."""
    signer = load_signer(config.keys, config.origin)
    log = open_log(config.ledger, config.keys / STATE_FILE, signer, config.checkpoint_copy)
    try:
        record = KeyRotated(
            id=uuid.uuid5(_RECORD_IDS, names[1]), at=at_text(clock.wall_us()), key=name, old=names[0], new=names[1]
        )
        ([outcome], entries) = log.store.commit([prepare([record])])
        if isinstance(outcome, NotaryRefused):  # only grants are ever refused
            raise AssertionError(outcome.detail)
        log.publisher.feed(entries)
        note = log.publisher.publish(record.at[:10]).note
    finally:
        log.close()
    if name == "log":
        # The last word of the old key, kept: who has only that key can check with it that the new one was announced.
        write_durable(config.ledger / f"checkpoint-{signer.verifier.key_id:08x}", note.encode())
    return outcome[0]


def _publish(config: NotaryConfig, clock: HostClock) -> None:
    """The same tree under the new log key."""
    log = open_log(
        config.ledger, config.keys / STATE_FILE, load_signer(config.keys, config.origin), config.checkpoint_copy
    )
    try:
        log.publisher.publish(at_text(clock.wall_us())[:10])
    finally:
        log.close()


@contextmanager
def as_owner(path: Path) -> Iterator[None]:
    """Act as the user that owns `path` (root alone can become another), so that what is written stays that user's.

    Raises:
        OSError: `path` is not there, or its owner is another and this process was not started by root; or it was, and
            `path` is neither a file nor a folder: whom a link leads to is chosen by whoever made it.
    """
    if os.getuid() != 0:
        found = path.stat()
        if found.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "belongs to another user: call this as that user or as root", str(path))
        yield
        return
    with _as_root():  # nobody else may look into all folders
        found = os.lstat(path)
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise OSError(
            errno.ELOOP, "is a link, or neither a file nor a folder: put the real one in its place", str(path)
        )
    with acting_as(found.st_uid, found.st_gid):
        yield


@contextmanager
def acting_as(uid: int, gid: int) -> Iterator[None]:
    """Act as this user with this group and no others. Only a process that was started by root can; within another
    `acting_as` too, since from one user to another the way leads through root.
    """
    with _as_root():
        groups = os.getgroups()
        try:
            if uid != 0:
                os.setgroups([])
            os.setegid(gid)
            os.seteuid(uid)
            yield
        finally:
            os.seteuid(0)
            if uid != 0:
                os.setgroups(groups)


@contextmanager
def _as_root() -> Iterator[None]:
    """Be root again in a process that root started; afterwards who it was before."""
    user, group = os.geteuid(), os.getegid()
    if user != 0:
        os.seteuid(0)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.seteuid(user)
