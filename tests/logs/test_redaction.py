"""Nothing in a log line opens anything, finds a camera or names a person by number."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

from custodes.logs import masked, redact

JWS = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJwMSJ9.c2lnbmF0dXJl-_x"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"refused {JWS} here", JWS),
        (f"Authorization: Bearer {JWS}", JWS),
        ("Authorization: Basic YWRtaW46aHVudGVyMg==", "YWRtaW46"),
        ("can't open rtsp://admin:hunter2@10.20.0.7:554/h264?pw=hunter2", "10.20.0.7"),
        ("RTSPS://10.20.0.7/live", "10.20.0.7"),
        ("postgres://custodes:hunter2@db/custodes is away", "hunter2"),
        ("https://user:hunter2@host/x", "hunter2"),
        ("login password=hunter2&next=/", "hunter2"),
        ("passphrase: hunter2, again", "hunter2"),
        ("Cookie: __Host-custodes_session=abcdef0123456789; a=b", "abcdef0123456789"),
        ("custodes_csrf=abcdef", "abcdef"),
        ("-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----", "MC4CAQAw"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4CAQAw", "MC4CAQAw"),
        ("身份证 540102199003071234 的人", "540102199003071234"),
        ("54010219900307123X", "54010219900307123X"),
    ],
)
def test_what_looks_like_a_secret_is_masked_wherever_it_stands(text: str, secret: str) -> None:
    assert secret not in masked(text)
    event = redact(None, "info", {"event": text, "deep": [{"why": (text,)}], "error": ValueError(text)})
    assert secret not in json.dumps(event, ensure_ascii=False)


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "Token",
        "csrf_token",
        "password",
        "sealed_password",
        "passphrase",
        "authorization",
        "cookie",
        "url",
        "username",
    ],
)
def test_names_that_hold_secrets_are_dropped_at_any_depth(name: str) -> None:
    event = redact(None, "info", {"event": "x", name: "hunter2", "deep": {name: "hunter2", "kept": 1}})
    assert event == {"event": "x", "deep": {"kept": 1}}


@pytest.mark.parametrize(
    "text",
    [
        "camera 0197a1b2-0000-7000-8000-000000000001 silent for 12 s",
        "2026-11-24T15:08:00.123456Z",
        "https://video.example:8443/ca/",
        "checkpoint.signed size=12345678901234567",
        "wall_us 1764000000000000 media 54010219900307",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert masked(text) == text


def test_lines_of_every_library_are_json_and_masked() -> None:
    program = textwrap.dedent(f"""
        import logging, structlog
        from custodes.logs import configure_logs
        configure_logs(process="trial", worker=3)
        structlog.get_logger().warning("camera.refused", why="rtsp://admin:hunter2@10.0.0.1/x")
        logging.getLogger("httpx").warning("got %s", "{JWS}")
        try:
            raise ValueError("password=hunter2")
        except ValueError:
            structlog.get_logger().exception("failed")
            logging.getLogger("django.request").exception("failed too", extra={{"request": "/?q=hunter2"}})
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["camera.refused", "got (token)", "failed", "failed too"]
    assert all(line["process"] == "trial" and line["worker"] == 3 and line["timestamp"].endswith("Z") for line in lines)
    assert all("ValueError" in line["exception"] for line in lines[2:])
    assert "hunter2" not in done.stderr
    assert JWS not in done.stderr
