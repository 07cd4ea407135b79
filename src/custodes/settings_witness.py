"""Settings of witnesses: the one that this installation runs for the platforms below it, and those that cosign its own log."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings

from custodes.setting import setting


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
