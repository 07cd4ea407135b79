"""Traces: off by default, nothing secret or personal in them, one trace for a grant in every process."""

from __future__ import annotations

import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from pydantic import ValidationError

from custodes import traces
from custodes.settings import Settings
from tests.commands.called import call, environment
from tests.patience import PATIENCE
from tests.traces.collector import attributes, collecting


def test_without_a_setting_nothing_is_imported_and_nothing_is_sent() -> None:
    code = (
        "import sys; from custodes import traces; traces.begin('web', '', 1.0)\n"
        "with traces.span('x', custodes_index=1) as made: assert made is None\n"
        "assert not any(name.startswith('opentelemetry') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=PATIENCE)


@pytest.mark.parametrize("command", ["web", "notary", "node"])
def test_without_the_package_a_process_ends_with_3_and_says_what_to_install(tmp_path: Path, command: str) -> None:
    blocked = tmp_path / "opentelemetry"
    blocked.mkdir()
    (blocked / "__init__.py").write_text("raise ImportError('blocked', name='opentelemetry')")
    env = environment(tmp_path / "data", traces_endpoint="http://127.0.0.1:4318/v1/traces")
    refused = call({**env, "PYTHONPATH": str(tmp_path)}, command)
    assert refused.returncode == 3
    assert "custodes[telemetry]" in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "url", ["http://collector.example/v1/traces", "https://me:secret@collector.example/", "ftp://127.0.0.1/", "x"]
)
def test_traces_go_nowhere_in_the_clear(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(traces_endpoint=url)


def test_a_look_is_one_trace_from_the_request_to_the_notary_with_ids_alone(stage, notary, client_of) -> None:
    stage.on_duty()
    browser = client_of("operator")
    body = {"cameras": [str(stage.gate.pk)], "live": True}
    with collecting() as collector:
        answer = browser.post("/api/views?secret=1", body, content_type="application/json")
        assert answer.status_code == 201
        traces.end()
    [request] = collector.of("web.request")
    [asked] = collector.of("notary.asked")
    assert attributes(request) == {
        "http.route": "access:api:views",
        "http.request.method": "POST",
        "http.response.status_code": 201,
    }
    grant = uuid.UUID(str(attributes(asked)["custodes.grant"]))
    assert attributes(asked).keys() == {"custodes.grant", "custodes.cameras", "custodes.index"}
    assert int.from_bytes(asked.trace_id, "big") == traces._trace_id(grant)
    assert [link.trace_id for link in asked.links] == [request.trace_id]
    assert collector.resources() == [{"service.name": "custodes-web"}]
    sent = b"".join(collector.bodies)
    person = stage.cast.operator.person
    for secret in (
        person.name,
        str(person.uuid),
        "operator",
        "校门",
        "10.1.2",
        "rtsp",
        "secret=1",
        "127.0.0.1",
    ):
        assert secret.encode() not in sent, secret


def test_an_error_leaves_its_type_and_not_its_words() -> None:
    with collecting() as collector:
        with pytest.raises(ValueError, match="rtsp"), traces.span("node.view", custodes_index=7):
            raise ValueError("rtsp://admin:secret@10.1.2.3/")
        traces.end()
    [made] = collector.spans
    assert attributes(made) == {"custodes.index": 7, "error.type": "ValueError"}
    assert b"rtsp" not in b"".join(collector.bodies)


def test_what_is_no_id_is_refused_or_withheld() -> None:
    with collecting() as collector:
        with traces.span("x") as made:
            with pytest.raises(ValueError, match="may not stand"):
                traces.note(made, person_name="扎西")
            traces.note(made, http_route="/求助/扎西")
        traces.end()
    assert [attributes(each) for each in collector.spans] == [{"http.route": "(withheld)"}]


def test_every_process_keeps_or_drops_the_same_grants() -> None:
    grants = [uuid.UUID(int=number) for number in range(200)]
    kept = []
    for process in ("notary", "worker"):
        with collecting(process, share=0.5) as collector:
            for grant in grants:
                with traces.span("x", grant=grant):
                    pass
            traces.end()
        kept.append({attributes(each)["custodes.grant"] for each in collector.spans})
    assert kept[0] == kept[1]
    assert 60 < len(kept[0]) < 140


def test_a_collector_that_is_away_disturbs_nothing(stage, notary, client_of) -> None:
    traces.begin("web", "http://127.0.0.1:9/v1/traces", 1.0)
    try:
        assert client_of("operator").get("/").status_code == 200
    finally:
        traces.end()
