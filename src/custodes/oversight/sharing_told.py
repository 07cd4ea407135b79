"""Records of sharing in plain words: the steps of directories, platforms, links, grants and cooperation requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from custodes.sharing.words import step_words

if TYPE_CHECKING:
    from custodes.oversight.telling import Names


def stepped(record: Mapping[str, Any], names: Names) -> str:
    """What it is called, what happened, why, and what was unmet."""
    parts = [str(record["number"]), str(step_words(str(record["kind"]), str(record["event"]))), str(record["words"])]
    parts += [f"{one['reason']}（{one['clause']}）" for one in record.get("unmet", ())]
    return " · ".join(part for part in parts if part)
