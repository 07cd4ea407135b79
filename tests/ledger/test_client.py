"""The notary's client against servers that misbehave: it fails closed, in words."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from custodes.ledger.client import NotaryClient, NotaryRefused, NotaryUnavailable
from tests.ledger.madelog import gap

Answer = Callable[[socket.socket, int], None]
"""``(connection, number of the request)`` answers one request."""


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Path]]:
    """Runs a server that answers as told; every request is read first."""
    with TemporaryDirectory() as folder:
        listeners = []

        def start(answer: Answer) -> Path:
            path = Path(folder) / "s"
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(str(path))
            listener.listen()
            listeners.append(listener)
            threading.Thread(target=loop, args=(listener, answer), daemon=True).start()
            return path

        def loop(listener: socket.socket, answer: Answer) -> None:
            number = 0
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    while head := connection.recv(4):
                        connection.recv(int.from_bytes(head), socket.MSG_WAITALL)
                        answer(connection, number)
                        number += 1
                        if connection.fileno() < 0:
                            break

        yield start
        for listener in listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def frame(body: bytes) -> bytes:
    """A body behind its length."""
    return len(body).to_bytes(4) + body


def test_nobody_at_the_socket_is_unavailable(tmp_path: Path) -> None:
    with NotaryClient(tmp_path / "nothing") as client, pytest.raises(NotaryUnavailable):
        client.append([gap(1)])


def test_no_answer_in_time_is_unavailable(serve: Callable[[Answer], Path]) -> None:
    path = serve(lambda connection, number: None)
    with NotaryClient(path, timeout=0.05) as client, pytest.raises(NotaryUnavailable, match="in time"):
        client.append([gap(1)])


def test_nobody_queues_up_behind_calls_that_get_no_answer(serve: Callable[[Answer], Path]) -> None:
    path = serve(lambda connection, number: None)
    client = NotaryClient(path, timeout=0.05)
    # An earlier call has its turn and does not come back.
    with client._lock, pytest.raises(NotaryUnavailable, match="earlier calls"):
        client.append([gap(1)])


@pytest.mark.parametrize("answer", [frame(b"[]"), frame(b"{"), b"\xff\xff\xff\xff", frame(b"\xff")])
def test_an_answer_that_is_none_is_unavailable(serve: Callable[[Answer], Path], answer: bytes) -> None:
    path = serve(lambda connection, number: connection.sendall(answer))
    with NotaryClient(path) as client, pytest.raises(NotaryUnavailable):
        client.append([gap(1)])


def test_a_refusal_carries_its_code_and_a_stop_is_unavailable(serve: Callable[[Answer], Path]) -> None:
    answers = [b'{"error":"forbidden","detail":"no"}', b'{"error":"unavailable","detail":"stopping"}']
    path = serve(lambda connection, number: connection.sendall(frame(answers[number])))
    with NotaryClient(path) as client:
        with pytest.raises(NotaryRefused, match="no") as refused:
            client.append([gap(1)])
        assert refused.value.code == "forbidden"
        with pytest.raises(NotaryUnavailable, match="stopping"):
            client.append([gap(1)])


def test_a_kept_connection_that_was_closed_is_opened_again_once(serve: Callable[[Answer], Path]) -> None:
    def answer(connection: socket.socket, number: int) -> None:
        if number == 1:
            connection.close()
        else:
            connection.sendall(frame(b'{"indices":[%d]}' % number))

    with NotaryClient(serve(answer)) as client:
        assert client.append([gap(1)]) == [0]
        assert client.append([gap(1)]) == [2]


def test_a_request_that_is_too_large_is_not_sent(tmp_path: Path) -> None:
    with NotaryClient(tmp_path / "nothing") as client, pytest.raises(NotaryRefused, match="larger"):
        client.append([gap(number, "x" * 4000) for number in range(5000)])
