"""Our log and proofs under a second verifier, in another language, that shares no code with ours."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from custodes.ledger.checkpoint import Proof
from custodes.ledger.merkle import leaf_hash
from custodes.ledger.tiles import TileFolder, TileTree, bundle_path
from tests.ledger.madelog import SIGNER, make_log
from tests.patience import PATIENCE

SCRIPT = Path(__file__).with_name("verify_log.mjs")
SIZE = 700

pytestmark = pytest.mark.interop


def run(*arguments: str) -> dict[str, Any]:
    """What the script says."""
    result = subprocess.run(
        ["node", str(SCRIPT), *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert result.stdout, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    assert answer["ok"] == (result.returncode == 0)
    return answer


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A log and its last checkpoint."""
    folder = tmp_path_factory.mktemp("log")
    notes = make_log(folder, (300, SIZE))
    return folder / "ledger", notes[-1]


def test_it_proves_every_entry_of_our_log(log: tuple[Path, str]) -> None:
    assert run("log", str(log[0]), str(SIGNER.verifier)) == {"ok": True, "size": SIZE, "types": {"gap": SIZE}}


def test_it_finds_what_was_changed(log: tuple[Path, str], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(log[0], tmp_path / "copy"))
    path = folder / bundle_path(1)
    path.write_bytes(path.read_bytes().replace(b'"t":"gap"', b'"t":"pag"', 1))
    assert "signed root" in run("log", str(folder), str(SIGNER.verifier))["error"]
    note = folder / "checkpoint"
    note.write_text(note.read_text(encoding="utf-8").replace("\n700\n", "\n699\n"), encoding="utf-8")
    assert "not signed" in run("log", str(folder), str(SIGNER.verifier))["error"]


@pytest.mark.parametrize("index", [0, 255, 256, 511, 512, SIZE - 1])
def test_it_accepts_our_proofs_and_refuses_them_for_another_leaf(
    log: tuple[Path, str], tmp_path: Path, index: int
) -> None:
    tree = TileTree(TileFolder(log[0]), SIZE)
    file = tmp_path / "x.tlog-proof"
    file.write_text(str(Proof(index, tree.inclusion(index), log[1])), encoding="utf-8")
    leaf = leaf_hash(TileFolder(log[0]).bundle(index // 256, min(256, SIZE - index // 256 * 256))[index % 256])
    assert run("proof", str(file), str(SIGNER.verifier), leaf.hex()) == {"ok": True, "size": SIZE, "index": index}
    assert not run("proof", str(file), str(SIGNER.verifier), leaf_hash(b"another").hex())["ok"]
