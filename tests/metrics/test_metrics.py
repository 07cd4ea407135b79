"""What Prometheus gets: names by its rules, no person and no address in a label, on loopback alone, and nothing else there."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from custodes.metrics import serving
from custodes.metrics.serving import Lateness, port_of, registry_of, serve_metrics
from custodes.node.supervisor import SupervisorFigures
from custodes.web.figures import registry
from tests.cast import Cast
from tests.node.support import FakeNotary, Installation, RunningWorker, camera, camera_server, good_mounts
from tests.patience import PATIENCE, until, until_async
from tests.ports import free_port

WRONG_UNITS = re.compile(r"_(ms|us|milliseconds|microseconds|kb|mb|kilobytes|minutes|hours|days|percent)(_|$)")


def families(text: str) -> dict[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(text)}


def check_names(found: Iterable[Metric]) -> None:
    """https://prometheus.io/docs/practices/naming/"""
    for family in found:
        if not family.name.startswith("custodes_"):
            continue
        assert family.documentation.endswith("."), family.name
        assert not WRONG_UNITS.search(family.name), family.name
        assert family.type in {"gauge", "counter", "histogram"}
        for sample in family.samples:
            assert family.type != "counter" or sample.name.endswith(("_total", "_created")), sample.name


def test_a_worker_tells_of_its_cameras_by_id_and_of_nothing_that_finds_them(tmp_path: Path) -> None:
    port = free_port() - serving.FIRST_WORKER
    installation = Installation(tmp_path, {"metrics_port": port})
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    url = f"http://127.0.0.1:{port + serving.FIRST_WORKER}/metrics"
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server), camera(1, None)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0))
            text = httpx.get(url, trust_env=False).text
            found = families(text)
            check_names(found.values())
            recording = {
                sample.labels["camera"]: sample.value for sample in found["custodes_node_camera_recording"].samples
            }
            assert recording == {str(UUID(int=1)): 1.0, str(UUID(int=2)): 0.0}
            received = found["custodes_node_camera_received_bytes"].samples[0]
            assert received.value > 1000
            assert found["custodes_node_volume_usable"].samples[0].value == 1
            assert found["custodes_node_archive_sound"].samples[0].value == 1
            assert "process_open_fds" in found
            for secret in ("rtsp", "camera 0", str(server.port), str(tmp_path)):
                assert secret not in text
            assert httpx.get(url.replace("/metrics", "/"), trust_env=False).status_code == 404
    notary.stop()


def test_restarts_of_a_worker_are_counted() -> None:
    figures = registry_of(SupervisorFigures(lambda: [(0, 3, True), (1, 0, False)], Lateness()))
    found = families(generate_latest(figures).decode())
    check_names(found.values())
    assert [sample.value for sample in found["custodes_node_worker_restarts"].samples] == [3, 0]
    assert [sample.value for sample in found["custodes_node_worker_running"].samples] == [1, 0]


