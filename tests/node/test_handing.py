"""Original footage handed out by a real worker: exactly what the leave opens, as it was sealed, on record before it goes."""

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from custodes.evidence import completeness
from custodes.ledger.merkle import leaf_hash, tree_root
from custodes.node import handing
from custodes.node.gate import TOKEN_SECONDS
from custodes.video.archive.handing import OpenedSegment, SealedSegment
from custodes.video.wire.archive import Segments
from custodes.video.wire.token import GrantClaims, sign_token
from tests.node.past import Past, write_past
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, browse, camera
from tests.patience import until

CAMERA = UUID(int=1)
OTHER = UUID(int=2)


@pytest.fixture(scope="module")
def past(installation: Installation) -> Past:
    """Footage from ten minutes ago, in segments of 20 s."""
    return write_past(installation, CAMERA)


@pytest.fixture(scope="module")
def worker(installation: Installation, notary: FakeNotary, past: Past) -> Iterator[RunningWorker]:
    """A worker whose only camera is out of reach now."""
    installation.assign([camera(0, None)])
    with RunningWorker(installation) as running:
        yield running


def leave(installation: Installation, past: Past, begin: float = 5, end: float = 65, **more: Any) -> GrantClaims:
    return installation.claims(
        CAMERA, live=False, back_seconds=0, span=(past.at(begin), past.at(end)), handover=True, **more
    )


def signed(installation: Installation, claims: GrantClaims) -> str:
    return sign_token(claims.model_copy(update={"jti": uuid4()}), installation.grant_key)


def listed(installation: Installation, claims: GrantClaims, from_us: int = 0) -> Segments:
    body = {"token": signed(installation, claims), "camera": str(CAMERA), "from_us": from_us}
    answer = installation.request("POST", "/internal/segments", body)
    assert answer.status_code == 200, answer.text
    return Segments.model_validate_json(answer.content)


def piece(
    installation: Installation, claims: GrantClaims, segment: Any, first: int, count: int, **more: Any
) -> httpx.Response:
    body = {
        "token": signed(installation, claims),
        "camera": str(CAMERA),
        "sequence": segment.sequence,
        "start_us": segment.start_us,
        "first": first,
        "count": count,
        **more,
    }
    return installation.request("POST", "/internal/segment", body)


def kept(worker: RunningWorker, segment: Any) -> SealedSegment:
    found = worker.worker.archive.sealed_segments(CAMERA, segment.start_us, segment.start_us + 1)
    return next(one for one in found if one.sequence == segment.sequence)


def test_what_reaches_into_the_span_is_listed_and_given_as_it_was_sealed(
    worker: RunningWorker, installation: Installation, past: Past, notary: FakeNotary
) -> None:
    claims = leave(installation, past)
    found = listed(installation, claims)
    assert not found.more
    assert [one.sequence for one in found.segments] == [1, 2, 3, 4]
    second = found.segments[1]
    answer = piece(installation, claims, second, 3, 5)
    assert answer.status_code == 200, answer.text
    head, _, footage = answer.content.partition(b"\n")
    leaves = [bytes.fromhex(leaf) for leaf in json.loads(head)["leaves"]]
    segment = kept(worker, second)
    assert tree_root(leaves) == segment.root
    file = segment.path.read_bytes()
    begin = segment.fragments[3].offset
    end = segment.fragments[7].offset + segment.fragments[7].size
    assert footage == file[: segment.init_size] + file[begin:end]
    at = segment.init_size
    for number in range(3, 8):
        size = segment.fragments[number].size
        assert leaf_hash(footage[at : at + size]) == leaves[1 + number]
        at += size
    sealed = {r["id"]: r for r in notary.of_type("segment.sealed")}
    assert sealed[str(second.record)]["root"] == segment.root.hex(), "the record is found by its id"


