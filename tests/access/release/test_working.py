"""The web's client of masking, against a real worker with recorded footage."""

from __future__ import annotations

import datetime
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from custodes.access.release import working
from custodes.node.masking import process, showing
from custodes.places import node_client
from custodes.video.mask.by_hand import drawn
from custodes.video.mask.masking import with_tracks
from custodes.video.mask.sidecar import Sidecar, read_sidecar
from custodes.video.mask.tracks import MaskedKind
from custodes.video.wire.masking import MaskRefusalReason
from tests.node.masking.street import BLIND, CAMERA, STREET, Street, Web, record_street
from tests.node.support import FakeNotary, Installation, RunningWorker, camera
from tests.patience import PATIENCE

pytestmark = pytest.mark.real_clock  # one worker serves all of them


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Street]]:
    """A worker that has recorded a street."""
    installation = Installation(tmp_path_factory.mktemp("release"))
    street = record_street(installation)
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    installation.assign([camera(0, None)])
    with RunningWorker(installation):
        yield installation, street
    notary.stop()


class Side:
    """The calls as the release's pages make them: each with a fresh token."""

    def __init__(self, installation: Installation, street: Street) -> None:
        self.web, self.release = Web(installation, street), uuid4()
        at = SimpleNamespace(
            name=installation.settings.node_name, worker_url=lambda _number: f"http://127.0.0.1:{installation.port}"
        )
        self.camera: Any = SimpleNamespace(id=CAMERA, node=at, worker=0)
        self.span = working.Span(*(datetime.datetime.fromtimestamp(us / 1e6, datetime.UTC) for us in street.span))

    def begin(self, **more: Any) -> None:
        # A second of room for what a float keeps of a microsecond.
        begin, end = self.web.street.span
        token = self.web.token(span=(begin - 1_000_000, end + 1_000_000))
        working.begin(self.release, self.camera, self.span, more.get("token", token))

    def call(self, name: str, *args: Any) -> Any:
        begin, end = self.web.street.span
        token = self.web.token(span=(begin - 1_000_000, end + 1_000_000))
        if name == "film":
            return working.film(self.release, self.camera, token, *args)
        if name == "write":
            return working.write(self.release, self.camera, *args, token)
        return getattr(working, name)(self.release, self.camera, token)

    def until(self, stage: str) -> working.WorkProgress:
        patience = max(PATIENCE, 180)
        deadline = time.monotonic() + patience
        while True:
            said: working.WorkProgress = self.call("standing")
            if said.stage == stage:
                return said
            assert said.stage != "failed", said.error
            assert time.monotonic() < deadline, f"waited {patience:g} s in vain for {stage}; last seen: {said!r}"
            time.sleep(0.02)


