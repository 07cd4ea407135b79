"""`custodes gb28181`: IDs explained, messages read, and nothing of a login shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from tests.gb28181.sip.examples import keepalive_body, request


def call(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["gb28181", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_an_id_is_explained_in_both_languages() -> None:
    code, out, _err = call("id", "54010200021325000017")
    assert code == 0
    for words in ("西藏自治区", "网络摄像机（IPC）", "IP camera", "5401020002", "000017", "公安信息网"):
        assert words in out


def test_an_id_is_explained_as_json_and_as_nothing_else() -> None:
    code, out, _err = call("id", "54010200021215000017", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["domain"] == "5401020002"
    assert found["type"] == {"code": "121", "zh": "视频卡口", "en": "checkpoint", "family": "host", "since": 2022}


@pytest.mark.parametrize("text", ["5401", "5401020002132500001x", "1" * 19])
def test_what_is_no_id_ends_with_2_and_says_rule_and_remedy(text: str) -> None:
    code, out, err = call("id", text, "--json")
    assert code == 2
    assert set(json.loads(out)["error"]) == {"field", "rule", "remedy"}
    assert err.startswith("id: ")


def test_a_message_is_read_with_what_deviates(tmp_path: Path) -> None:
    file = tmp_path / "keepalive.sip"
    file.write_bytes(request("MESSAGE", body=keepalive_body()).replace(b"\r\n", b"\n"))
    code, out, err = call("sip", "parse", str(file))
    assert code == 0
    assert out.startswith("MESSAGE sip:34020000002000000001@3402000000 SIP/2.0\n")
    assert "Keepalive" in out
    assert "LF alone" in err


def test_the_answer_to_a_challenge_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "register.sip"
    secret = 'Digest username="u",response="a2851461ea2d4aeb3372b5fc82ae3f3a"'
    file.write_bytes(request("REGISTER", fields=(("Authorization", secret),)))
    for arguments in (("sip", "parse", str(file)), ("sip", "parse", str(file), "--json")):
        code, out, err = call(*arguments)
        assert code == 0
        assert "a2851461" not in out + err
    assert json.loads(out)["cseq"] == {"number": 1, "method": "REGISTER"}


def test_what_is_no_message_ends_with_1_and_names_the_rule(tmp_path: Path) -> None:
    file = tmp_path / "rtp.bin"
    file.write_bytes(b"\x80\x60\r\n\r\n")
    code, out, err = call("sip", "parse", str(file), "--json")
    assert code == 1
    assert json.loads(out)["error"]["rule"] == "no-start-line"
    assert "Traceback" not in err


def test_a_file_that_is_not_there_ends_with_3(tmp_path: Path) -> None:
    assert call("sip", "parse", str(tmp_path / "none"))[0] == 3
