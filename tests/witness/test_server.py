"""The witness over real TLS: what it cosigns, and everything that it refuses."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from custodes.ledger.witness import CheckpointDoubt, ContradictionError, check
from custodes.ledger.witnessed import read_evidence, read_state
from custodes.witness.files import WitnessFiles
from custodes.witness.process import WitnessAlreadyRunning, locked
from tests.patience import PATIENCE, until
from tests.witness.running import Lower, Running, data_folder, holds, witness

REFUSED_TLS = (ssl.SSLError, ConnectionError, http.client.RemoteDisconnected)


@pytest.fixture(scope="module")
def lowers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lower, Lower, Lower]:
    """Two platforms that the witness knows, and one that it doesn't."""
    folder = tmp_path_factory.mktemp("lowers")
    first, second, third = (Lower.make(folder / one, f"{one}.example/log") for one in ("a", "b", "c"))
    return first, second, third


@pytest.fixture(scope="module")
def running(lowers: tuple[Lower, Lower, Lower]) -> Iterator[Running]:
    """One witness for the questions that leave no trace in each other."""
    with data_folder(*lowers[:2]) as folder, witness(folder) as one:
        yield one


def test_it_cosigns_growth_and_tells_a_client_that_is_behind_what_it_has(
    running: Running, lowers: tuple[Lower, Lower, Lower]
) -> None:
    lower = lowers[0]
    status, line = running.submit(lower, 0, 5)
    assert status == 200
    assert holds(lower, running.key, 5, line)
    status, line = running.submit(lower, 5, 21)
    assert status == 200
    assert holds(lower, running.key, 21, line)
    assert running.post(lower.files, lower.request(5, 22)) == (409, "text/x.tlog.size", "21\n")
    again, line = running.submit(lower, 21, 21)
    assert again == 200
    assert holds(lower, running.key, 21, line)
    state = read_state(running.folder / "witness/state", lower.signer.name)
    assert state is not None
    assert (state.size, state.note) == (21, str(lower.note(21)))


def test_a_client_submits_for_its_own_log_alone(running: Running, lowers: tuple[Lower, Lower, Lower]) -> None:
    first, second, _ = lowers
    assert running.post(second.files, first.request(0, 5))[0] == 404
    assert running.post(first.files, second.request(0, 5))[0] == 404
    assert read_state(running.folder / "witness/state", second.signer.name) is None
    assert "submission.foreign" in running.log_text()


def test_a_certificate_that_was_not_handed_over_gets_no_answer(
    running: Running, lowers: tuple[Lower, Lower, Lower]
) -> None:
    for files in (lowers[2].files, None):
        with pytest.raises(REFUSED_TLS):
            running.post(files, lowers[0].request(0, 5))


def test_a_key_that_was_not_handed_over_is_refused(running: Running, lowers: tuple[Lower, Lower, Lower]) -> None:
    second, third = lowers[1:]
    other = Lower(type(third.signer)(second.signer.name, third.signer.key), second.files, second.leaves)
    assert running.submit(other, 0, 5)[0] == 403
    assert running.submit(Lower(third.signer, second.files, third.leaves), 0, 5)[0] == 404


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"\xff" * 100, 400), (b"old 0\n", 400), (b"x" * 200_000, 413)]
)
def test_a_body_that_is_no_request_is_refused(
    running: Running, lowers: tuple[Lower, Lower, Lower], body: bytes, status: int
) -> None:
    assert running.post(lowers[1].files, body)[0] == status
    assert running.post(lowers[1].files, lowers[1].request(0, 5), "/elsewhere")[0] == 404


def test_a_body_that_never_ends_is_cut_off(running: Running, lowers: tuple[Lower, Lower, Lower]) -> None:
    """The announced length is not believed: what came is counted."""
    with (
        socket.create_connection(("127.0.0.1", running.port)) as plain,
        running.context(lowers[1].files).wrap_socket(plain) as line,
    ):
        line.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.settimeout(PATIENCE)
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 1 << 20:
                line.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
                sent += 0x4000
        answer = b""
        with contextlib.suppress(OSError):
            answer = line.recv(100)
        assert answer.startswith(b"HTTP/1.1 413") or sent < 1 << 20


