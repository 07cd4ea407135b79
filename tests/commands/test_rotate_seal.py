"""`custodes rotate node-seal`: no password is lost at any step, and none is seen."""

from __future__ import annotations

import json
import os
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from typer.testing import CliRunner

from custodes.cli import app
from custodes.commands import rotate as command
from custodes.commands.installation import make_keys
from custodes.keyfile import fingerprint, load_sealing_key, public_line
from custodes.ledger.records import KeyRotated
from custodes.node.assignment import NAME, load_assignment, save_assignment
from custodes.node.keys import load_keys
from custodes.notary import rotation
from custodes.notary.process import config_of, locked
from custodes.places.assignment import build_assignment
from custodes.places.models import Camera, CameraState, Node, TrialAddress
from custodes.settings import Settings, get_settings
from custodes.video.archive.index import lock
from custodes.video.clock import SystemClock
from custodes.video.wire.seal import Unsealable, seal
from tests.notary.test_rotation import Crashed, crash_at, rotations
from tests.ports import free_port

SECRETS = {"gate": "密码 p@ss-1", "lobby": "p@ss-2"}
STEPS = ("rotate.made", "rotate.recorded", "rotate.carried", "rotate.replaced", "rotate.published")


@pytest.fixture
def installation(stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:  # type: ignore[no-untyped-def]
    """Keys of all processes in a folder; the register's node has two cameras with passwords, one of them on trial too."""
    for name, value in {"DATA": tmp_path, "WEB_PORT": free_port(), "NODE_WORKERS": 1}.items():
        monkeypatch.setenv(f"CUSTODES_{name}", str(value))
    # It would bind the log of the whole test process to the caught output of one call.
    monkeypatch.setattr("custodes.logs.configure_logs", lambda **fields: None)
    get_settings.cache_clear()
    settings = get_settings()
    make_keys(settings)
    settings.ledger_folder.mkdir()
    settings.node_folder.mkdir()
    public = load_keys(settings.keys_folder / "node").seal.public_key()
    Node.objects.filter(pk=stage.node.pk).update(
        name=settings.node_name, seal_key=(settings.keys_folder / "public/node-seal.pub").read_text().strip()
    )
    Camera.objects.update(sealed_password="")
    for name, secret in SECRETS.items():
        camera = getattr(stage, name)
        Camera.objects.filter(pk=camera.pk).update(
            sealed_password=seal(public, secret), username="root", state=CameraState.CONNECTED, node=stage.node
        )
    TrialAddress.objects.create(
        camera=stage.gate,
        main_url="rtsp://10.0.0.1/x",
        username="root",
        sealed_password=seal(public, "on trial"),
        by=stage.gate.created_by or stage.cast.operator.person,
        at="2026-01-01T00:00:00Z",
    )
    save_assignment(settings.node_folder / NAME, build_assignment(Node.objects.get(pk=stage.node.pk)))
    yield settings
    get_settings.cache_clear()


def run(*arguments: str, code: int) -> str:
    result = CliRunner().invoke(app, ["rotate", "node-seal", *arguments])
    assert result.exit_code == code, result.output
    assert not any(secret in result.output for secret in SECRETS.values())
    return result.stdout


def everything_sealed() -> list[str]:
    texts = list(Camera.objects.exclude(sealed_password="").order_by("pk").values_list("sealed_password", flat=True))
    return texts + list(TrialAddress.objects.values_list("sealed_password", flat=True))


def opened(settings: Settings) -> set[str]:
    """What the node, started now, makes of all passwords: from the register and from its last assignment."""
    keys = load_keys(settings.keys_folder / "node")
    saved = load_assignment(settings.node_folder / NAME)
    assert saved is not None
    in_saved = {keys.unseal(camera.sealed_password) for camera in saved.cameras if camera.sealed_password}
    in_register = {keys.unseal(text) for text in everything_sealed()}
    assert in_saved <= in_register
    return in_register


ALL = {*SECRETS.values(), "on trial"}


def test_every_password_opens_with_the_new_key_and_none_with_the_old(installation: Settings) -> None:
    path = installation.keys_folder / "node/seal.key"
    old, before = load_sealing_key(path), everything_sealed()
    generation = Node.objects.get().generation
    told = json.loads(run("--json", code=0))
    new = load_sealing_key(path)
    assert (told["old"], told["new"], told["unopened"]) == (fingerprint(old), fingerprint(new), [])
    assert opened(installation) == ALL
    assert not set(before) & set(everything_sealed())
    with pytest.raises(Unsealable):
        load_keys(installation.keys_folder / "node").unseal(before[0])
    node = Node.objects.get()
    assert node.seal_key == public_line(new) == (installation.keys_folder / "public/node-seal.pub").read_text().strip()
    assert node.generation > generation
    [record] = rotations(installation.data)
    assert (record.key, record.old, record.new) == ("node-seal", told["old"], told["new"])
    assert not path.with_name("seal.key.next").exists()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("step", STEPS)
def test_after_a_crash_at_any_step_every_password_opens_and_asking_again_ends_it(
    installation: Settings, step: str
) -> None:
    place = command._place(command.Key.node_seal, installation, lambda _: None)
    with pytest.raises(Crashed):
        rotation.rotate(place, config_of(installation), SystemClock(), crash_at(step))
    assert opened(installation) == ALL
    assert sealed_now_opens(installation)
    run(code=0)
    assert opened(installation) == ALL
    assert sealed_now_opens(installation)
    chain: list[KeyRotated] = rotations(installation.data)
    assert [record.new for record in chain[:-1]] == [record.old for record in chain[1:]]
    assert chain[-1].new == fingerprint(load_sealing_key(installation.keys_folder / "node/seal.key"))


def sealed_now_opens(settings: Settings) -> bool:
    """What the register seals now, by the key that it holds for the node, opens there; also after a restart of all."""
    from custodes.commands.installation import register_own_node
    from custodes.video.wire.seal import seal_key_from_base64

    keys = load_keys(settings.keys_folder / "node")
    for _ in range(2):
        if keys.unseal(seal(seal_key_from_base64(Node.objects.get().seal_key), "new")) != "new":
            return False
        make_keys(settings)
        register_own_node(settings)
    return True


@pytest.mark.parametrize("where", ["register", "assignment"])
def test_after_a_crash_in_the_middle_of_carrying_every_password_opens(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def crashes(*_: object) -> None:
        raise Crashed

    with monkeypatch.context() as patched:
        target = "custodes.places.resealing.bump" if where == "register" else "custodes.node.assignment.save_assignment"
        patched.setattr(target, crashes)
        place = command._place(command.Key.node_seal, installation, lambda _: None)
        with pytest.raises(Crashed):
            rotation.rotate(place, config_of(installation), SystemClock())
    assert opened(installation) == ALL
    run(code=0)
    assert opened(installation) == ALL
    assert len(rotations(installation.data)) == 1


def test_a_password_that_opened_with_no_key_is_named_and_left(installation: Settings, stage) -> None:  # type: ignore[no-untyped-def]
    lost = seal(X25519PrivateKey.generate().public_key(), "x")
    Camera.objects.filter(pk=stage.gate.pk).update(sealed_password=lost)
    told = json.loads(run("--json", code=0))
    assert [UUID(text) for text in told["unopened"]] == [stage.gate.pk]
    assert Camera.objects.get(pk=stage.gate.pk).sealed_password == lost


@pytest.mark.parametrize("what", ["notary", "node", "web"])
def test_nothing_is_replaced_while_something_runs(
    installation: Settings, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (installation.keys_folder / "node/seal.key").read_bytes(), everything_sealed()
    index = installation.node_folder / "worker-0.sqlite3"
    index.touch()
    if what == "notary":
        with locked(installation.ledger_folder):
            run(code=2)
    elif what == "node":
        held = lock(index)
        run(code=2)
        os.close(held)
    else:
        monkeypatch.setattr("custodes.web.doctor.listening.accepts", lambda *_: True)
        run(code=2)
    assert ((installation.keys_folder / "node/seal.key").read_bytes(), everything_sealed()) == before
    assert rotations_or_none(installation.data) == []


def rotations_or_none(folder: Path) -> list[KeyRotated]:
    return rotations(folder) if (folder / "ledger/book.sqlite3").exists() else []


def test_without_this_node_in_the_register_nothing_is_begun(installation: Settings) -> None:
    Node.objects.update(name="another")
    run(code=3)
    assert not (installation.keys_folder / "node/seal.key.next").exists()
