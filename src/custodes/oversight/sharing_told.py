"""Records of sharing in plain words: the steps of directories, platforms, links, grants and cooperation requests; what was stated below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from custodes.sharing.models import Verb
from custodes.sharing.words import step_words

if TYPE_CHECKING:
    from custodes.oversight.telling import Names


def stepped(record: Mapping[str, Any], names: Names) -> str:
    """What it is called, what happened, why, and what was unmet."""
    parts = [str(record["number"]), str(step_words(str(record["kind"]), str(record["event"]))), str(record["words"])]
    parts += [f"{one['reason']}（{one['clause']}）" for one in record.get("unmet", ())]
    return " · ".join(part for part in parts if part)


def stated(record: Mapping[str, Any], names: Names) -> str:
    """To which platform, which camera, what for, who and why."""
    who = " ".join(part for part in (record["unit"], record["person_name"], record.get("number", "")) if part)
    camera = names.cameras.get(str(record["camera"]), str(record["channel"]))
    parts = [str(record["lower"]), camera, str(Verb(record["verb"]).label), who, record["reason"]]
    return " · ".join(str(part) for part in (*parts, record.get("document", "")) if part)
