"""A restored installation signs with new keys; what opens what was sealed stays."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from custodes.backup.restoring import OpenedBackup, renew_keys
from custodes.commands.installation import make_keys
from custodes.settings import Settings


@pytest.mark.parametrize("gateway", ["", "54010000002000000001"])
def test_what_signs_is_new_and_what_opens_is_as_it_was(tmp_path: Path, gateway: str) -> None:
    settings = Settings(data=tmp_path, gateway_id=gateway)
    make_keys(settings)
    folder = settings.keys_folder
    opens = [folder / "node/seal.key", *([folder / "gateway/seal.key"] if gateway else [])]
    before = {path: path.read_bytes() for path in opens}
    signs = {path: path.read_bytes() for path in folder.rglob("*.key") if path not in opens}
    for path in signs:
        path.unlink()  # they are in no back-up
    renewed = renew_keys(cast(OpenedBackup, None), settings)
    assert ("gateway" in renewed) is bool(gateway)
    assert all(old != new for old, new in renewed.values())
    assert {path: path.read_bytes() for path in opens} == before
    assert all(path.read_bytes() != old for path, old in signs.items())
    assert (folder / "gateway").exists() is bool(gateway)
