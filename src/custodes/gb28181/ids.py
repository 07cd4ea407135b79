"""IDs of devices, channels, regions and platforms: 20 digits, ``CCCCCCCC II TTT N SSSSSS`` ("coding rule A", 2016 Annex D.1), a region's 2, 4, 6 or 8.

Always text: leading digits matter, and the number is larger than what JSON readers keep. `parse` is for people and forms, who are
told what is wrong. Fleets contain IDs of a wrong type or length, and no device is refused because of its own: `checked` asks alone that it
can stand in a SIP address and in XML as it is; `family` and `type_code` say what it seems to be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from custodes.gb28181.id_kinds import NETWORKS, PROVINCES, Family, Name, family_of, industry_of, type_of
from custodes.gb28181.refused import Refused

LENGTH = 20
DOMAIN_LENGTH = 10
REGION_LENGTHS = (2, 4, 6, 8)

_TAKEN = re.compile(r"[0-9A-Za-z._-]{1,64}")


@dataclass(frozen=True, slots=True)
class GbId:
    """An ID of 20 digits, cut into its parts. Made by `parse` and `make`."""

    text: str

    @property
    def centre(self) -> str:
        """Eight digits: province, city, county, grass-roots unit."""
        return self.text[:8]

    @property
    def division(self) -> str:
        """The six digits of GB/T 2260."""
        return self.text[:6]

    @property
    def domain(self) -> str:
        """The ten digits that a SIP domain or realm is named by."""
        return self.text[:DOMAIN_LENGTH]

    @property
    def industry(self) -> int:
        """Two digits."""
        return int(self.text[8:10])

    @property
    def type(self) -> int:
        """Three digits."""
        return int(self.text[10:13])

    @property
    def network(self) -> int:
        """One digit."""
        return int(self.text[13])

    @property
    def serial(self) -> str:
        """Six digits."""
        return self.text[14:]

    @property
    def family(self) -> Family:
        """The range of the type."""
        return family_of(self.type)[0]

    @property
    def type_name(self) -> Name:
        """What the type is called."""
        return type_of(self.type)

    @property
    def industry_name(self) -> Name:
        """What the industry is called (2016)."""
        return industry_of(self.industry)

    @property
    def network_name(self) -> Name:
        """What the network is called (2016)."""
        return NETWORKS[self.network]

    @property
    def province(self) -> str:
        """The province's name, empty for a code that is none."""
        return PROVINCES.get(self.text[:2], "")

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> GbId:
    """The ID that `text` is.

    Raises:
        Refused: it is not 20 decimal digits.
    """
    if not is_digits(text):
        odd = next((letter for letter in text if letter not in "0123456789"), "")
        rule = f"{odd!r} is no decimal digit" if odd else "it is empty"
        raise Refused("id", rule, "write the 20 digits 0-9 without blanks or dashes")
    if len(text) == 18:
        raise Refused("id", "18 digits are coding rule B, for local use only", "ask for the device's ID of 20 digits")
    if len(text) in REGION_LENGTHS:
        raise Refused(
            "id", f"{len(text)} digits name an administrative region, not a device", "give the ID of 20 digits"
        )
    if len(text) != LENGTH:
        raise Refused(
            "id", f"it has {len(text)} digits", "an ID has 20: centre 8, industry 2, type 3, network 1, serial 6"
        )
    return GbId(text)


def make(centre: str, industry: int, type_code: int, network: int, serial: int) -> GbId:
    """The ID of a new object.

    Args:
        centre: division code of 6 digits (``00`` is appended for no grass-roots unit) or 8.
        industry: 0–99.
        type_code: a type whose range the standard defines.
        network: 0–9.
        serial: 1–999999.

    Raises:
        Refused: a part can't be right.
    """
    if not is_digits(centre) or len(centre) not in (6, 8):
        raise Refused("centre", "it is not 6 or 8 digits", "give the division code of GB/T 2260, for example 540102")
    if centre[:2] not in PROVINCES:
        raise Refused(
            "centre", f"{centre[:2]} is no province", "give the division code of GB/T 2260, for example 540102"
        )
    if not 0 <= industry <= 99:
        raise Refused("industry", "it is not 0 to 99", "give the two digits of Annex D.3, for example 2")
    if family_of(type_code)[0] == "unknown":
        raise Refused(
            "type", f"{type_code} lies in no range of Annex D", "for example 132 for an IP camera, 200 for a platform"
        )
    if not 0 <= network <= 9:
        raise Refused(
            "network", "it is not 0 to 9", "give one digit, for example 5 for the public-security information network"
        )
    if not 1 <= serial <= 999_999:
        raise Refused("serial", "it is not 1 to 999999", "take the next number that is free under this centre and type")
    return GbId(f"{centre:0<8}{industry:02}{type_code}{network}{serial:06}")


def checked(text: str, field: str = "DeviceID") -> str:
    """An ID as a body carries it, without blanks around it.

    Raises:
        Refused: empty, longer than 64 characters, or with others than letters, digits, dot, dash and underscore.
    """
    found = text.strip()
    if not _TAKEN.fullmatch(found):
        raise Refused(field, "is no ID", "give 20 digits (GB/T 28181 Annex D), for a region 2, 4, 6 or 8")
    return found


def is_digits(text: str) -> bool:
    """Whether it is decimal digits of ASCII and nothing else."""
    return text.isascii() and text.isdigit()


def is_standard(text: str) -> bool:
    """Whether it is 20 digits."""
    return len(text) == LENGTH and is_digits(text)


def is_region(text: str) -> bool:
    """Whether it names an administrative region of a catalogue (2, 4, 6 or 8 digits)."""
    return is_digits(text) and len(text) in REGION_LENGTHS


def region_above(text: str) -> str:
    """The region that a region lies in, empty for a province."""
    return text[:-2] if len(text) > 2 else ""


def type_code(text: str) -> int | None:
    """Digits 11 to 13 of an ID of 20 digits (200 a platform, 131 a camera); None for any other."""
    return int(text[10:13]) if is_standard(text) else None


def family(text: str) -> Family:
    """What a peer's ID seems to be; ``unknown`` where it is no ID of 20 digits. Never raises."""
    kind = type_code(text)
    return "unknown" if kind is None else family_of(kind)[0]


def domain_of(text: str) -> str:
    """The SIP domain of a server's ID (2016 §6.1.2)."""
    return text[:DOMAIN_LENGTH]
