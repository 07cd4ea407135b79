"""The running notary: what it answers, to whom, and how it starts and stops."""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custodes.ledger.checkpoint import open_checkpoint, verify_proof
from custodes.ledger.client import NotaryClient, NotaryRefused, NotaryUnavailable
from custodes.ledger.entry import LedgerEntry, commit, decode_entry
from custodes.ledger.merkle import leaf_hash
from custodes.ledger.note import parse_vkey
from custodes.ledger.records import Revocation, at_text, encode_record
from custodes.notary.keys import load_grant_key, load_vkey
from custodes.video.wire.token import check_token
from tests.ledger.madelog import CAMERA, START_US, gap, grant
from tests.ledger.test_records import sample
from tests.patience import PATIENCE, until

from .running import Running, data_folder, launch, notary

QUICK = {"checkpoint_seconds": 1, "checkpoint_entries": 1}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """One notary for the tests that leave it whole."""
    with data_folder() as folder, notary(folder, checkpoint_copy=folder / "copy", **QUICK) as process:
        yield process


@pytest.fixture
def client(running: Running) -> Iterator[NotaryClient]:
    """A client of it."""
    with running.client() as connection:
        yield connection


numbers = iter(range(1, 1_000_000))


def claims(record: Any, **changes: Any) -> dict[str, Any]:
    """Claims of one token under a grant's record."""
    return {
        "aud": "node-1/0",
        "jti": str(uuid.uuid4()),
        "grant": str(record.grant),
        "sub": record.person,
        "cameras": [str(CAMERA)],
        "live": True,
        "back_seconds": 600,
        "span": None,
        "still": record.still,
        "watermark": record.watermark,
        **changes,
    }


def fresh_gap() -> Any:
    """A record that was not sent before."""
    return gap(1000 + next(numbers))


def test_appended_records_get_consecutive_indices_and_can_be_read(client: NotaryClient) -> None:
    records = [fresh_gap() for _ in range(3)]
    first, second, third = client.append(records)
    assert (second, third) == (first + 1, first + 2)
    entries = client.entries(first, 3)
    assert [entry.index for entry in entries] == [first, second, third]
    assert [entry.record["id"] for entry in entries if entry.record] == [str(record.id) for record in records]
    assert entries[0].entry.keys() == {"v", "t", "at", "c"}
    assert client.append([]) == []


def test_a_record_sent_again_gets_its_first_index(client: NotaryClient) -> None:
    record = fresh_gap()
    (index,) = client.append([record])
    size = client.status().size
    other = fresh_gap()
    assert client.append([record, other, record, other]) == [index, size, index, size]
    assert client.append([gap(record.id.int - 1, "changed")]) == [index]
    (entry,) = client.entries(index, 1)
    assert entry.record is not None
    assert entry.record["detail"] == record.detail


def test_a_mapping_is_checked_before_it_is_sent(client: NotaryClient) -> None:
    value = sample("gap") | {"id": str(uuid.uuid4())}
    assert client.append([value])
    with pytest.raises(NotaryRefused, match="surprise"):
        client.append([value | {"surprise": 1}])


def test_every_entry_is_proven_once_a_checkpoint_covers_it(running: Running, client: NotaryClient) -> None:
    (index,) = client.append([fresh_gap()])
    until(lambda: client.status().checkpoint_size > index, "a checkpoint")
    key = load_vkey(running.folder / "keys/public")
    (logged,) = client.entries(index, 1)
    leaf = LedgerEntry(logged.entry["t"], logged.entry["at"], logged.entry["c"]).encode()
    proven = verify_proof(client.proof(index), leaf_hash(leaf), [key])
    checkpoint, _ = open_checkpoint(client.checkpoint(), [key])
    assert checkpoint.size >= proven.size > index
    assert str(parse_vkey(client.status().vkey)) == str(key)


def test_an_entry_that_no_checkpoint_covers_is_unproven(client: NotaryClient) -> None:
    with pytest.raises(NotaryRefused) as refused:
        client.proof(10_000_000)
    assert refused.value.code == "unproven"


