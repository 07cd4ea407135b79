"""How large a paper may be: an argument to every check, from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.settings import get_settings


@dataclass(frozen=True)
class Limits:
    """What one file may be.

    Attributes:
        bytes: of the file itself.
        unpacked: bytes of everything inside a package (OFD, DOCX, XLSX).
        pixels: of a picture, width times height.
    """

    bytes: int
    unpacked: int
    pixels: int

    @classmethod
    def of_settings(cls, most: int | None = None) -> Limits:
        """The installation's limits; `most` bytes where the place asks for less."""
        settings = get_settings()
        size = settings.paper_bytes if most is None else min(most, settings.paper_bytes)
        return cls(size, settings.paper_unpacked_bytes, settings.paper_pixels)
