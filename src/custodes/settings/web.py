"""Settings of the web process: where it listens, its database, sessions and sign-in, and the tiles under the register's map."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from custodes.settings.setting import setting

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_PLACES = ("{z}", "{x}", "{y}")


class WebSettings(BaseSettings):
    """The part of `custodes.settings.Settings` that the web process and its register's map read."""

    web_host: str = setting(
        "127.0.0.1", "address", "Address the web process listens on; anything but loopback needs TLS."
    )
    web_port: int = setting(8000, "port", "Port of the web process.", ge=1, le=65535)
    web_origin: str = setting(
        "",
        "URL",
        "Origin under which browsers reach the web process; the node checks it on every WebSocket. Empty: localhost with the web port.",
    )
    database_url: SecretStr = setting(
        SecretStr(""),
        "URL",
        "Database of the web process; empty means SQLite in the data folder (postgres://user:password@host/name for PostgreSQL).",
    )
    hsts_days: int = setting(
        365,
        "days",
        "With TLS: how long browsers insist on it after a visit (RFC 6797); 0 takes the demand back.",
        ge=0,
        le=730,
    )
    session_hours: int = setting(12, "hours", "A signed-in session ends after this time at the latest.", ge=1, le=24)
    session_idle_minutes: int = setting(
        60, "minutes", "A signed-in session without any request ends after this time.", ge=5, le=720
    )
    login_attempts: int = setting(
        5, "count", "Failed sign-ins for one account before it is locked for a while.", ge=3, le=20
    )
    login_lock_minutes: int = setting(
        15, "minutes", "How long an account stays locked after too many failed sign-ins.", ge=1, le=1440
    )
    requests_per_minute: int = setting(
        600,
        "count/minute",
        "Requests that one person may make in a minute, ten times as many from one address; pages that cost more count for more.",
        ge=60,
    )
    mfa_required_posts: Annotated[tuple[str, ...], NoDecode] = setting(
        ("system_admin", "security_admin", "audit_admin"),
        "kinds of posts",
        "Posts that may only be used with a second factor (comma-separated); a training installation only reminds.",
    )

    # The register's map
    map_tiles: str = setting(
        "",
        "address",
        "Picture tiles under the register's map, with {z}, {x} and {y}, in CGCS2000 or WGS 84; browsers fetch them, and whoever serves them sees where people look. Empty: none, and the map needs no other server.",
    )
    map_attribution: str = setting(
        "", "text", "Source and review number (审图号) of these tiles, shown on the map as their publisher asks for it."
    )

    @field_validator("mfa_required_posts", mode="before")
    @classmethod
    def _split_words(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("map_tiles")
    @classmethod
    def _tiles(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (
            parts.hostname
            and not parts.username
            and not set("{};,' ") & set(parts.netloc)
            and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE))
            and all(place in value for place in _PLACES)
        ):
            raise ValueError(
                "an https address with {z}, {x} and {y} in it and no password, or http to 127.0.0.1, ::1 or localhost"
            )
        return value

    @property
    def map_origin(self) -> str:
        """Where the tiles come from, for the content security policy; empty without any."""
        parts = urlsplit(self.map_tiles)
        return f"{parts.scheme}://{parts.netloc}" if self.map_tiles else ""
