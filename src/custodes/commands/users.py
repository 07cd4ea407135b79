"""Notary, web, node and gateway as OS users of their own: what belongs to whom in the data folder, and starting each as its own.

The data folder stays root's. The web's group may make files in it (its database and what SQLite puts beside it), and by
the sticky bit touches nobody else's.
"""

from __future__ import annotations

import errno
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from custodes.settings import Settings


class HandOverRefused(Exception):
    """Something in the data folder can't be given to anybody; the message says what and what to do."""


@dataclass(frozen=True)
class User:
    """An OS user, with the group that files get."""

    uid: int
    gid: int


ROOT = User(0, 0)


@dataclass(frozen=True)
class Users:
    """Who runs what."""

    notary: User
    web: User
    node: User
    gateway: User | None = None

    def of(self, process: str) -> User:
        """Who runs ``notary``, ``web``, ``node`` or ``gateway``."""
        user: User | None = {"notary": self.notary, "web": self.web, "node": self.node, "gateway": self.gateway}[
            process
        ]
        if user is None:
            raise ValueError("there is no gateway here")
        return user


def users_of(settings: Settings) -> Users | None:
    """The users, the gateway's too where there is one; None when not all are set, or two are the same."""
    uids = [settings.notary_uid, settings.web_uid, settings.node_uid]
    if settings.gateway_id:
        uids.append(settings.gateway_uid)
    found = [_user(uid) for uid in uids if uid is not None]
    if len(found) < len(uids) or len(set(uids)) < len(uids):
        return None
    return Users(*found)


def _user(uid: int) -> User:
    try:
        return User(uid, pwd.getpwuid(uid).pw_gid)
    except KeyError:  # a user without a name has the group of the same number
        return User(uid, uid)


def witness_user(settings: Settings) -> User | None:
    """The user that runs the witness; None where none is set."""
    return None if settings.witness_uid is None else _user(settings.witness_uid)


def _of_witness(settings: Settings) -> Iterator[tuple[Path, User, int]]:
    """What belongs to the witness, and which logs it knows, which is root's to say."""
    user = witness_user(settings)
    if not settings.witness_name or user is None:
        return
    folder = settings.witness_folder
    yield settings.keys_folder / "witness", user, 0o700
    yield folder, ROOT, 0o755
    yield folder / "logs", ROOT, 0o755
    yield folder / "state", user, 0o755  # read by the pages
    yield folder / "evidence", user, 0o755


def hand_over(settings: Settings, users: Users) -> None:
    """Give each user what is its own; what is another's already stays. Root alone can.

    Whoever owned the folder so far may be at work in it: parents are taken first, and nothing is reached through a link.

    Raises:
        OSError: not allowed, or a folder can't be made. It can be called again.
        HandOverRefused: a link, or something else that is no folder of ours, stands in the way.
    """
    data, keys = settings.data, settings.keys_folder
    data.mkdir(parents=True, exist_ok=True)
    place = _take(data.resolve(), User(0, users.web.gid), 0o1775)
    try:
        for name in os.listdir(place):
            if name.startswith("web.sqlite3"):
                _give(name, users.web, place)
    finally:
        os.close(place)
    os.close(_take(keys, ROOT, 0o755))
    for folder in (keys / "public", data / "log"):  # what all trust, and what root writes to
        _give_to_root(folder)
    for folder, user, mode in (
        (keys / "notary", users.notary, 0o700),
        (settings.ledger_folder, users.notary, 0o755),
        # A socket that is set somewhere else, in /run perhaps, has a folder that is not ours to give.
        *(() if settings.notary_socket else ((settings.notary_socket_path.parent, users.notary, 0o755),)),
        (keys / "web", users.web, 0o700),
        (settings.papers_folder, users.web, 0o700),
        (keys / "node", users.node, 0o700),
        (settings.node_folder, users.node, 0o750),
        *(
            ((keys / "gateway", users.gateway, 0o700), (settings.gateway_folder, users.gateway, 0o750))
            if users.gateway is not None
            else ()
        ),
        *((authority, ROOT, 0o700) for authority in (keys / "authority",) if authority.exists()),
        *((volume, users.node, 0o750) for volume in settings.volume_paths if not volume.exists()),
        *((one, users.node, 0o700) for one in filter(None, (settings.mask_folder,)) if not one.exists()),
        *_of_witness(settings),
    ):
        _give_all(folder, user, mode)


