"""Settings of the register's map: tiles to lie under it, where an installation has a server of them."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import BaseSettings

from custodes.setting import setting

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_PLACES = ("{z}", "{x}", "{y}")


class MapSettings(BaseSettings):
    """The part of `custodes.settings.Settings` that the map reads."""

    map_tiles: str = setting(
        "",
        "address",
        "Picture tiles under the register's map, with {z}, {x} and {y}, in CGCS2000 or WGS 84; browsers fetch them, and whoever serves them sees where people look. Empty: none, and the map needs no other server.",
    )
    map_attribution: str = setting(
        "", "text", "Source and review number (审图号) of these tiles, shown on the map as their publisher asks for it."
    )

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