@pytest.fixture
def side(node: tuple[Installation, Street], monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    installation, street = node
    monkeypatch.setattr(node_client, "control_key", lambda: installation.web_key)
    monkeypatch.setattr(node_client, "TRANSPORT", None)
    monkeypatch.setattr(process, "COMMAND", BLIND)
    made = Side(installation, street)
    yield made
    made.call("forget")


def drawn_on(sidecar: Sidecar) -> Sidecar:
    times = [at * 3600 for at in range(STREET.pictures)]
    tracks = [
        drawn(number, MaskedKind.FACE, [(time, walker.face(at)) for at, time in enumerate(times)])
        for number, walker in enumerate(STREET.walkers, 1)
    ]
    return with_tracks(sidecar, tracks)


def test_the_whole_way_by_hand(side: Side, tmp_path: Path) -> None:
    side.begin()
    side.begin()
    standing = side.until("found")
    assert (standing.width, standing.height, len(standing.times)) == (640, 360, STREET.pictures)
    assert standing.by_hand == (MaskedKind.FACE, MaskedKind.PLATE, MaskedKind.SIGN, MaskedKind.LICENCE)
    assert (standing.copy, standing.copy_bytes, standing.error, standing.leaks) == (None, 0, "", [])
    sidecar = read_sidecar(side.call("found"), standing.source)
    side.call("write", drawn_on(sidecar).encode(), "solid")
    written = side.until("written")
    piece = side.call("copy")
    data = b"".join(piece.chunks)
    assert (piece.first, piece.last, piece.total) == (0, len(data) - 1, len(data))
    assert hashlib.sha256(data).hexdigest() == written.copy
    assert len(data) == written.copy_bytes


def test_the_film_comes_in_pieces_that_follow_one_another(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    side.begin()
    side.until("found")
    whole = side.call("film", 0, None)
    data = b"".join(whole.chunks)
    assert whole.last == whole.total - 1 == len(data) - 1
    monkeypatch.setattr(showing, "MOST_PIECE_BYTES", 20_000)
    first = side.call("film", 0, None)
    assert (first.first, first.last, first.total) == (0, 19_999, len(data))
    assert b"".join(first.chunks) == data[:20_000]
    middle = side.call("film", 1000, 1009)
    assert b"".join(middle.chunks) == data[1000:1010]
    unread = side.call("film", 0, None)
    unread.close()
    with pytest.raises(working.MaskingRefused) as refused:
        side.call("film", len(data), None)
    assert refused.value.why == MaskRefusalReason.BEYOND


def test_a_film_whose_leave_is_taken_back_is_short_and_says_so(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    side.begin()
    side.until("found")
    revoked = {"grants": [str(side.web.grant)], "reason": "撤回"}
    begun, genuine, reads = threading.Event(), os.pread, []

    def slow(descriptor: int, size: int, offset: int) -> bytes:
        reads.append(offset)
        if len(reads) == 3:
            assert begun.wait(PATIENCE)
        return genuine(descriptor, size, offset)

    monkeypatch.setattr(showing, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(showing.os, "pread", slow)
    piece = side.call("film", 0, None)
    assert side.web.installation.request("POST", "/internal/revoke", revoked).status_code == 204
    begun.set()
    with pytest.raises(working.WorkerAway):
        list(piece.chunks)
    side.web.grant = uuid4()


def test_refusals_are_words_in_both_languages(side: Side) -> None:
    long = working.Span(side.span.begin - datetime.timedelta(hours=1), side.span.end)
    wide = (side.web.street.span[0] - 3_700_000_000, side.web.street.span[1] + 1_000_000)
    with pytest.raises(working.MaskingRefused) as refused:
        working.begin(side.release, side.camera, long, side.web.token(span=wide))
    assert refused.value.why == MaskRefusalReason.TOO_LONG
    assert "900 秒" in refused.value.reason_zh
    assert "900 seconds" in refused.value.reason_en
    with pytest.raises(working.MaskingRefused) as refused:
        side.call("standing")
    assert refused.value.why == MaskRefusalReason.NO_JOB
    with pytest.raises(working.MaskingRefused) as refused:
        side.begin(token=side.web.token(masking=False, handover=True))
    assert refused.value.why == MaskRefusalReason.BEYOND
    side.begin()
    side.until("found")
    with pytest.raises(working.MaskingRefused) as refused:
        side.call("write", b"no tracks", "solid")
    assert refused.value.why == MaskRefusalReason.BAD_TRACKS
    assert side.call("standing").stage == "found"


@pytest.mark.parametrize(("language", "part"), [("zh-hans", "轨迹文件不能使用"), ("en", "The tracks can't be used")])
def test_why_a_job_failed_is_said_in_the_readers_language(side: Side, language: str, part: str) -> None:
    from django.utils import translation

    side.begin()
    side.until("found")
    sidecar = read_sidecar(side.call("found"))
    side.call("write", replace(sidecar, source="0" * 64).encode(), "solid")
    with translation.override(language):
        assert part in side.until("failed").error


def test_a_worker_that_is_away_is_told_apart(side: Side) -> None:
    at = SimpleNamespace(name="node-1", worker_url=lambda _number: "http://127.0.0.1:9")
    nowhere: Any = SimpleNamespace(id=CAMERA, node=at, worker=0)
    for call in (working.standing, working.found, working.copy, working.forget):
        with pytest.raises(working.WorkerAway):
            call(side.release, nowhere, side.web.token())


def test_every_reason_has_words() -> None:
    for why in MaskRefusalReason:
        zh, en = working.reason_of(why, 7)
        assert zh.endswith("。")
        assert en.endswith(".")
        assert "{" not in zh + en
