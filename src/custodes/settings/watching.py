"""Settings of what says how the system itself does: measurements, traces, logs, and the mail of alarms."""

from __future__ import annotations

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from custodes.settings.setting import setting

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class WatchingSettings(BaseSettings):
    """The part of `custodes.settings.Settings` that logs, measurements, traces and the delivery of alarms read."""

    metrics_port: int = setting(
        0,
        "port",
        "Port of `/metrics` (Prometheus), on loopback alone: web; notary is this port + 1, the node's supervisor + 2, worker i + 3 + i. 0: none.",
        ge=0,
        le=65000,
    )
    traces_endpoint: str = setting(
        "",
        "URL",
        "Where traces go (OTLP over HTTP, `http://127.0.0.1:4318/v1/traces`); https, or http to this machine. Empty: no traces. Needs `custodes[telemetry]`.",
    )
    traces_share: float = setting(0.1, "share", "How many of all traces are kept.", ge=0, le=1)

    log_file_bytes: int = setting(
        64 << 20,
        "bytes",
        "Under `custodes up`: a process's log file is turned over when it is larger, and at each new day (UTC).",
        ge=1 << 20,
    )
    log_days: int = setting(
        190,
        "days",
        "How long turned-over log files are kept; never under 183, six months (Cybersecurity Law art. 23(3)). Under systemd the journal keeps them.",
        ge=183,
    )
    mail_host: str = setting("", "host", "SMTP server that alarm mails go through; empty means no mail.")
    mail_port: int = setting(587, "port", "Port of the SMTP server.", ge=1, le=65535)
    mail_security: str = setting(
        "starttls",
        "starttls, tls or none",
        "How the connection to the SMTP server is protected; none only to a server on this machine.",
        pattern="^(starttls|tls|none)$",
    )
    mail_user: str = setting("", "text", "Login name at the SMTP server; empty means none.")
    mail_password: SecretStr = setting(SecretStr(""), "text", "Password at the SMTP server.")
    mail_from: str = setting("custodes@localhost", "mail address", "Sender of alarm mails.")
    expected_cosigners: Annotated[tuple[str, ...], NoDecode] = setting(
        (),
        "names",
        "Witnesses whose cosignature every checkpoint should bear (comma-separated names, as on its signature lines); a missing one raises an alarm. Empty: all that `CUSTODES_WITNESSES` has.",
    )

    @field_validator("traces_endpoint")
    @classmethod
    def _collector(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (
            parts.hostname
            and not parts.username
            and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE))
        ):
            raise ValueError("an https address without a password in it, or http to 127.0.0.1, ::1 or localhost")
        return value

    @field_validator("expected_cosigners", mode="before")
    @classmethod
    def _cosigner_names(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value


def is_loopback(host: str) -> bool:
    """Whether this address is this machine's alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