def test_records_are_given_with_all_that_proves_them(running: Running, client: NotaryClient) -> None:
    one, other = fresh_gap(), fresh_gap()
    (index, later) = client.append([one, other])
    until(lambda: client.status().checkpoint_size > later, "a checkpoint")
    found, nothing, second = client.proven([one.id, uuid.uuid4(), other.id])
    assert nothing is None
    assert found is not None
    assert second is not None
    assert (found.index, second.index) == (index, later)
    assert found.record == encode_record(one)
    entry = decode_entry(found.entry)
    assert entry.commitment == commit(found.salt, found.record)
    assert found.proof is not None
    key = load_vkey(running.folder / "keys/public")
    assert verify_proof(found.proof, leaf_hash(found.entry), [key]).size > index
    assert client.proven([]) == []


def test_what_no_checkpoint_covers_is_given_without_a_proof(client: NotaryClient) -> None:
    fresh = [fresh_gap() for _ in range(3)]
    client.append(fresh)
    answers = client.proven([record.id for record in fresh])
    sizes = client.status()
    for answer in answers:
        assert answer is not None
        assert (answer.proof is None) or answer.index < sizes.checkpoint_size


def test_each_checkpoint_is_copied(running: Running, client: NotaryClient) -> None:
    client.append([fresh_gap()])
    copy = running.folder / "copy"
    until(lambda: copy.exists() and len(list(copy.glob("checkpoint*"))) == 2, "the copies")
    key = load_vkey(running.folder / "keys/public")
    for path in copy.glob("checkpoint*"):
        until(lambda path=path: open_checkpoint(path.read_bytes(), [key])[0].size == client.status().size, "the copy")


def test_the_first_entry_is_a_heartbeat(client: NotaryClient) -> None:
    (entry,) = client.entries(0, 1)
    assert entry.entry["t"] == "heartbeat"
    assert entry.record is not None
    assert entry.record["size"] == 0


def test_a_grant_is_recorded_and_then_signed(running: Running, client: NotaryClient) -> None:
    record = grant(next(numbers))
    answer = client.grant(record, [claims(record), claims(record, aud="node-1/1", live=False)])
    (logged,) = client.entries(answer.index, 1)
    assert logged.record is not None
    assert logged.record["grant"] == str(record.grant)
    key = load_grant_key(running.folder / "keys/notary").public_key()
    token = check_token(answer.tokens[1], key, "node-1/1", time.time())
    assert (token.index, token.grant, token.live) == (answer.index, record.grant, False)
    assert token.exp - token.iat == 60


def test_a_grant_asked_for_again_answers_with_the_same_index(client: NotaryClient) -> None:
    record = grant(next(numbers))
    first = client.grant(record, [claims(record)])
    assert client.grant(record, [claims(record)]).index == first.index


def test_claims_beyond_the_record_leave_no_record(client: NotaryClient) -> None:
    record = grant(next(numbers))
    size = client.status().size
    with pytest.raises(NotaryRefused, match="back_seconds"):
        client.grant(record, [claims(record), claims(record, back_seconds=4000)])
    assert client.status().size == size
    with pytest.raises(NotaryRefused) as refused:
        client.renew(record.grant, [claims(record)])
    assert refused.value.code == "forbidden"


def test_a_supervised_grant_without_a_name_is_neither_granted_nor_appended(client: NotaryClient) -> None:
    bound = {"session": uuid.uuid4(), "live": False, "back_seconds": 0}
    nameless, named = grant(next(numbers), **bound), grant(next(numbers), **bound, burnt="某某")
    only = {"live": False, "back_seconds": 0}
    size = client.status().size
    with pytest.raises(NotaryRefused, match="burnt") as refused:
        client.grant(nameless, [claims(nameless, **only)])
    assert refused.value.code == "forbidden"
    with pytest.raises(NotaryRefused, match="`grant` alone"):
        client.append([fresh_gap(), named])
    assert client.status().size == size
    assert client.grant(named, [claims(named, **only, burnt="某某")]).index == size


