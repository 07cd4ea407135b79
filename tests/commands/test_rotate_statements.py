"""`custodes rotate gateway-statements`: the next certificate waits until the platforms have it, and is finished or undone."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from custodes.settings import Settings
from custodes.sharing.links import certificates
from custodes.sharing.models import Link, Platform
from custodes.tls.succession import gateway_statements_succession, sha256_of
from tests.commands.test_rotate_witness_and_gateway import installation  # noqa: F401 - a fixture
from tests.notary.test_rotation import rotations
from tests.sharing import joining
from tests.sharing.stage import in_force, second, taken


def run(*options: str, code: int = 0) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["rotate", "gateway-statements", "--json", *options])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout) if code == 0 else {}


@pytest.fixture
def link(stage) -> Link:  # type: ignore[no-untyped-def]
    row = in_force(stage.cast, second(stage.cast).person)
    Platform.objects.filter(pk=row.platform_id).update(custodes=True)
    return row


def handed(link: Link, stage: Any) -> None:
    row = Platform.objects.get(pk=link.platform_id)
    joining.hand(row, taken(stage.cast.inspector.person))


def test_it_is_made_handed_over_and_finished(installation: Settings, stage: Any, link: Link) -> None:  # noqa: F811
    pair = gateway_statements_succession(installation.keys_folder)
    old = sha256_of(pair.now.cert)
    told = run()
    assert (told["step"], told["old"], told["new"]) == ("waiting", old, sha256_of(pair.next.cert))
    assert told["owed"] == [Platform.objects.get(pk=link.platform_id).name]
    assert told["since"]
    assert run()["new"] == told["new"], "called again it tells how it stands"
    run("--finish", code=1)
    assert sha256_of(pair.now.cert) == old
    handed(link, stage)
    done = run("--finish")
    assert (done["step"], done["owed"], pair.waits) == ("finished", [], False)
    assert sha256_of(pair.now.cert) == told["new"]
    record = rotations(installation.data)[-1]
    assert (record.key, record.old, record.new) == ("gateway-statements", old, told["new"])
    assert certificates.next_one() is None
    run("--finish", code=3)


def test_it_is_finished_without_somebody_only_when_told_so(installation: Settings, link: Link) -> None:  # noqa: F811
    run()
    done = run("--finish", "--anyway")
    assert (done["step"], len(done["owed"])) == ("finished", 1)


def test_undone_what_was_said_of_it_counts_for_no_other(installation: Settings, stage: Any, link: Link) -> None:  # noqa: F811
    pair = gateway_statements_succession(installation.keys_folder)
    old = sha256_of(pair.now.cert)
    first = run()["new"]
    handed(link, stage)
    assert run("--undo")["step"] == "undone"
    assert (sha256_of(pair.now.cert), pair.waits) == (old, False)
    run("--undo", code=3)
    told = run()
    assert told["new"] != first
    assert len(told["owed"]) == 1, "another was handed over"
    assert not list(installation.ledger_folder.glob("book*")), "nothing was replaced, nothing is on record"


@pytest.mark.parametrize("step", ["--finish", "--undo"])
def test_while_the_gateway_runs_it_is_not_finished(installation: Settings, step: str) -> None:  # noqa: F811
    pair = gateway_statements_succession(installation.keys_folder)
    old = sha256_of(pair.now.cert)
    run()
    with socket.create_server((installation.gateway_host, installation.gateway_port)):
        if step == "--undo":
            run(step)
            return
        run(step, code=2)
    assert (sha256_of(pair.now.cert), pair.waits) == (old, True)
    assert not list(installation.ledger_folder.glob("book*")), "nothing was replaced, nothing is on record"


@pytest.mark.parametrize("options", [["gateway", "--finish"], ["gateway-statements", "--finish", "--undo"]])
def test_its_options_are_its_own(installation: Settings, options: list[str]) -> None:  # noqa: F811
    assert CliRunner().invoke(app, ["rotate", *options]).exit_code == 2