def test_what_is_missing_is_named_by_its_record_and_a_gap_that_lasts_up_to_now(
    worker: RunningWorker, installation: Installation, past: Past, notary: FakeNotary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outage in the midst of the footage; and the camera that is out of reach still, of which no record would say anything yet."""

    def told(found: Segments) -> list[dict[str, Any]]:
        by_id = {one["id"]: one for one in notary.of_type("gap")}
        return [by_id[str(one)] for one in found.gaps if str(one) in by_id]

    [outage] = until(lambda: told(listed(installation, leave(installation, past, 5, 165))))
    assert outage["reason"] == "network"
    assert (outage["from_us"] <= past.at(71), outage["to_us"] >= past.at(165)) == (True, True)
    whole = listed(installation, leave(installation, past, 5, 65))
    assert whole.gaps == []
    for one, following in itertools.pairwise(whole.segments):
        assert abs(following.start_us - one.end_us) <= completeness.NEAR_US, (
            "nothing is missing where the recorder went on"
        )
    before = time.time_ns() // 1000
    claims = installation.claims(CAMERA, live=False, back_seconds=0, span=(past.at(5), before), handover=True)
    found = listed(installation, claims)
    until(lambda: len(told(found)) == len(found.gaps))
    assert told(found)[-1]["to_us"] >= before

    # More than one answer names are asked for from where it says.
    monkeypatch.setattr(handing, "MOST_GAPS", 1)
    named, at = list[UUID](), claims.span[0]
    while at is not None:
        answer = listed(installation, claims, at)
        named, at = [*named, *answer.gaps], answer.gaps_from
        assert len(answer.gaps) == 1
    assert named == found.gaps
    assert len(named) > 1


def test_it_is_on_record_before_it_goes_and_told_when_it_is_over(
    worker: RunningWorker, installation: Installation, past: Past, notary: FakeNotary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custodes.node.handing.IDLE_SECONDS", 0.5)
    claims = leave(installation, past)
    segments = listed(installation, claims).segments
    for one in segments[1:3]:
        assert piece(installation, claims, one, 0, 2).status_code == 200
    mine = lambda kind: [r for r in notary.of_type(kind) if r["grant"] == str(claims.grant)]  # noqa: E731
    [ended] = until(lambda: mine("view.ended"))
    [begun] = mine("view.begun")
    assert begun["camera"] == str(CAMERA)
    assert ended["reason"] == "handover"
    assert len(ended["shown"]) == 2
    assert ended["shown"][0][0] == segments[1].start_us
    assert ended["bytes"] == sum(sum(size for size, *_ in one.fragments[:2]) for one in segments[1:3])


def test_a_leave_to_look_gives_no_file_and_a_leave_to_hand_out_shows_nothing(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    looking = installation.claims(CAMERA, live=False, back_seconds=0, span=(past.at(5), past.at(65)))
    body = {"token": signed(installation, looking), "camera": str(CAMERA), "from_us": 0}
    assert installation.request("POST", "/internal/segments", body).status_code == 403
    burnt = looking.model_copy(update={"burnt": "某某"})
    body["token"] = signed(installation, burnt)
    assert installation.request("POST", "/internal/segments", body).status_code == 403
    claims = leave(installation, past)
    answer = installation.request("POST", "/internal/still", {"token": signed(installation, claims)})
    assert answer.status_code == 403


async def test_a_leave_to_hand_out_opens_no_view(worker: RunningWorker, installation: Installation, past: Past) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=signed(installation, leave(installation, past)))
        assert await browser.closed() == 4401


def test_a_token_serves_once_one_camera_and_its_span_alone(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    # Segments are cut by the clock: the span ends where the second one has still pictures behind it, whenever this runs.
    second = listed(installation, leave(installation, past)).segments[1]
    end = second.fragments[len(second.fragments) // 2][2]
    claims = leave(installation, past, 5, (end - past.start) / 1_000_000)
    token = signed(installation, claims)
    body = {"token": token, "camera": str(CAMERA), "from_us": 0}
    assert installation.request("POST", "/internal/segments", body).status_code == 200
    assert installation.request("POST", "/internal/segments", body).status_code == 403, "used up"
    body = {"token": signed(installation, claims), "camera": str(OTHER), "from_us": 0}
    assert installation.request("POST", "/internal/segments", body).status_code == 403
    first, second = listed(installation, claims).segments[:2]
    inside = [n for n, (_, start, end, _) in enumerate(first.fragments) if start >= past.at(5)]
    assert piece(installation, claims, first, inside[0], 1).status_code == 200
    assert piece(installation, claims, first, inside[0] - 1, 1).status_code == 403, "begins before the span"
    assert piece(installation, claims, first, inside[0] - 1, 3).status_code == 403
    last = max(n for n, (_, start, end, _) in enumerate(second.fragments) if end <= claims.span[1])
    assert piece(installation, claims, second, 0, last + 1).status_code == 200
    assert piece(installation, claims, second, 0, last + 2).status_code == 403, "ends behind the span"


def test_what_is_not_there_is_said(worker: RunningWorker, installation: Installation, past: Past) -> None:
    claims = leave(installation, past)
    first = listed(installation, claims).segments[0]
    assert piece(installation, claims, first, 0, 10_000).status_code == 404
    assert piece(installation, claims, first, 0, 1, sequence=999).status_code == 404
    assert piece(installation, claims, first, -1, 1).status_code == 422
    far = {"token": signed(installation, claims), "camera": str(CAMERA), "from_us": past.at(64.9)}
    assert len(installation.request("POST", "/internal/segments", far).json()["segments"]) == 1


def test_footage_that_was_changed_is_not_handed_out(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    claims = leave(installation, past)
    third = listed(installation, claims).segments[2]
    path = kept(worker, third).path
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        answer = piece(installation, claims, third, 0, 1)
        assert answer.status_code == 409, "also when the change is in another fragment than the one asked for"
        assert "not what was sealed" in answer.text
        path.write_bytes(whole[:-100])
        assert piece(installation, claims, third, 0, 1).status_code == 409
        path.unlink()
        assert piece(installation, claims, third, 0, 1).status_code == 409
    finally:
        path.write_bytes(whole)


def test_a_leave_that_was_taken_back_gives_nothing_more(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    claims = leave(installation, past)
    first = listed(installation, claims).segments[0]
    revoked = installation.request(
        "POST", "/internal/revoke", {"grants": [str(claims.grant)], "reason": "案件撤销", "clause": "S27"}
    )
    assert revoked.status_code == 204
    assert piece(installation, claims, first, 6, 1).status_code == 403


def test_a_piece_on_its_way_stays_short_when_its_leave_is_taken_back(
    worker: RunningWorker, installation: Installation, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = leave(installation, past)
    first = listed(installation, claims).segments[1]
    asked: list[UUID] = []

    def stands(grant: UUID, camera: UUID) -> bool:
        asked.append(grant)
        return len(asked) < 3

    monkeypatch.setattr(worker.worker.gate, "stands", stands)
    with pytest.raises(httpx.RemoteProtocolError):
        piece(installation, claims, first, 0, 10)
    assert len(asked) == 3


def test_a_piece_whose_leave_was_taken_back_stays_short_also_when_the_gate_has_forgotten_it(
    worker: RunningWorker, installation: Installation, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = leave(installation, past)
    first = listed(installation, claims).segments[1]
    asked: list[UUID] = []
    tasks: list[asyncio.Future[None]] = []

    def stands(grant: UUID, camera: UUID) -> bool:
        asked.append(grant)
        if len(asked) == 3:
            tasks.append(asyncio.ensure_future(worker.worker.handing.take_back([grant])))
        return True

    monkeypatch.setattr(worker.worker.gate, "stands", stands)
    with pytest.raises(httpx.RemoteProtocolError):
        piece(installation, claims, first, 0, 10)
    assert len(asked) == 3


@pytest.mark.parametrize(("limit", "seconds"), [("PIECE_SECONDS", 0.0), ("GRACE_SECONDS", -61.0)])
def test_a_piece_that_is_not_taken_in_time_stays_short(
    worker: RunningWorker,
    installation: Installation,
    past: Past,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    seconds: float,
) -> None:
    claims = leave(installation, past)
    first = listed(installation, claims).segments[1]
    assert handing.PIECE_SECONDS < 2 * TOKEN_SECONDS, "a revocation is remembered for longer"
    monkeypatch.setattr(handing, limit, seconds)
    with pytest.raises(httpx.RemoteProtocolError):
        piece(installation, claims, first, 0, 10)


def test_the_minute_runs_while_it_is_sent(
    worker: RunningWorker, installation: Installation, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when whoever downloads stalls after the first fragment: what comes behind the minute is not even read."""
    claims = leave(installation, past)
    first = listed(installation, claims).segments[1]
    monkeypatch.setattr(handing, "PIECE_SECONDS", 0.4)
    read: list[int] = []
    genuine = OpenedSegment.piece

    def slow(self: OpenedSegment, offset: int, size: int) -> bytes:
        read.append(offset)
        if (
            len(read) > len(first.fragments) + 2
        ):  # behind the reading of the whole, the initialisation segment and one fragment
            threading.Event().wait(0.5)
        return genuine(self, offset, size)

    monkeypatch.setattr(OpenedSegment, "piece", slow)
    with pytest.raises(httpx.RemoteProtocolError):
        piece(installation, claims, first, 0, 10)
    assert len(read) <= len(first.fragments) + 4


def test_what_is_deleted_while_it_is_read_is_read_to_its_end(worker: RunningWorker, past: Past) -> None:
    [segment] = worker.worker.archive.sealed_segments(CAMERA, past.at(25), past.at(25) + 1)
    whole = segment.path.read_bytes()
    opened = OpenedSegment(segment)
    segment.path.unlink()
    try:
        assert b"".join(opened.pieces(0, len(segment.fragments))) == whole
    finally:
        segment.path.write_bytes(whole)