def test_the_web_counts_by_the_name_of_a_view_and_never_by_person_or_object(
    cast: Cast, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    # In the product a thread of its own asks, and lets its connection go; here it is the test's.
    monkeypatch.setattr("custodes.web.figures.close_old_connections", lambda: None)
    monkeypatch.setattr("custodes.web.figures.connection", SimpleNamespace(close=lambda: None))
    client = client_of("security_admin")
    person = cast.operator.person
    client.get(reverse("people:person_detail", args=[person.uuid]), {"q": "secret-search"})
    Client().generic("BREW", "/nowhere/secret-path/")
    text = generate_latest(registry(Lateness())).decode()
    found = families(text)
    check_names(found.values())
    views = {sample.labels.get("view") for sample in found["custodes_web_requests"].samples}
    assert "people:person_detail" in views
    assert found["custodes_web_accounts"].samples[0].value >= 12
    assert found["custodes_web_records_waiting"].samples[0].value >= 0
    for secret in (str(person.uuid), person.name, "secret-search", "secret-path", "BREW", "operator"):
        assert secret not in text


def test_the_notary_tells_how_long_the_log_is(tmp_path: Path) -> None:
    from custodes.notary.process import NotaryConfig, serve
    from custodes.video.clock import SystemClock
    from tests.ledger.madelog import ORIGIN
    from tests.notary import running

    port = free_port()
    with running.data_folder() as folder:
        from custodes.notary.peers import Peers
        from custodes.notary.timers import Rhythm

        config = NotaryConfig(
            folder / "ledger", folder / "keys" / "notary", folder / "n.sock", ORIGIN, Peers.of(None, None), Rhythm(60, 256, 600), 60, folder / "witnesses",
            metrics_port=port,
        )  # fmt: skip

        async def ask() -> str:
            stop, ready = asyncio.Event(), asyncio.Event()
            serving_task = asyncio.create_task(serve(config, SystemClock(), stop, ready.set))
            await asyncio.wait_for(ready.wait(), PATIENCE)
            try:
                async with httpx.AsyncClient(trust_env=False) as client:

                    async def read() -> str:  # it is ready for records a moment before its figures are served
                        with contextlib.suppress(httpx.ConnectError):
                            return (await client.get(f"http://127.0.0.1:{port}/metrics")).text
                        return ""

                    return await until_async(read, "the notary's figures")
            finally:
                stop.set()
                await serving_task

        found = families(asyncio.run(ask()))
    check_names(found.values())
    assert found["custodes_notary_entries"].samples[0].value >= 0
    assert found["custodes_notary_connections"].samples[0].value == 0


class _Broken(Collector):
    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> list[Metric]:
        raise OSError("disk on fire")


async def test_a_collector_that_fails_is_a_failed_answer_and_the_next_one_comes() -> None:
    port = free_port()
    registered = CollectorRegistry()
    registered.register(_Broken())
    served = asyncio.create_task(serve_metrics(port, registered))
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(2):
            answer = await _ask(client, port)
            assert answer.status_code == 500
            assert "fire" not in answer.text
    served.cancel()


async def _ask(client: httpx.AsyncClient, port: int) -> httpx.Response:
    async def answer() -> httpx.Response | None:
        with contextlib.suppress(httpx.ConnectError):
            return await client.get(f"http://127.0.0.1:{port}/metrics")
        return None

    found: httpx.Response = await until_async(answer)
    return found


class _Long(Collector):
    """More than the kernel keeps for who reads nothing."""

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> list[Metric]:
        return [Metric("custodes_long", "x" * (8 << 20), "gauge")]


async def test_who_asks_slowly_reads_nothing_or_comes_in_crowds_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "REQUEST_SECONDS", 0.2)
    monkeypatch.setattr(serving, "MAX_CONNECTIONS", 2)
    port = free_port()
    registered = CollectorRegistry()
    registered.register(_Long())
    served = asyncio.create_task(serve_metrics(port, registered))
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await _ask(client, port)).status_code == 200

    def refused(reason: str) -> float:
        return serving.REFUSED.labels("metrics", reason)._value.get()

    before = {reason: refused(reason) for reason in ("late", "full", "head_too_large")}
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    lines[1][1].transport.pause_reading()
    lines[1][1].write(b"GET /metrics HTTP/1.1\r\n\r\n")
    assert await lines[2][0].read() == b""
    async with asyncio.timeout(PATIENCE):
        assert await lines[0][0].read() == b""
    await until_async(lambda: refused("late") >= before["late"] + 2)
    large, sender = await asyncio.open_connection("127.0.0.1", port)
    sender.write(b"GET /metrics HTTP/1.1\r\na: " + b"x" * 100_000)
    with contextlib.suppress(ConnectionError):
        assert await large.read() == b""
    assert refused("full") == before["full"] + 1
    assert refused("head_too_large") == before["head_too_large"] + 1
    for _, writer in [*lines, (large, sender)]:
        writer.close()
    served.cancel()


async def test_it_listens_on_loopback_alone_and_a_taken_port_stops_nothing() -> None:
    assert serving.HOST == "127.0.0.1"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        await asyncio.wait_for(serve_metrics(other.getsockname()[1], CollectorRegistry()), PATIENCE)
    await asyncio.wait_for(serve_metrics(0, CollectorRegistry()), PATIENCE)


def test_each_process_has_a_port_of_its_own() -> None:
    ports = [
        port_of(9400, "web"),
        port_of(9400, "notary"),
        port_of(9400, "node"),
        *(port_of(9400, "node", i) for i in (0, 1)),
    ]
    assert ports == [9400, 9401, 9402, 9403, 9404]
    assert port_of(0, "web") == port_of(0, "node", 4) == 0


async def test_a_loop_that_was_held_up_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "LAG_SECONDS", 0.001)
    lateness = Lateness()
    task = asyncio.create_task(lateness.run())
    await until_async(lambda: lateness.worst > 0)
    task.cancel()
    assert lateness.take() > 0
    assert lateness.take() == 0