def test_a_repeated_id_never_widens_a_grant(client: NotaryClient) -> None:
    """The second request states more under the id of the first; what is on record decides."""
    number = next(numbers)
    record, wider = grant(number, back_seconds=600), grant(number, back_seconds=1800)
    client.grant(record, [claims(record)])
    with pytest.raises(NotaryRefused, match="back_seconds"):
        client.grant(wider, [claims(wider, back_seconds=1800)])
    other_id = grant(number, id=uuid.uuid4(), back_seconds=1800)
    with pytest.raises(NotaryRefused, match="already has a record"):
        client.grant(other_id, [claims(other_id, back_seconds=1800)])
    taken = fresh_gap()
    client.append([taken])
    stolen = grant(next(numbers), id=taken.id)
    with pytest.raises(NotaryRefused):
        client.grant(stolen, [claims(stolen)])


def test_renewal_stays_within_the_recorded_grant_and_writes_no_entry(client: NotaryClient) -> None:
    record = grant(next(numbers))
    client.grant(record, [claims(record)])
    size = client.status().size
    assert len(client.renew(record.grant, [claims(record), claims(record)])) == 2
    for beyond in (
        {"cameras": [str(uuid.uuid4())]},
        {"back_seconds": 1801},
        {"span": [START_US - 1, START_US]},
        {"sub": "p-2"},
        {"grant": str(uuid.uuid4())},
        {"still": True},
        {"watermark": "somebody else"},
    ):
        with pytest.raises(NotaryRefused, match=next(iter(beyond))) as refused:
            client.renew(record.grant, [claims(record, **beyond)])
        assert refused.value.code == "forbidden"
    assert client.status().size == size


def test_a_revoked_grant_is_not_renewed(client: NotaryClient) -> None:
    record = grant(next(numbers))
    client.grant(record, [claims(record)])
    client.renew(record.grant, [claims(record)])
    client.append(
        [
            Revocation(
                id=uuid.uuid4(), at=at_text(START_US), grants=(record.grant,), by="p-9", reason="离岗", clause="S34"
            )
        ]
    )
    with pytest.raises(NotaryRefused, match="revoked"):
        client.renew(record.grant, [claims(record)])
    with pytest.raises(NotaryRefused, match="revoked"):
        client.grant(record, [claims(record)])


def test_one_still_is_one_still(client: NotaryClient) -> None:
    record = grant(next(numbers), cameras=(CAMERA,), still=True, live=False, back_seconds=0, span=None)
    client.grant(record, [claims(record, live=False, back_seconds=0)])
    with pytest.raises(NotaryRefused, match="still"):
        client.renew(record.grant, [claims(record, live=False, back_seconds=0)])


def test_a_still_has_one_token(client: NotaryClient) -> None:
    record = grant(next(numbers), cameras=(CAMERA,), still=True, live=False, back_seconds=0, span=None)
    size = client.status().size
    with pytest.raises(NotaryRefused, match="one token"):
        client.grant(record, [claims(record, live=False, back_seconds=0)] * 2)
    assert client.status().size == size, "nothing was recorded either"


def test_a_grant_is_not_recorded_by_append(client: NotaryClient) -> None:
    with pytest.raises(NotaryRefused) as refused:
        client.append([grant(next(numbers))])
    assert refused.value.code == "forbidden"


def test_a_heartbeat_is_the_notarys_own(client: NotaryClient) -> None:
    with pytest.raises(NotaryRefused) as refused:
        client.append([sample("heartbeat")])
    assert refused.value.code == "forbidden"


