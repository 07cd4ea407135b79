"""The web has a worker look at ONVIF devices: signed, rate-limited, with a password that only the worker opens."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from custodes.video.onvif import discovery
from custodes.video.wire.onvif import OnvifDevice, OnvifFound, OnvifSearch
from custodes.video.wire.seal import seal
from tests.node.support import Installation, RunningWorker
from tests.video.onvif.test_clock import Clock
from tests.video.onvif.virtual import LOGIN, device_that, virtual_camera

PROBE, SEARCH = "/internal/onvif/probe", "/internal/onvif/search"


def ask(installation: Installation, port: int, password: str = LOGIN[1]) -> dict[str, object]:
    sealed = seal(installation.keys.seal.public_key(), password)
    return {
        "camera": str(uuid4()), "host": "127.0.0.1", "port": port, "username": LOGIN[0], "sealed_password": sealed,
    }  # fmt: skip


def test_a_device_is_looked_at_with_the_password_that_the_worker_opens(
    installation: Installation, worker: RunningWorker
) -> None:
    with virtual_camera() as camera:
        good = installation.request("POST", PROBE, ask(installation, camera.port))
        wrong = installation.request("POST", PROBE, ask(installation, camera.port, "wrong"))
        other = ask(installation, camera.port) | {"sealed_password": "bm90IHNlYWxlZA=="}
        foreign = installation.request("POST", PROBE, other)
    assert OnvifFound.model_validate(good.json()).ok
    assert (wrong.json()["failure"], foreign.json()["failure"]) == ("password", "password")
    assert LOGIN[1] not in good.text


def test_a_search_says_what_answered(
    installation: Installation, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = OnvifSearch(devices=(OnvifDevice(address="127.0.0.1", port=80, name="x"),), searched=("127.0.0.1",))

    async def search(policy: object) -> OnvifSearch:
        return found

    monkeypatch.setattr(discovery, "search", search)
    assert OnvifSearch.model_validate(installation.request("POST", SEARCH, {}).json()) == found


@pytest.mark.parametrize("path", [PROBE, SEARCH])
def test_nobody_but_the_web_has_a_device_looked_at(
    installation: Installation, worker: RunningWorker, path: str
) -> None:
    assert installation.request("POST", path, {}, headers={}).status_code == 401


def test_a_malformed_wish_is_refused(installation: Installation, worker: RunningWorker) -> None:
    assert installation.request("POST", PROBE, {"camera": "x", "host": ""}).status_code == 422
    assert installation.request("POST", PROBE, ask(installation, 70_000)).status_code == 422


def test_looks_are_counted_together_with_probes(installation: Installation, worker: RunningWorker) -> None:
    prober = worker.worker.room.prober
    prober._begun.extend([prober.clock.monotonic()] * prober.per_minute)
    try:
        assert installation.request("POST", PROBE, ask(installation, 9)).status_code == 429
        assert installation.request("POST", SEARCH, {}).status_code == 429
    finally:
        prober._begun.clear()


def test_a_clock_is_set_only_by_a_node_whose_own_is_right(
    installation: Installation, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Clock(timedelta(minutes=3))
    with device_that(device.answer) as port:
        monkeypatch.setattr(worker.worker.onvif, "synchronised", lambda: False)
        refused = installation.request("POST", "/internal/onvif/clock", ask(installation, port)).json()
        monkeypatch.setattr(worker.worker.onvif, "synchronised", lambda: True)
        done = installation.request("POST", "/internal/onvif/clock", ask(installation, port)).json()
    assert (refused["ok"], refused["failure"]) == (False, "clock")
    assert done["ok"]
    assert len(device.set) == 1
