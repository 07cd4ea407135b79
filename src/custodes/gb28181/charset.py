"""Which characters octets are: what is declared and what is there are often two things (GB/T 28181-2016 §6.10).

2016 recommends GB 2312, 2022 says GB 18030; devices say GB2312 and send GBK, GB 18030 or UTF-8. One rule for heads and bodies: `decoded`.
"""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

from custodes.gb28181.edition import Edition
from custodes.gb28181.refused import Gb28181Refused


class Charset(StrEnum):
    """What a body is written in; the value is what its declaration says."""

    GB2312 = "GB2312"
    GB18030 = "GB18030"
    UTF8 = "UTF-8"


_DECLARED = re.compile(rb"<\?xml[^>]{0,80}encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,20})[\"']")
_WIDE = "\u0800"
"""From here on UTF-8 takes three octets: all Chinese, all Tibetan."""


def decoded(data: bytes) -> tuple[str, Charset | None]:
    """The text, and what it is written in; None where it is ASCII alone and does not say.

    Octets that are valid UTF-8 and hold a character of three octets are UTF-8, whatever they declare; all others are read as GB 18030, which holds
    GB 2312 and GBK. Two-octet UTF-8 alone (Latin with accents, Greek) may as well be GB 2312: there the declaration decides.
    What is no character becomes U+FFFD.

    Raises:
        Refused: UTF-16 that breaks off.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), Charset.UTF8
        except UnicodeDecodeError as error:
            raise Gb28181Refused("body", "is UTF-16 that breaks off", "send GB 2312, GB 18030 or UTF-8") from error
    marked = data.startswith(codecs.BOM_UTF8)
    if marked:
        data = data[len(codecs.BOM_UTF8) :]
    label = _label(data)
    if data.isascii():
        return data.decode("ascii"), Charset.UTF8 if marked else label
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if marked or label is Charset.UTF8 or max(text) >= _WIDE:
            return text, Charset.UTF8
    return data.decode("gb18030", errors="replace"), Charset.GB18030 if label is Charset.GB18030 else Charset.GB2312


def readable(data: bytes) -> str:
    """The text of a head, or of a body that is shown and not taken in: by the same rule, without NULs at its end. Never raises."""
    try:
        return decoded(data)[0].rstrip("\0")
    except Gb28181Refused:
        return data.decode("utf-16", errors="replace").rstrip("\0")


def encoded(text: str, charset: Charset) -> bytes:
    """The octets of XML text. A character that GB 2312 has not (Tibetan, rare family names) is written as a reference, so that none is lost."""
    return text.encode(charset.value.lower(), errors="xmlcharrefreplace")


def charset_for(edition: Edition, heard: Charset | None = None) -> Charset:
    """What to write to a peer in: as it writes itself, else as its edition says."""
    if heard is not None:
        return heard
    return Charset.GB18030 if edition >= Edition.E2022 else Charset.GB2312


def _label(data: bytes) -> Charset | None:
    found = _DECLARED.search(data[:200])
    name = found.group(1).decode("ascii").upper().replace("_", "-") if found else ""
    if name in ("UTF-8", "UTF8"):
        return Charset.UTF8
    if name == "GB18030":
        return Charset.GB18030
    return Charset.GB2312 if name in ("GB2312", "GBK", "GB-2312", "CP936") else None
