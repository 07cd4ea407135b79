"""Settings of the notary and its log, and of the users of the system that the processes run as."""

from __future__ import annotations

import pwd
from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings

from custodes.setting import setting


class NotarySettings(BaseSettings):
    """The part of `custodes.settings.Settings` that the notary and whoever starts processes read."""

    notary_socket: Path | None = setting(
        None, "path", "Unix socket of the notary; empty means notary/notary.sock in the data folder."
    )
    log_origin: str = setting(
        "custodes.example/log", "text", "Origin line of this installation's log (C2SP tlog-checkpoint)."
    )
    checkpoint_seconds: int = setting(
        60, "seconds", "A checkpoint is signed after this time if there are new entries.", ge=1, le=3600
    )
    checkpoint_entries: int = setting(256, "entries", "A checkpoint is signed after this many new entries.", ge=1)
    heartbeat_seconds: int = setting(
        600, "seconds", "Period of the heartbeat entry, so that silence is visible.", ge=10
    )
    checkpoint_copy: Path | None = setting(
        None, "path", "Folder (another disk, a share) to which each checkpoint is also written."
    )
    backup_every_days: int = setting(
        7,
        "days",
        "A back-up that is older than this is overdue (`backups/last.json` in the data folder says when the last one was made); 0 means that none is expected.",
        ge=0,
        le=365,
    )
    notary_uid: int | None = setting(
        None,
        "user id or name",
        "OS user of the notary. With this and the next two set, `custodes init` called by root gives each user what is its own, and `custodes up` called by root starts each process as its user.",
        ge=1,
    )
    web_uid: int | None = setting(
        None,
        "user id or name",
        "OS user of the web process; the notary signs grants for no other. Empty: the notary's own user, which `doctor` and the demo report as no separation.",
    )
    node_uid: int | None = setting(
        None,
        "user id or name",
        "OS user of the node; the notary takes its records and nothing else. Empty: the notary's own user.",
    )

    witness_uid: int | None = setting(
        None,
        "user id or name",
        "OS user of the witness; with the three above set and `CUSTODES_WITNESS_NAME`, `init` and `up` give it what is its own. Empty: whoever starts it.",
        ge=1,
    )

    @field_validator(
        "notary_uid", "web_uid", "node_uid", "gateway_uid", "witness_uid", mode="before", check_fields=False
    )
    @classmethod
    def _user_id(cls, value: object) -> object:
        if not isinstance(value, str) or not value.strip() or value.strip().isdigit():
            return value
        try:
            return pwd.getpwnam(value.strip()).pw_uid
        except KeyError as error:
            raise ValueError(f"there is no user {value.strip()!r} on this machine") from error
