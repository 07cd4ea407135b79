"""Notary, web and node as three OS users: what belongs to whom in the data folder, and starting each as its own.

The data folder stays root's. The web's group may make files in it (its database and what SQLite puts beside it), and by
the sticky bit touches nobody else's.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from custodes.settings import Settings


@dataclass(frozen=True)
class User:
    """An OS user, with the group that files get."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Users:
    """Who runs what."""

    notary: User
    web: User
    node: User


def users_of(settings: Settings) -> Users | None:
    """The three users; None when not all are set, or two are the same."""
    uids = (settings.notary_uid, settings.web_uid, settings.node_uid)
    notary, web, node = uids
    if notary is None or web is None or node is None or len(set(uids)) < 3:
        return None
    return Users(_user(notary), _user(web), _user(node))


def _user(uid: int) -> User:
    try:
        return User(uid, pwd.getpwuid(uid).pw_gid)
    except KeyError:  # a user without a name has the group of the same number
        return User(uid, uid)


def hand_over(settings: Settings, users: Users) -> None:
    """Give each user what is its own; what is another's already stays. Root alone can.

    Raises:
        OSError: not allowed, or a folder can't be made. It can be called again.
    """
    data, keys = settings.data, settings.keys_folder
    _give(data, User(0, users.web.gid), 0o1775)
    for folder, user, mode in (
        (keys / "notary", users.notary, 0o700),
        (settings.ledger_folder, users.notary, 0o755),
        # A socket that is set somewhere else, in /run perhaps, has a folder that is not ours to give.
        *(() if settings.notary_socket else ((settings.notary_socket_path.parent, users.notary, 0o755),)),
        (keys / "web", users.web, 0o700),
        (keys / "node", users.node, 0o700),
        (settings.node_folder, users.node, 0o750),
        *((volume, users.node, 0o750) for volume in settings.volume_paths if not volume.exists()),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        _give(folder, user, mode)
        for path in _below(folder):
            _give(path, user)
    for path in data.glob("web.sqlite3*"):
        _give(path, users.web)


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            yield Path(place, name)


def _give(path: Path, user: User, mode: int | None = None) -> None:
    """Never through a link: whoever owned the folder so far may have put one there."""
    os.chown(path, user.uid, user.gid, follow_symlinks=False)
    if mode is not None:
        path.chmod(mode)
