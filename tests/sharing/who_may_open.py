"""Sharing. The county's draft, compiled by its inspector, lists unit A's school (`rows.py`); the city's published version lists it too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custodes.sharing.models import Directory
from tests.cast import Cast
from tests.web.registry import Opens, Public, members

SEES = members("inspector", "system_admin", "auditor", "caretaker", "outside_caretaker")
READS_DRAFT = members("inspector", "system_admin", "auditor")
COMPILES = members("inspector")


def _directory(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Directory.objects.get(unit=cast.units["county"]).pk}


def _entry(cast: Cast, unit: str = "county") -> Mapping[str, Any]:
    row = Directory.objects.get(unit=cast.units[unit])
    return {"pk": row.pk, "entry": row.entries.get().pk}


VIEWS: dict[str, Opens | Public] = {
    "sharing:public": Public("S25: the directory is published", 200),
    "sharing:public_version": Public("one version of it; drafts answer 404: tests/sharing/test_pages.py", 200),
    "sharing:public_file": Public("the same as a file", 200),
    "sharing:directories": Opens(SEES),
    "sharing:who": Opens(SEES),
    "sharing:directory_begin": Opens(
        COMPILES, method="post", data=lambda cast: {"unit": str(cast.units["county"].uuid)}
    ),
    "sharing:directory": Opens(READS_DRAFT, _directory),
    "sharing:directory_act": Opens(COMPILES, lambda cast: {**_directory(cast), "event": "refresh"}, "post"),
    "sharing:directory_add": Opens(COMPILES, _directory),
    "sharing:directory_entry": Opens(COMPILES, _entry),
    "sharing:directory_out": Opens(COMPILES, _entry, "post"),
    "sharing:directory_withdraw": Opens(members("system_admin"), lambda cast: _entry(cast, "city")),
}
