"""`custodes gb28181 ps probe`: what is in a program stream and what is wrong with it, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from custodes.cli import app
from custodes.gb28181.media.frame import Coding
from tests.gb28181.media.films import film, mixed, packs


def probe(path: Path, *more: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["gb28181", "ps", "probe", str(path), *more], env={"COLUMNS": "200"})
    return result.exit_code, result.stdout, result.stderr


def test_a_good_stream_is_told_and_ends_with_0(tmp_path: Path) -> None:
    path = tmp_path / "good.ps"
    path.write_bytes(b"".join(packs(mixed(Coding.H265))))
    code, out, err = probe(path, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["wrong"] == []
    assert told["map"] == {"E0": "24", "C0": "90"}
    video = next(one for one in told["streams"] if one["coding"] == "H265")
    assert (video["width"], video["height"], video["frames"], video["keys"]) == (160, 96, 20, 4)
    assert (video["from"], video["to"]) == (1.0, 1.76)
    code, out, _ = probe(path)
    assert code == 0
    assert "160×96" in out


def test_what_is_wrong_is_said_and_ends_with_1(tmp_path: Path) -> None:
    path = tmp_path / "bad.ps"
    made = packs(film(Coding.H264))
    path.write_bytes(b"rubbish" + b"".join(made[2:]))
    code, _, err = probe(path)
    assert code == 1
    assert "7 octets belong to nothing" in err
    assert "left out" in err


def test_what_is_no_program_stream_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.ps"
    path.write_bytes(b"no program stream" * 100)
    code, out, _ = probe(path, "--json")
    assert code == 1
    assert json.loads(out)["wrong"][0] == "There is no pack header in it: this is no program stream."


def test_a_file_that_is_not_there_ends_with_3(tmp_path: Path) -> None:
    code, out, err = probe(tmp_path / "nothing.ps")
    assert (code, out) == (3, "")
    assert "No such file" in err