@contextmanager
def as_web(settings: Settings) -> Iterator[None]:
    """As root, with three users set: act as the web's, whose the database is. Otherwise as whoever calls."""
    from custodes.notary.rotation import acting_as

    users = users_of(settings) if os.geteuid() == 0 else None
    if users is None:
        yield
        return
    with acting_as(users.web.uid, users.web.gid):
        yield


def as_server(settings: Settings, server: str) -> AbstractContextManager[None]:
    """As root, with users set: act as the one that runs ``web``, ``node`` or ``gateway``, whose the key is."""
    from custodes.notary.rotation import acting_as

    users = users_of(settings) if os.geteuid() == 0 else None
    if users is None:
        return nullcontext()
    user = users.of(server)
    return acting_as(user.uid, user.gid)


def _give_all(folder: Path, user: User, mode: int) -> None:
    top = _take(folder, user, mode)
    try:
        for _, folders, files, place in os.fwalk(".", follow_symlinks=False, dir_fd=top):
            for name in (*folders, *files):
                _give(name, user, place)
    finally:
        os.close(top)


def _give_to_root(folder: Path) -> None:
    """With all that is in it: root's alone to write, everybody's to read."""
    top = _take(folder, ROOT, 0o755)
    try:
        for place, folders, files, opened in os.fwalk(".", follow_symlinks=False, dir_fd=top):
            os.fchown(opened, 0, 0)
            os.fchmod(opened, 0o755)
            for name in (*folders, *files):
                _give_entry_to_root(name, opened, folder / place / name)
    finally:
        os.close(top)


def _give_entry_to_root(name: str, place: int, path: Path) -> None:
    """A file at once; a folder is changed when the walk is in it."""
    found = os.stat(name, dir_fd=place, follow_symlinks=False)
    if stat.S_ISDIR(found.st_mode):
        return
    if not stat.S_ISREG(found.st_mode):
        raise HandOverRefused(f"{path} is a link or no file: remove it, then call `custodes init` as root again")
    opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place)
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise HandOverRefused(
                f"{path} is a file under several names: put a copy in its place, then call `custodes init` as root again"
            )
        os.fchown(opened, 0, 0)
        os.fchmod(opened, 0o644)
    finally:
        os.close(opened)


def _take(folder: Path, user: User, mode: int) -> int:
    """Make the folder if it is missing and give it; its descriptor, for whoever goes on inside.

    Raises:
        HandOverRefused: it is a link or no folder, or another was put in its place meanwhile.
    """
    refusal = HandOverRefused(
        f"{folder} is a link or no folder: put the folder itself there (a disk is mounted there, not linked), then call `custodes init` as root again"
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ELOOP, errno.ENOTDIR):
            raise refusal from error
        raise
    try:
        os.fchown(opened, user.uid, user.gid)
        os.fchmod(opened, mode)
        if not os.path.samestat(os.fstat(opened), folder.lstat()):
            raise refusal
    except BaseException:
        os.close(opened)
        raise
    return opened


def _give(name: str, user: User, place: int) -> None:
    """Never through a link: whoever owned the folder so far may have put one there.

    Args:
        place: descriptor of the folder that it is in.
    """
    with suppress(FileNotFoundError):  # its owner has removed it meanwhile
        found = os.stat(name, dir_fd=place, follow_symlinks=False)
        if (found.st_uid, found.st_gid) != (user.uid, user.gid):
            os.chown(name, user.uid, user.gid, dir_fd=place, follow_symlinks=False)
