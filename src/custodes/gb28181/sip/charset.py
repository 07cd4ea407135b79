"""Octets of heads and bodies as text. The label on them is unreliable in both directions, so the octets decide.

GB/T 28181-2016 §6.10 recommends GB2312, the 2022 edition says GB 18030; devices label GB2312 and send GBK, GB 18030 or UTF-8.
"""

from __future__ import annotations

import codecs

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(data: bytes) -> tuple[str, str]:
    """The text of `data`, and the charset to answer in (``utf-8`` or ``gb18030``). Never raises.

    Valid UTF-8 with anything beyond ASCII is UTF-8; everything else is read as GB 18030, which contains GB2312 and GBK,
    with U+FFFD where it is neither. A byte order mark and trailing NULs are taken off.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace").rstrip("\0"), "utf-8"
    data = data.rstrip(b"\0")
    if data.isascii():
        return data.decode("ascii"), "gb18030"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace"), "gb18030"
