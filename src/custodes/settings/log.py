"""Settings of the evidence log: its notary, its witnesses (the one run here, and those that cosign), and the users that the processes run as."""

from __future__ import annotations

import pwd
import re
from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings

from custodes.settings.setting import setting


class WitnessSettings(BaseSettings):
    """The part of `custodes.settings.Settings` that the witness, its clients and their pages read."""

    witness_name: str = setting(
        "",
        "text",
        "Name of the witness that this installation runs for logs of platforms below it, a URL without scheme (`witness.city.example/w1`); it stands on every cosignature. Empty: none is run.",
        max_length=200,
    )
    witness_host: str = setting(
        "127.0.0.1",
        "address",
        "Address the witness listens on; always TLS, and only with the certificates it was given.",
    )
    witness_port: int = setting(8300, "port", "Port of the witness.", ge=1, le=65535)
    witness_silent_minutes: int = setting(
        30,
        "minutes",
        "A witnessed log that has not grown for so long raises an alarm; each log grows with its heartbeat (`CUSTODES_HEARTBEAT_SECONDS` of the platform below).",
        ge=5,
        le=10_080,
    )
    witnesses: Path | None = setting(
        None,
        "path",
        "Folder with a file for each witness of this installation's own log (`NAME.toml`: url, key, certificate); empty means `witnesses` in the data folder.",
    )

    @field_validator("witness_name")
    @classmethod
    def _key_name(cls, value: str) -> str:
        if "+" in value or re.search(r"[\s\x00-\x1f]", value):
            raise ValueError("a key name has no spaces, plus signs or control characters (C2SP signed-note)")
        return value


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
