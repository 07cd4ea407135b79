"""The page of the house says which small modules stand for themselves, and why."""

from __future__ import annotations

import re

import grimp

from tests.docs.test_pages import ROOT

PAGE = ROOT / "docs/design/house.md"
SMALL = 60
"""Lines."""


def test_each_small_module_of_one_importer_has_its_reason() -> None:
    graph = grimp.build_graph("custodes", cache_dir=None)
    found = set()
    for module in graph.modules:
        file = ROOT / "src" / f"{module.replace('.', '/')}.py"
        if file.exists() and ".migrations." not in module:
            lines = len(file.read_text(encoding="utf-8").splitlines())
            if lines < SMALL and len(graph.find_modules_that_directly_import(module)) == 1:
                found.add(module.removeprefix("custodes."))
    table = PAGE.read_text(encoding="utf-8").partition("## Small modules")[2]
    assert set(re.findall(r"`([a-z0-9_]+(?:\.[a-z0-9_]+)+)`", table)) == found
