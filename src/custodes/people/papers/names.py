"""A file's name as it is kept: the sender's own, without folders and without characters that nobody sees."""

from __future__ import annotations

import os
import re
import unicodedata

MOST = 200
_UNFIT = re.compile(r'[\x00-\x1f"<>|?*:]')


def kept_name(name: str) -> str:
    """The last part of the name, in composed form, its ending kept when it has to be cut."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
    stem, ending = os.path.splitext(_UNFIT.sub("_", seen).strip().lstrip("."))
    return f"{stem[: MOST - len(ending)] or 'file'}{ending}"[:MOST]