def raw(path: Path, data: bytes) -> bytes:
    """Send bytes, close the sending side, and read all that comes back."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(str(path))
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\0\0\0\0", "bad_request"),
        (b"\0\0\0\2{}", "bad_request"),
        (b"\0\0\0\4\xff\xff\xff\xff", "bad_request"),
        (b"\xff\xff\xff\xff", "bad_request"),
        (b"GET / HTTP/1.1\r\n\r\n", "bad_request"),
    ],
)
def test_bad_frames_get_an_error_and_hurt_nobody(
    running: Running, client: NotaryClient, frame: bytes, code: str
) -> None:
    answer = raw(running.socket, frame)
    assert json.loads(answer[4:])["error"] == code
    assert client.status().size > 0


@pytest.mark.parametrize("frame", [b"", b"\0", b"\0\0\0\x10{"])
def test_a_frame_that_breaks_off_is_dropped(running: Running, client: NotaryClient, frame: bytes) -> None:
    assert raw(running.socket, frame) == b""
    assert client.status().size > 0


def test_many_producers_at_once_each_get_their_own_indices(running: Running) -> None:
    results: list[list[int]] = []

    def work(number: int) -> None:
        with running.client() as client:
            results.extend(
                client.append([gap(2_000_000 + number * 1000 + at * 10 + place) for place in range(10)])
                for at in range(5)
            )

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    indices = [index for result in results for index in result]
    assert len(indices) == len(set(indices)) == 800
    assert all(result == list(range(result[0], result[0] + 10)) for result in results)


def test_logs_hold_events_and_no_content_of_records(running: Running) -> None:
    lines = [json.loads(line) for line in running.log_text().splitlines()]
    assert {"notary.started", "checkpoint.signed"} <= {line["event"] for line in lines}
    assert "扎西" not in running.log_text()
    assert "eyJ" not in running.log_text()


def test_status_says_when_nothing_is_separated(client: NotaryClient) -> None:
    assert client.status().separated is False


def test_a_second_notary_on_the_same_ledger_does_not_start(running: Running) -> None:
    second = launch(running.folder, cli=True)
    assert second.process.wait(PATIENCE) == 3
    with running.client() as client:
        assert client.status().size > 0


def test_it_stops_on_sigterm_with_everything_under_a_checkpoint() -> None:
    with data_folder() as folder, notary(folder, checkpoint_seconds=3600) as process:
        with process.client() as client:
            client.append([fresh_gap() for _ in range(20)])
        assert process.stop() == 0
        assert not process.socket.exists()
        note = (folder / "ledger/checkpoint").read_bytes()
        assert open_checkpoint(note, [load_vkey(folder / "keys/public")])[0].size == 21


def test_a_client_whose_notary_was_restarted_goes_on() -> None:
    with data_folder() as folder:
        with notary(folder) as first:
            client = first.client()
            record = fresh_gap()
            (index,) = client.append([record])
            first.stop()
            with pytest.raises(NotaryUnavailable):
                client.append([record])
        with notary(folder):
            assert client.append([record]) == [index]
            client.close()


def test_a_ledger_that_is_behind_stops_the_start_with_a_clear_message() -> None:
    with data_folder() as folder:
        with notary(folder) as first:
            first.stop()
        for path in (folder / "ledger").glob("book*"):
            path.unlink()
        second = launch(folder, cli=True)
        assert second.process.wait(PATIENCE) == 1
        assert "behind" in second.log_text()


def ask_as(uid: int, path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Send one request as another OS user and give the answer."""

    def child(pipe: Any) -> None:
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        body = json.dumps(request).encode()
        pipe.send(json.loads(raw(path, len(body).to_bytes(4) + body)[4:]))

    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=child, args=(theirs,))
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE)
        answer: dict[str, Any] = ours.recv()
    finally:
        process.join(PATIENCE)
    return answer


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can speak as another user; test_peers covers the rule")
def test_the_kernels_word_on_the_peer_decides() -> None:
    with data_folder() as folder:
        folder.chmod(0o755)
        process = launch(folder, web_uid=61001, node_uid=61002)
        try:
            until(process.socket.exists, "the socket")
            status = ask_as(61001, process.socket, {"op": "status"})
            assert status["separated"] is True
            gap_request = {"op": "append", "records": [sample("gap")]}
            assert ask_as(61001, process.socket, gap_request)["error"] == "forbidden"
            assert "indices" in ask_as(61002, process.socket, gap_request)
            assert "indices" in ask_as(
                61001, process.socket, {"op": "append", "records": [sample("login") | {"id": str(uuid.uuid4())}]}
            )
            assert ask_as(61002, process.socket, {"op": "entries", "start": 0, "count": 1})["error"] == "forbidden"
            assert ask_as(61002, process.socket, {"op": "proven", "ids": []})["error"] == "forbidden"
            for stranger in (61003, 0):
                assert ask_as(stranger, process.socket, {"op": "status"})["error"] == "forbidden"
        finally:
            process.kill()
