"""`custodes rotate witness|gateway|gateway-seal`: on record, the old key is gone, and what was sealed to it opens with the new one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from custodes.commands.installation import make_keys
from custodes.gateway.keys import load_keys
from custodes.keyfile import load_signing_key
from custodes.ledger.checkpoint import verifier_of
from custodes.places.devices.entering import sealed_to_another
from custodes.places.devices.gateways import own_gateway, register_own_gateway
from custodes.places.models import GbDevice, Node
from custodes.settings import Settings, get_settings
from custodes.sharing.links.passwords import outdated
from custodes.sharing.models import Link
from custodes.video.wire.seal import seal, seal_key_from_base64
from custodes.witness.process import locked
from tests.notary.test_rotation import rotations
from tests.places.devices.rows import RECORDER, recorder
from tests.ports import free_port
from tests.sharing.stage import examined

NAME = "witness.example/w1"


@pytest.fixture
def installation(stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:  # type: ignore[no-untyped-def]
    """Keys of all processes, of a gateway and a witness among them."""
    values = {
        "DATA": tmp_path, "WEB_PORT": free_port(), "NODE_WORKERS": 1, "WITNESS_NAME": NAME,
        "GATEWAY_ID": "54010000002000000001", "GATEWAY_PORT": free_port(),
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(f"CUSTODES_{name}", str(value))
    monkeypatch.setattr("custodes.logs.configure_logs", lambda **fields: None)
    get_settings.cache_clear()
    settings = get_settings()
    make_keys(settings)
    settings.ledger_folder.mkdir()
    settings.node_folder.mkdir()
    (settings.witness_folder / "state").mkdir(parents=True)
    Node.objects.filter(pk=stage.node.pk).update(name=settings.node_name)
    yield settings
    get_settings.cache_clear()


def run(key: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["rotate", key, "--json"])
    assert result.exit_code == code, result.output
    return result.stdout


def public(settings: Settings, name: str) -> str:
    return (settings.keys_folder / "public" / name).read_text().strip()


def test_the_witness_has_another_key_under_its_name(installation: Settings) -> None:
    old = public(installation, "witness.vkey")
    with locked(installation.witness_folder / "state"):
        run("witness", 2)
    assert public(installation, "witness.vkey") == old, "not while it runs"
    told = json.loads(run("witness"))
    new = verifier_of(NAME, load_signing_key(installation.keys_folder / "witness/witness.key"))
    assert public(installation, "witness.vkey") == str(new) != old
    assert (told["key"], told["new"]) == ("witness", rotations(installation.data)[-1].new)
    make_keys(installation)  # `custodes init` afterwards finds all as it should be
    assert public(installation, "witness.vkey") == str(new)


def test_the_gateway_signs_with_another_key_which_the_register_knows(installation: Settings) -> None:
    old = public(installation, "gateway.pub")
    run("gateway")
    assert rotations(installation.data)[-1].key == "gateway"
    row = own_gateway()
    assert row is not None
    assert row.public_key == public(installation, "gateway.pub") != old


@pytest.mark.parametrize("key", ["gateway", "gateway-seal"])
def test_a_gateway_that_runs_keeps_its_keys(installation: Settings, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    names = ("gateway.pub", "gateway-seal.pub")
    old = [public(installation, name) for name in names]
    running = installation.gateway_host, installation.gateway_port
    monkeypatch.setattr("custodes.web.doctor.listening.accepts", lambda *asked: asked == running)
    run(key, 2)
    assert [public(installation, name) for name in names] == old
    assert not (installation.keys_folder / "gateway" / "seal.key.next").exists()


def test_no_password_is_lost_with_the_gateways_sealing_key(installation: Settings, stage) -> None:  # type: ignore[no-untyped-def]
    old = public(installation, "gateway-seal.pub")
    register_own_gateway(installation.gateway_name, "http://127.0.0.1:8090", public(installation, "gateway.pub"), old)
    sealed = lambda text: seal(seal_key_from_base64(old), text)  # noqa: E731 - to the key of before
    one, _ = recorder(stage)
    lost, _ = recorder(stage, gb_id=RECORDER[:-1] + "9", name="南楼录像机")
    link = examined(stage.cast)
    GbDevice.objects.filter(pk=one.pk).update(sealed_password=sealed("device-1"), sealed_to=old)
    GbDevice.objects.filter(pk=lost.pk).update(sealed_password="no-seal", sealed_to=old)
    at = datetime.now(UTC)
    Link.objects.filter(pk=link.pk).update(sealed_password=sealed("upper-1"), sealed_to=old, sealed_at=at)
    text = run("gateway-seal")
    assert "device-1" not in text
    assert json.loads(text)["unopened"] == [str(lost.pk)]
    keys, new = load_keys(installation.keys_folder / "gateway"), public(installation, "gateway-seal.pub")
    assert new != old
    for row, secret in ((GbDevice.objects.get(pk=one.pk), "device-1"), (Link.objects.get(pk=link.pk), "upper-1")):
        assert (keys.unseal(row.sealed_password), row.sealed_to) == (secret, new)
    assert sealed_to_another(GbDevice.objects.get(pk=lost.pk)), "its page asks for another"
    assert not sealed_to_another(GbDevice.objects.get(pk=one.pk))
    assert not outdated(Link.objects.get(pk=link.pk), new)
