"""Where the three platforms of `custodes demo --levels 3` listen, who they are, and that nothing is shared by them."""

from __future__ import annotations

import itertools
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from custodes.demo.levels import running
from custodes.demo.levels.plan import BELOW_MEDIA, DOME_MEDIA, Installation, below_ports, dome_port, plan
from custodes.demo.levels.running import NotReady, _ordered, settings_of
from custodes.demo.levels.story import CAMERAS, DOME_DEVICE, LEVELS, lower_of, upper_of
from custodes.demo.levels.words import said_of
from custodes.gb28181 import ids

EPHEMERAL = 32_768
"""From here on the system hands out ports by itself (Linux, ip_local_port_range)."""
PORTS = {"web_port": 8000, "node_port": 8100, "camera_port": 8554}


def test_no_port_is_used_twice_and_none_is_one_that_the_system_hands_out(tmp_path: Path) -> None:
    three = plan(tmp_path, **PORTS)
    camera_port = PORTS["camera_port"]
    used = [camera_port, camera_port + 1, dome_port(camera_port), *below_ports(camera_port)]
    for first, last in (DOME_MEDIA, BELOW_MEDIA):
        used += range(first, last + 1)
    for one in three:
        used += [
            one.web_port,
            one.node_port,
            one.gateway_port,
            one.sip_port,
            one.upper_port,
            one.statements_port,
            *range(one.media[0], one.media[1] + 1),
        ]
    assert len(set(used)) == len(used)
    assert max(used) < EPHEMERAL
    assert len({one.host for one in three}) == len(three), "a browser would keep one session for all of them"


def test_each_is_a_platform_of_its_division_and_stands_below_the_one_before(tmp_path: Path) -> None:
    assert [one.key for one in plan(tmp_path, **PORTS)] == ["region", "city", "county"]
    for told in LEVELS:
        assert (ids.parse(told.gb_id).type, ids.parse(told.gb_id).division) == (200, told.division)
    for upper, lower in itertools.pairwise(LEVELS):
        assert lower_of(upper.key) is lower
        assert upper_of(lower.key) is upper
        assert set(upper.shown) <= set(lower.shown), "nobody shows what they are not shown"
    assert {CAMERAS[-1][0]}.isdisjoint(LEVELS[-1].shown), "one is shown to nobody"
    assert ids.parse(DOME_DEVICE).division == LEVELS[-1].division


def test_what_the_callers_environment_says_is_not_shared_by_the_three(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTODES_DATABASE_URL", f"sqlite:///{tmp_path}/real.sqlite3")
    monkeypatch.setenv("CUSTODES_DATA", str(tmp_path / "real"))
    monkeypatch.setenv("CUSTODES_TLS_CERT", str(tmp_path / "real.pem"))
    monkeypatch.setenv("CUSTODES_TLS_KEY", str(tmp_path / "real.key"))
    monkeypatch.setenv("CUSTODES_TRAINING", "false")
    monkeypatch.setenv("CUSTODES_WEB_ORIGIN", "https://video.example")
    for one in plan(tmp_path, **PORTS):
        settings = settings_of(one)
        assert settings.training
        assert not settings.has_tls
        assert settings.data == tmp_path / one.key
        assert settings.database == f"sqlite:///{tmp_path / one.key / 'web.sqlite3'}"
        assert settings.web_origin == one.address == f"http://{one.key}.localhost:{one.web_port}"


def test_one_that_ends_before_it_answers_is_named_with_its_log(tmp_path: Path) -> None:
    one = plan(tmp_path, **PORTS)[1]
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.readline(); print(1 / 0)"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    with process, pytest.raises(NotReady, match=r"city .*preparing\.log"):
        _ordered(one, process, {"level": one.key})


PREPARING = """
import json, pathlib, sys
print("migrated", flush=True)
order = json.loads(sys.stdin.readline())
pathlib.Path(sys.argv[1]).write_text(json.dumps(order))
made = "" if order["below_joined"] or order["level"] == "county" else "made-by-" + order["level"]
print(json.dumps({"password": made, "login": "all"}))
"""


def test_a_password_goes_from_the_upper_to_the_lower_once_and_again_where_it_got_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def instead(one: Installation, _errors: object, *_module: str) -> subprocess.Popen[str]:
        told = [sys.executable, "-c", PREPARING, str(one.folder / "order.json")]
        return subprocess.Popen(told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    monkeypatch.setattr(running, "_python", instead)
    three = plan(tmp_path, **PORTS)
    for one in three:
        one.certificate.parent.mkdir(parents=True)
        one.certificate.write_text(f"of {one.key}")
    with closing(sqlite3.connect(three[0].database)) as first:
        first.execute("CREATE TABLE migrated (once)")

    def passwords() -> list[str]:
        assert running.prepare(three, PORTS["camera_port"]) == "all"
        return [json.loads((one.folder / "order.json").read_text())["password"] for one in three]

    assert passwords() == ["", "made-by-region", "made-by-city"]
    for one in three:
        with closing(sqlite3.connect(one.database)) as copy:
            assert copy.execute("SELECT name FROM sqlite_master").fetchall() == [("migrated",)]
    assert passwords() == ["", "", ""]
    three[2].joined.unlink()
    assert passwords() == ["", "", "made-by-city"]
    ports = json.loads((three[1].folder / "order.json").read_text())["ports"]
    assert ports == {"own": three[1].sip_port, "upper": three[0].sip_port, "lower": three[2].upper_port}
    handed = [json.loads((one.folder / "order.json").read_text())["statements"] for one in three]
    told = [{"url": one.statements_url, "certificate": f"of {one.key}"} for one in three]
    assert handed == [
        {"upper": None, "lower": told[1]},
        {"upper": told[0], "lower": told[2]},
        {"upper": told[1], "lower": None},
    ]


@pytest.mark.parametrize("as_of", ["a person", "its order done"])
def test_a_database_in_which_somebody_was_entered_is_copied_to_no_other(tmp_path: Path, as_of: str) -> None:
    first, lower, _ = plan(tmp_path, **PORTS)
    first.folder.mkdir()
    with closing(sqlite3.connect(first.database)) as database:
        database.execute("CREATE TABLE people_person (id INTEGER)")
    running._copy_database(first, lower)
    assert lower.database.exists(), "nobody is in it yet"
    lower.database.unlink()
    if as_of == "a person":
        with closing(sqlite3.connect(first.database)) as database, database:
            database.execute("INSERT INTO people_person VALUES (1)")
    else:
        first.joined.touch()
    running._copy_database(first, lower)
    assert list(lower.folder.iterdir()) == []


def test_an_order_is_answered_and_a_stage_is_said_in_a_sentence(tmp_path: Path) -> None:
    one = plan(tmp_path, **PORTS)[0]
    program = "import json, sys; print(json.dumps({'password': json.loads(sys.stdin.readline())['level']}))"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert _ordered(one, process, {"level": "region"}) == {"password": "region"}
    assert "no picture" in said_of(one, "no_picture node gb:no_answer")
    assert "(node gb:no_answer)" in said_of(one, "no_picture node gb:no_answer")
    assert "its device" in said_of(plan(tmp_path, **PORTS)[2], "unregistered")
    assert json.dumps(said_of(one, "done"), ensure_ascii=False).startswith('"西藏自治区 (拉萨市): ')
