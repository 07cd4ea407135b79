"""A virtual ONVIF camera of somebody else's making (`ipycam`), on loopback, and devices that mean no good."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

from ipycam import CameraConfig, ONVIFService, PTZController
from ipycam.http import IPCameraHTTPHandler

LOGIN = ("operator", "ipycam-Secret-1")


@contextmanager
def virtual_camera(rtsp_port: int = 8554, login: tuple[str, str] | None = LOGIN) -> Iterator[SimpleNamespace]:
    """Its ONVIF service without its video: `port`, the `onvif` service and its `ptz`."""
    config = CameraConfig(
        name="Virtual Camera", local_ip="127.0.0.1", onvif_port=0, rtsp_port=rtsp_port, main_stream_name="c0/main",
        sub_stream_name="c0/sub",
    )  # fmt: skip
    if login is not None:
        config.username, config.password = login
    ptz = PTZController(config.main_width, config.main_height)
    service = ONVIFService(config, ptz)
    handler = type(
        "Handler", (IPCameraHTTPHandler,), {"camera": SimpleNamespace(onvif=service, config=config, ptz=ptz)}
    )
    with _serving(handler) as port:
        config.onvif_port = port
        try:
            yield SimpleNamespace(port=port, onvif=service, ptz=ptz, config=config)
        finally:
            ptz.stop()


@contextmanager
def device_that(answers: Callable[[str, str], tuple[int, dict[str, str], bytes]]) -> Iterator[int]:
    """A device that answers each request (path, body) with status, headers and bytes; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            status, headers, data = answers(self.path, self.rfile.read(length).decode())
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    with _serving(Handler) as port:
        yield port


@contextmanager
def device_that_dribbles() -> Iterator[int]:
    """A device that sends its answer one byte now and then, without an end."""
    stop = threading.Event()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=dribble, args=(connection,), daemon=True).start()

        def dribble(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n")
                    while not stop.wait(0.05):
                        connection.sendall(b"X: 1\r\n")
                except OSError:
                    pass

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            stop.set()
            listener.shutdown(socket.SHUT_RDWR)  # closing it does not wake who waits for a connection


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