def test_a_rewritten_log_is_refused_and_both_checkpoints_are_kept(
    lowers: tuple[Lower, Lower, Lower],
) -> None:
    lower = lowers[0]
    other = lower.rewritten(3)
    with data_folder(lower) as folder, witness(folder) as running:
        assert running.submit(lower, 0, 21)[0] == 200
        assert running.submit(other, 21, 30)[0] == 422
        assert running.submit(other, 21, 30)[0] == 422
        assert running.submit(other, 0, 21) == (409, "21\n")
        assert running.submit(lower, 0, 7)[0] == 409
        state = read_state(folder / "witness/state", lower.signer.name)
        assert state is not None
        assert (state.size, state.refused, state.behind_size) == (21, 3, 7)
        found = list(read_evidence(folder / "witness/evidence", lower.signer.name))
        assert [one.doubt for one in found] == [CheckpointDoubt.FORKED] * 2
        for one in found:
            shown = check(one, (lower.signer.verifier,))
            assert shown.proven
            assert shown.seen.size == 21
            with pytest.raises(ContradictionError):
                check(one, (lowers[1].signer.verifier,))
        # The honest log goes on, and what was shown stays.
        assert running.submit(lower, 21, 40)[0] == 200
        state = read_state(folder / "witness/state", lower.signer.name)
        assert state is not None
        assert (state.size, state.behind_size) == (40, 0)
        assert len(list(read_evidence(folder / "witness/evidence", lower.signer.name))) == 2


def test_evidence_has_a_bounded_place_in_which_proofs_keep_theirs(lowers: tuple[Lower, Lower, Lower]) -> None:
    lower = lowers[0]
    with data_folder(lower) as folder, witness(folder) as running:
        assert running.submit(lower, 0, 21)[0] == 200
        for size in range(22, 40):  # signed checkpoints with a proof of another size
            body = lower.request(20, size).replace(b"old 20\n", b"old 21\n")
            assert running.post(lower.files, body)[0] == 422
        for size in range(22, 40):
            assert running.submit(lower.rewritten(3), 21, size)[0] == 422
        found = [one.doubt for one in read_evidence(folder / "witness/evidence", lower.signer.name)]
        assert (found.count(CheckpointDoubt.UNPROVEN), found.count(CheckpointDoubt.FORKED)) == (4, 8)


def test_a_log_that_is_added_is_known_without_a_restart(lowers: tuple[Lower, Lower, Lower]) -> None:
    with data_folder(lowers[0]) as folder, witness(folder) as running:
        (folder / "witness/logs/broken.toml").write_text("name = 1")
        (folder / "witness/logs/new.toml").write_text(lowers[1].toml())
        (folder / "witness/logs/broken.toml").unlink()
        until(lambda: "logs.read" in running.log_text(), "the witness to look for logs again", every=0.05)
        assert running.submit(lowers[1], 0, 5)[0] == 200
        assert running.stop() == 0


def test_state_that_can_t_be_read_is_not_taken_for_none(lowers: tuple[Lower, Lower, Lower]) -> None:
    lower = lowers[0]
    with data_folder(lower) as folder, witness(folder) as running:
        assert running.submit(lower, 0, 21)[0] == 200
        (path,) = (folder / "witness/state").glob("*.json")
        path.write_bytes(path.read_bytes()[:-20])
        assert running.submit(lower, 0, 5)[0] == 503
        assert running.submit(lower, 21, 30)[0] == 503


def test_two_witnesses_never_share_a_folder(lowers: tuple[Lower, Lower, Lower]) -> None:
    with data_folder(lowers[0]) as folder:
        WitnessFiles(folder / "witness").prepare()
        with locked(folder / "witness/state"), pytest.raises(WitnessAlreadyRunning), locked(folder / "witness/state"):
            pass


def test_who_sends_slowly_holds_up_nobody(running: Running, lowers: tuple[Lower, Lower, Lower], tmp_path: Path) -> None:
    """Twenty bodies that never end; others are answered meanwhile. That they are cut off is `HandedBounds`'s (test_limits.py)."""
    lines = []
    for _ in range(20):
        plain = socket.create_connection(("127.0.0.1", running.port))
        line = running.context(lowers[1].files).wrap_socket(plain)
        line.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 500\r\n\r\nold")
        lines.append(line)
    assert running.submit(lowers[1], 0, 5)[0] == 200
    for line in lines:
        line.close()
