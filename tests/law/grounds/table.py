"""What tables/grounds.yaml says of each ground: whole facts, cases, and what else its tests ask. A new ground is written down there."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from custodes.commands.law.access import converted
from custodes.law.grounds.registry import GROUNDS

TABLE = yaml.safe_load((Path(__file__).parents[1] / "tables/grounds.yaml").read_text(encoding="utf-8"))
ROWS = TABLE["案例"]
AT = datetime(2026, 6, 3, 8, tzinfo=UTC)
"""The moment of a look that says no other."""


def plain_facts(ground: str) -> dict[str, Any]:
    """The whole facts of a ground as a file has them that `custodes law access` reads."""
    found: dict[str, Any] = json.loads(json.dumps(TABLE["完整"][ground], default=lambda one: one.isoformat()))
    return found


def facts_of(row: dict[str, Any], **changes: Any) -> Any:
    """The whole facts of the row's ground with its changes, read as the command reads a file."""
    raw = copy.deepcopy(TABLE["完整"][row["依据"]])
    for path, value in {**row.get("改动", {}), **changes}.items():
        *parents, name = path.split(".")
        inner = raw
        for parent in parents:
            inner = inner[parent]
        inner[name] = value
    plain = json.loads(json.dumps(raw, default=lambda one: one.isoformat()))
    return converted(plain, GROUNDS[row["依据"]].facts, row["依据"])


def whole(ground: str) -> Any:
    """Facts with which nothing is missing."""
    return facts_of({"依据": ground})
