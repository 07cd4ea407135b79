"""Uppers that receive what a worker sends, in a process of their own: `gb_send.py`, `gb_send_recorded.py`."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from smoke import settling

HERE = "127.0.0.1"
WARM_UP = settling(3.0)
WORKER = "node-1/0"


def receivers(count: int, transport: str, told: Connection, counted: Any) -> None:
    """The uppers' process: take what comes and count it until the pipe says so."""
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    socks = []
    for _ in range(count):
        sock = socket.socket(socket.AF_INET, kind)
        sock.bind((HERE, 0))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2 << 20)
        if transport == "tcp":
            sock.listen()
        sock.setblocking(False)
        socks.append(sock)
    told.send([sock.getsockname()[1] for sock in socks])
    watch, by_number, room = select.epoll(), {sock.fileno(): sock for sock in socks}, bytearray(1 << 18)
    doors = set(by_number) if transport == "tcp" else set()
    watch.register(told.fileno(), select.EPOLLIN)
    for number in by_number:
        watch.register(number, select.EPOLLIN)
    while True:
        for number, _mask in watch.poll():
            if number == told.fileno():
                return
            elif number in doors:
                taken, _ = by_number[number].accept()
                taken.setblocking(False)
                by_number[taken.fileno()] = taken
                watch.register(taken.fileno(), select.EPOLLIN)
            else:
                take = by_number[number].recv_into
                with suppress(BlockingIOError):
                    while octets := take(room):
                        counted.value += octets
