"""Records: what wire.md §7 allows, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.ledger import canonical
from custodes.ledger.entry import decode_entry, encode_entry
from custodes.ledger.records import (
    NODE_TYPES,
    TYPES,
    WEB_TYPES,
    RecordError,
    at_text,
    encode_record,
    parse_record,
    read_record,
    record_of,
)

U = "00000000-0000-0000-0000-000000000001"
H = "0f" * 32
AT = "2026-11-24T15:05:11.000000Z"
HOLD_STEP = {
    "hold": U,
    "by": "p",
    "before": "held",
    "after": "release_asked",
    "on": "2026-11-26",
    "reason": "已办结",
    "number": "3",
    "clauses": ["S33.2a"],
    "papers": [H],
}
SAMPLES: dict[str, dict[str, Any]] = {
    "segment.sealed": {
        "camera": U,
        "stream_id": U,
        "sequence": 3,
        "session": 1,
        "start_us": 1,
        "end_us": 2,
        "media_time": -90,
        "duration": 5_400_000,
        "bytes": 30_000_000,
        "sha256": H,
        "root": H,
        "fragments": 60,
        "codec": "avc1.640028",
        "node": "node-1",
        "volume": U,
        "path": "a/b.mp4",
        "clock": {"synchronised": True, "offset_us": -12, "state": "synchronised"},
        "camera_clock_us": None,
    },
    "gap": {"camera": U, "from_us": 1, "to_us": 2, "reason": "network", "detail": "摄像机不可达"},
    "gap.filled": {
        "camera": U,
        "from_us": 1,
        "to_us": 9,
        "source": "device",
        "filled": [[2, 5]],
        "detail": "",
    },
    "degraded": {
        "camera": U,
        "from_us": 1,
        "to_us": 2,
        "kept": "key_frames",
        "reason": "disk",
        "detail": "常备指令，扎西",
    },
    "purge": {
        "camera": U,
        "from_us": 1,
        "to_us": 2,
        "segments": [[1, H], [2, H]],
        "bytes": 9,
        "rule": "S32",
        "detail": "",
    },
    "view.begun": {
        "grant": U,
        "index": 4,
        "person": "p",
        "camera": U,
        "stream": "main",
        "at_us": None,
        "worker": "node-1/0",
    },
    "view.heard": {
        "view": U,
        "grant": U,
        "index": 4,
        "person": "p",
        "camera": U,
        "worker": "node-1/0",
    },
    "view.ended": {
        "grant": U,
        "index": 4,
        "person": "p",
        "camera": U,
        "shown": [[1, 2], [5, 6]],
        "bytes": 7,
        "reason": "closed",
        "worker": "node-1/0",
    },
    "grant": {
        "grant": U,
        "person": "p",
        "person_name": "扎西",
        "unit": "u",
        "post": "operator",
        "ground": "duty",
        "clauses": ["S34(1)"],
        "cameras": [U],
        "live": True,
        "back_seconds": 1800,
        "span": [1, 2],
        "still": False,
        "purpose": None,
        "content": None,
        "watermark": "w",
    },
    "refusal": {
        "person": "p",
        "person_name": "n",
        "unit": "u",
        "ground": "duty",
        "cameras": [],
        "live": False,
        "span": None,
        "unmet": [{"clause": "S34(1)", "reason": "未在值班"}],
    },
    "hold.placed": {
        "hold": U,
        "by": "p",
        "cameras": [U],
        "span": [1, 2],
        "basis": "case",
        "case_name": "校门口纠纷",
        "number": "1",
        "asked_by": "u",
        "request": "",
        "reason": "取证",
        "review_on": "2027-05-01",
        "clauses": ["S33.2a"],
        "papers": [H],
    },
    "hold.effective": {
        "hold": U,
        "version": 1,
        "released": False,
        "workers": ["node-1/0"],
        "there_us": 1,
        "deleted_us": 2,
        "never_us": 3,
        "ahead_us": 4,
    },
    "hold.reviewed": {**HOLD_STEP, "review_on": "2027-05-01"},
    "hold.release.asked": HOLD_STEP,
    "hold.release.declined": HOLD_STEP,
    "hold.released": {**HOLD_STEP, "asked_by": "q"},
    "keeping": {
        "node": "n",
        "worker": 0,
        "day": "2026-11-26",
        "rule": "S32, N17: 30 local days",
        "cameras": [[U, 30, 1, 0], [U, 90, None, 3]],
    },
    "revocation": {"grants": [U], "by": "p", "reason": "r", "clause": "S34"},
    "duty.begun": {"session": "s", "person": "p", "system": "y", "post": "operator", "reason": ""},
    "duty.ended": {"session": "s", "person": "p", "system": "y", "post": "operator", "reason": "handed over"},
    "login": {"account": "a", "person": "p", "method": "totp", "address": "::1", "reason": ""},
    "login.failed": {"account": "a", "person": None, "method": "password", "address": "::1", "reason": "password"},
    "logout": {"account": "a", "person": "p", "method": "", "address": "::1", "reason": "idle"},
    "paper.kept": {
        "paper": U,
        "sha256": H,
        "bytes": 4_096,
        "media_type": "application/pdf",
        "person": None,
        "about": f"people.unitapplication:{U}",
    },
    "paper.read": {"paper": U, "sha256": H, "person": "p", "form": "original", "about": ""},
    "positions.read": {"person": "p", "about": f"agency:{U}", "cameras": 12},
    "paper.removed": {"paper": U, "sha256": H, "by": "system", "reason": "到期"},
    "list.exported": {"person": "p", "list": "cameras", "filter": "q=门", "form": "csv", "rows": 12},
    "table.imported": {
        "table": U,
        "by": "p",
        "kind": "cameras",
        "sha256": H,
        "bytes": 1,
        "rows": 3,
        "entered": 2,
        "refused": 1,
        "doubtful": 1,
        "whole": False,
    },
    "program.called": {
        "program": U,
        "key": "ab12cd34",
        "person": "p",
        "call": "systems",
        "method": "GET",
        "scope": "systems:read",
        "about": "",
        "rows": 50,
        "status": 200,
    },
    "config.changed": {
        "by": "p",
        "object": "camera",
        "object_id": U,
        "changes": {
            "name": ["a", "b"],
            "tags": [[], ["x", 1]],
            "password": ["(sealed)", "(sealed)"],
            "on": [None, True],
        },
    },
    "cases.step": {
        "step": U,
        "kind": "oversight.matter",
        "case": U,
        "event": "refer",
        "before": "received",
        "after": "referred",
        "on": "2026-11-20",
        "clauses": ["S35"],
        "words": "转城关区公安局",
        "papers": [H],
        "content": H,
        "by": "p",
    },
    "register.step": {
        "step": U,
        "by": "p",
        "object": "places.system",
        "object_id": U,
        "system": U,
        "event": "accept",
        "before": "trial",
        "after": "accepted",
        "on": "2026-11-20",
        "clauses": ["S16.1"],
        "words": "验收合格",
        "papers": [H],
    },
    "request.step": {
        "step": U,
        "by": "p",
        "request": U,
        "number": "LSDY2026-0001",
        "holder": U,
        "unit": "城关区人民法院",
        "event": "refuse",
        "before": "checking",
        "after": "refused",
        "on": "2026-11-20",
        "clauses": ["S28.2"],
        "words": "缺少介绍信函",
        "papers": [H],
        "unmet": [{"clause": "S28.1(2)", "reason": "未出示单位介绍信函"}],
        "content": H,
    },
    "evidence.listed": {
        "package": U,
        "request": U,
        "number": "查〔2026〕0001号",
        "grant": U,
        "by": "p",
        "span": [1, 2],
        "cameras": [U],
        "parts": 1,
        "gaps": 0,
        "contents": H,
    },
    "evidence.made": {
        "package": U,
        "request": U,
        "number": "查〔2026〕0001号",
        "grant": U,
        "by": "p",
        "bytes": 1,
        "sha256": H,
        "listed": H,
        "parts": 1,
    },
    "evidence.broken": {
        "package": U,
        "request": U,
        "number": "查〔2026〕0001号",
        "grant": U,
        "by": "p",
        "bytes": 1,
        "parts": 1,
        "reason": "下载中断。请重新制作。",
    },
    "evidence.handed": {
        "package": U,
        "request": U,
        "sha256": H,
        "by": "p",
        "receivers": ["王芳 法执0017", "次旺 法执0021"],
        "medium": "光盘",
        "papers": [H],
    },
    "case.step": {
        "step": U,
        "by": "p",
        "kind": "missing_person",
        "case": U,
        "number": "走失〔2026〕0001号",
        "unit": "u",
        "event": "admit",
        "before": "opened",
        "after": "admitted",
        "on": "2026-11-20",
        "clauses": ["S29"],
        "words": "",
        "papers": [H],
        "content": H,
    },
    "embargo.step": {
        "step": U,
        "by": "p",
        "embargo": U,
        "request": U,
        "number": "查〔2026〕0001号",
        "holder": U,
        "event": "approve",
        "before": "asked",
        "after": "approved",
        "until": "2026-12-20",
        "extends": "",
        "on": "2026-11-20",
        "clauses": ["N20", "S28.1(4)"],
        "words": "侦查期间告知可能走漏消息",
    },
    "finding.step": {
        "step": U,
        "by": "system",
        "finding": U,
        "kind": "no_grant",
        "day": "2026-11-20",
        "about": U,
        "leaves": [7, 9],
        "event": "found",
        "before": "",
        "after": "incident",
        "on": "2026-11-20",
        "clauses": ["S35(2)"],
        "words": "",
    },
    "release.step": {
        "step": U,
        "by": "p",
        "release": U,
        "number": "公传〔2026〕0001号",
        "unit": "u",
        "camera": U,
        "event": "publish",
        "before": "approved",
        "after": "published",
        "on": "2026-11-20",
        "clauses": ["S30.2"],
        "words": "",
        "papers": [H],
        "content": H,
    },
    "platform.statement": {
        "statement": U,
        "link": U,
        "upper": "54010000002000000001",
        "channel": "54010200001319000001",
        "verb": "history",
        "person": f"link:{U}",
        "person_name": "扎西",
        "unit": "拉萨市公安局",
        "purpose": "办理盗窃案",
        "ground": "agency",
        "clauses": ["S27"],
        "theirs": 7,
        "said": "2026-11-20T00:00:00.000000Z",
        "until": "2026-11-20T00:10:00.000000Z",
    },
    "sharing.step": {
        "step": U,
        "by": "p",
        "kind": "directory",
        "case": U,
        "number": "拉萨市公安局目录第 1 版",
        "unit": "u",
        "event": "publish",
        "before": "submitted",
        "after": "published",
        "on": "2026-11-20",
        "clauses": ["S25"],
        "words": "",
        "papers": [],
        "content": H,
    },
    "platform.stated": {
        "statement": U,
        "upper": "54010000002000000001",
        "lower": "54010200002000000001",
        "channel": "54010200001320000001",
        "camera": U,
        "verb": "history",
        "grant": U,
        "unit": "拉萨市公安局",
        "person_name": "扎西",
        "reason": "走失人员",
        "ground": "duty",
        "clauses": ["S34(1)"],
        "index": 7,
        "until": "2026-11-24T00:10:00.000000Z",
    },
    "key.rotated": {"key": "log", "old": "", "new": "SHA256:x"},
    "backup.made": {"by": "root", "file": "f.age", "bytes": 1, "sha256": "0" * 64, "checkpoint": 5},
    "certificate.issued": {
        "by": "root",
        "server": "web",
        "names": ["video.example"],
        "serial": "1f",
        "begins": "2026-11-24T00:00:00.000000Z",
        "ends": "2027-12-26T00:00:00.000000Z",
        "sha256": "0" * 64,
    },
    "log.continued": {
        "origin": "o",
        "size": 1,
        "root": "0" * 64,
        "note": "",
        "carried": 2,
        "old": "",
        "new": "SHA256:x",
        "backup": "0" * 64,
        "by": "root",
    },
    "volume.changed": {"node": "n", "volume": U, "path": "/v", "change": "adopted", "by": "root", "reason": "r"},
    "alarm.raised": {
        "alarm": U,
        "kind": "camera.down",
        "severity": "serious",
        "subject": f"cameras:{U}",
        "name": "校门",
        "since": AT,
        "count": 1,
        "cameras": [U],
    },
    "alarm.acknowledged": {
        "alarm": U,
        "kind": "camera.down",
        "subject": f"cameras:{U}",
        "name": "校门",
        "person": "p",
        "words": "已通知维护单位",
    },
    "alarm.cleared": {
        "alarm": U,
        "kind": "camera.down",
        "subject": f"cameras:{U}",
        "name": "校门",
        "by": "system",
        "words": "",
        "raises": 2,
    },
    "control.begun": {
        "steering": U,
        "grant": U,
        "person": "p-1",
        "person_name": "扎西",
        "unit": "城关区第一小学",
        "post": U,
        "ground": "duty",
        "clauses": ["S34(1)"],
        "camera": U,
        "over": "",
        "reason": "",
    },
    "control.commands": {
        "steering": U,
        "index": 7,
        "person": "p-1",
        "camera": U,
        "commands": [
            {"at_us": 1, "what": "move", "motion": [50, 0, -20, 0, 0], "preset": "", "name": "", "outcome": "taken"}
        ],
        "worker": "node-1/0",
    },
    "control.ended": {
        "steering": U,
        "index": 7,
        "person": "p-1",
        "camera": U,
        "commands": 1,
        "reason": "left",
        "worker": "node-1/0",
    },
    "control.returned": {"steering": U, "camera": U, "preset": "1", "outcome": "taken", "worker": "node-1/0"},
    "speech.begun": {
        "speech": U,
        "grant": U,
        "person": "p-1",
        "person_name": "扎西",
        "unit": "城关区第一小学",
        "post": U,
        "ground": "duty",
        "clauses": ["S34(1)"],
        "camera": U,
        "reason": "疏导人群",
    },
    "speech.ended": {
        "speech": U,
        "index": 7,
        "person": "p-1",
        "camera": U,
        "begun_us": 1,
        "ended_us": 9_000_000,
        "spoken_us": 4_000_000,
        "reason": "left",
        "step": "",
        "worker": "node-1/0",
    },
    "witness.contradicted": {
        "witness": "witness.example/w1",
        "name": "柳梧分局",
        "origin": "liuwu.example/log",
        "doubt": "forked",
        "seen": 21,
        "shown": 30,
        "seen_root": "0" * 64,
        "shown_root": "1" * 64,
        "evidence": "2" * 64,
    },
    "heartbeat": {"size": 0},
}


def sample(kind: str, **changes: Any) -> dict[str, Any]:
    """A complete record of a type."""
    return {"id": U, "type": kind, "at": AT, **SAMPLES[kind], **changes}


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_a_name_that_an_entry_takes(kind: str) -> None:
    """The log would take another one and could never be checked again."""
    leaf = encode_entry(kind, "2026-11-24T15:05:11.000000Z", "0" * 64)
    assert decode_entry(leaf).type == kind


def test_there_is_a_sample_of_every_type() -> None:
    assert SAMPLES.keys() == TYPES.keys()


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_type_reads_and_its_bytes_are_the_canonical_form(kind: str) -> None:
    value = sample(kind)
    record = parse_record(json.dumps(value).encode())
    assert record.type == kind
    assert encode_record(record) == canonical.encode(value)
    assert record_of(value) == record
    assert read_record(encode_record(record)) == record


@pytest.mark.parametrize(
    ("kind", "field", "value", "nothing"),
    [
        ("segment.sealed", "sound", "alaw", ""),
        ("alarm.cleared", "false_alarm", True, False),
        ("view.ended", "heard", [[1, 2], [4, 5]], []),
        ("grant", "sound", [U], []),
        ("grant", "stated", U, None),
        ("grant", "stated_ground", "agency", ""),
        ("grant", "document", "拉公介〔2026〕1号", ""),
        ("refusal", "stated", U, None),
        ("platform.statement", "call_id", "a@192.0.2.1", ""),
        ("platform.statement", "span", [1, 2], None),
        ("platform.statement", "number", "010203", ""),
        ("platform.statement", "document", "拉公介〔2026〕1号", ""),
        ("sharing.step", "table", H, ""),
        ("platform.stated", "call_id", "abc@192.0.2.1", ""),
        ("platform.stated", "span", [1, 2], None),
        ("platform.stated", "number", "541234", ""),
        ("platform.stated", "document", "函 7 号", ""),
        ("sharing.step", "document", H, ""),
        (
            "sharing.step",
            "measured",
            {"trial": U, "parts": [{"part": "register", "outcome": "passed", "ms": 4}]},
            None,
        ),
        ("release.step", "device", [[1, 2], [4, 5]], []),
        ("release.step", "answered", [["pictures.masked", 12], ["tracks.left", 1]], []),
        ("release.step", "left", ["track 3", "picture 90000"], []),
        ("release.step", "overlay", "masked", ""),
        ("release.step", "looked", 1_790_000_000_000_000, 0),
        ("sharing.step", "unmet", [{"clause": "S25", "reason": "批准人参与了本版目录的编制"}], []),
        ("cases.step", "number", "举〔2026〕7号", ""),
        ("cases.step", "about", U, ""),
    ],
)
def test_of_what_there_is_none_nothing_is_said(kind: str, field: str, value: Any, nothing: Any) -> None:
    said = sample(kind, **{field: value})
    assert encode_record(record_of(said)) == canonical.encode(said)
    # A record of a program that knew nothing of the field keeps its bytes, and thus its commitment.
    before = sample(kind)
    assert encode_record(record_of(before | {field: nothing})) == canonical.encode(before)
    assert read_record(canonical.encode(before)) == record_of(before)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_missing_or_an_unknown_field_is_refused_by_name(kind: str) -> None:
    with pytest.raises(RecordError, match="surprise"):
        record_of(sample(kind, surprise=1))
    for field in ("id", "at", *SAMPLES[kind]):
        value = sample(kind)
        del value[field]
        with pytest.raises(RecordError, match=field):
            record_of(value)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("gap", {"type": "rumour"}),
        ("sharing.step", {"document": "x" * 64}),
        ("sharing.step", {"system": U}),
        ("gap", {"type": None}),
        ("gap", {"reason": "boredom"}),
        ("gap", {"from_us": 1.5}),
        ("gap", {"from_us": "1"}),
        ("gap", {"from_us": True}),
        ("gap", {"from_us": 2**53}),
        ("gap", {"camera": "camera-1"}),
        ("gap", {"id": "1"}),
        ("gap", {"at": "2026-11-24 15:05:11.000000Z"}),
        ("gap", {"at": "2026-11-24T15:05:11Z"}),
        ("gap", {"at": "2026-11-24T15:05:11.000000+08:00"}),
        ("gap", {"at": "2026-13-24T15:05:11.000000Z"}),
        ("gap", {"detail": "x" * 5000}),
        ("segment.sealed", {"sha256": H.upper()}),
        ("segment.sealed", {"root": H[:-2]}),
        ("segment.sealed", {"bytes": -1}),
        ("segment.sealed", {"clock": {"synchronised": True}}),
        ("purge", {"segments": [[1, "xy" * 32]]}),
        ("paper.kept", {"sha256": "G" * 64}),
        ("paper.read", {"form": "inline"}),
        ("view.ended", {"shown": [[1, 2, 3]]}),
        ("view.begun", {"stream": "third"}),
        ("grant", {"cameras": []}),
        ("config.changed", {"changes": {"latitude": [29.65, 29.66]}}),
        ("config.changed", {"changes": {"x": ["only one"]}}),
    ],
)
def test_wrong_values_are_refused(kind: str, changes: dict[str, Any]) -> None:
    with pytest.raises(RecordError):
        record_of(sample(kind, **changes))


@given(st.binary(max_size=100))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with pytest.raises(RecordError):
        parse_record(data)


def test_a_lone_surrogate_never_becomes_a_record_on_disk() -> None:
    with pytest.raises(RecordError):
        encode_record(record_of(sample("gap", detail="\ud800")))
    with pytest.raises(RecordError):
        parse_record(json.dumps(sample("gap", detail="\ud800")).encode())


def test_a_stored_record_in_another_form_is_refused() -> None:
    with pytest.raises(RecordError, match="canonical"):
        read_record(json.dumps(sample("gap")).encode())


def test_times_are_written_with_microseconds_in_utc() -> None:
    assert at_text(0) == "1970-01-01T00:00:00.000000Z"
    assert at_text(1_795_000_000_000_001) == "2026-11-18T11:06:40.000001Z"


def test_what_web_and_node_may_write_covers_everything_but_what_the_notary_says_itself() -> None:
    assert TYPES.keys() - {"heartbeat", "log.continued"} == NODE_TYPES | WEB_TYPES
    assert {"key.rotated"} == NODE_TYPES & WEB_TYPES
