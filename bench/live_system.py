"""What `bench/live.py` measures: simulated cameras, a real worker, and the web's part that hands out tokens."""

from __future__ import annotations

import base64
import json
import multiprocessing
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "src/custodes/web/static/built"
PICTURE_BYTES = 20_000
"""Of a 4 Mbit/s stream with 25 pictures a second."""

WORKER = ("-m", "custodes.node.worker")
"""What Python runs as the worker."""


def say(text: str) -> None:
    """A line for the person who watches."""
    print(text, file=sys.stderr, flush=True)


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process, to the nanosecond (a clock tick is 10 ms, what a viewer costs in eight seconds)."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


# -- the peer of a viewer ----------------------------------------------------------------------------------------------


def serve_bare(port: int) -> None:
    """Nothing but uvicorn: 25 messages a second, each as large as a picture, to whoever comes."""
    import asyncio

    import uvicorn

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept"})
        loop = asyncio.get_running_loop()
        due, data = loop.time(), bytes(PICTURE_BYTES)
        try:
            while True:
                await send({"type": "websocket.send", "bytes": data})
                due += 0.04
                await asyncio.sleep(due - loop.time())
        except (OSError, RuntimeError):
            return

    uvicorn.run(
        application,
        host="127.0.0.1",
        port=port,
        log_level="critical",
        lifespan="off",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,  # or it waits for viewers that never leave
    )


class BareUvicorn:
    """`serve_bare` in a process of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process = multiprocessing.get_context("spawn").Process(target=serve_bare, args=(self.port,))
        self._process.start()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("uvicorn did not start")

    def cpu(self) -> float:
        """CPU seconds of it."""
        assert self._process.pid is not None
        return cpu_seconds(self._process.pid)

    def stop(self) -> None:
        """End."""
        self._process.terminate()
        self._process.join(10)
        self._process.kill()


# -- cameras -----------------------------------------------------------------------------------------------------------


def serve(main: Path, sub: Path, count: int, told: Connection) -> None:
    """The cameras' process; on request it tells when each frame of the first one was sent."""
    from custodes.video.clock import SystemClock
    from custodes.video.rtsp.digest import Guard
    from custodes.video.rtsp.mount import Mount, loop
    from custodes.video.rtsp.server import LINK_PACE, RtspServer
    from custodes.video.simcam.film import load_film
    from custodes.video.unit import Codec

    sent: list[tuple[int, int]] = []
    large, small = load_film(main, Codec.H264), load_film(sub, Codec.H264)
    mounts = []
    for number in range(count):
        # The tiles' main streams are recorded: small ones, so that recording leaves the cores to what is measured.
        film = large if number == 0 else small
        mounts.append(
            Mount(
                f"c{number}",
                film.params,
                loop(film.params, film.pictures, 25.0),
                pace=LINK_PACE,
                on_sent=(lambda n, at: sent.append((n, at))) if number == 0 else None,
            )
        )
        mounts.append(Mount(f"s{number}", small.params, loop(small.params, small.pictures, 25.0), pace=LINK_PACE))
    clock = SystemClock()
    with RtspServer(mounts, Guard({}, clock, secrets.token_bytes(32)), clock) as server:
        told.send(server.port)
        while told.recv() == "sent":
            told.send(list(sent))


class Cameras:
    """Cameras in a process of their own."""

    def __init__(self, main: Path, sub: Path, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(main, sub, count, theirs))
        self._process.start()
        self.port: int = self._pipe.recv()

    def sent(self) -> list[tuple[int, int]]:
        """(frame number, µs UTC) of every frame that went out."""
        self._pipe.send("sent")
        answer: list[tuple[int, int]] = self._pipe.recv()
        return answer

    def stop(self) -> None:
        """End."""
        self._pipe.send("stop")
        self._process.join(10)
        self._process.kill()
        if self._process.is_alive():
            self._process.terminate()


def films(bitrate: int) -> tuple[Path, Path]:
    """One 12 s film, made once for each machine."""
    from custodes.video.simcam.cast import cast
    from custodes.video.simcam.film import FilmOrder, FilmShape, make_film
    from custodes.video.unit import Codec

    cache = Path(tempfile.gettempdir()) / f"custodes-bench-{os.getuid()}"
    say("filming 12 s of 1080p25 and 640×360 (kept) …")
    return make_film(
        FilmOrder(cast(1)[0], Codec.H264, FilmShape(1920, 1080, bitrate), FilmShape(640, 360, 300_000)), cache
    )


# -- the system --------------------------------------------------------------------------------------------------------


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class System:
    """A real worker, and the web's part that hands out tokens and takes the worker's reports.

    Args:
        folder: the installation's data folder.
        cameras_port, count: where how many cameras are.
        notary: socket of the notary that takes the worker's records; None leaves them in the worker's outbox.
        program: what is run as the worker; its number and how many there are follow as arguments.
    """

    def __init__(
        self,
        folder: Path,
        cameras_port: int,
        count: int,
        notary: Path | None = None,
        program: tuple[str, ...] = WORKER,
    ) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        from custodes.node.assignment import NAME, save_assignment
        from custodes.node.keys import make_keys
        from custodes.video.wire.assignment import Assignment, CameraAssignment, SourceAssignment

        self.folder = folder
        self.port, self.node_port = free_port(), free_port()
        self.key = Ed25519PrivateKey.generate()
        make_keys(folder / "keys/node", folder / "keys/public")
        public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        self.cameras = [uuid.uuid4() for _ in range(count)]
        (folder / "node").mkdir()
        url = f"rtsp://127.0.0.1:{cameras_port}"
        save_assignment(
            folder / "node" / NAME,
            Assignment(
                generation=1,
                node="node-1",
                cameras=tuple(
                    CameraAssignment(
                        id=camera,
                        name="bench",
                        main=SourceAssignment(url=f"{url}/c{n}"),
                        sub=SourceAssignment(url=f"{url}/s{n}"),
                    )
                    for n, camera in enumerate(self.cameras)
                ),
                origins=(self.origin,),
                web_key=public,
                grant_key=public,
            ),
        )
        self._server = self._serve()
        self.worker = subprocess.Popen(
            [sys.executable, *program, "0", "1"],
            stdin=subprocess.PIPE,
            stderr=(folder / "worker.log").open("wb"),
            env={
                **os.environ,
                "CUSTODES_DATA": str(folder),
                "CUSTODES_TRAINING": "yes",
                "CUSTODES_NODE_PORT": str(self.node_port),
                "CUSTODES_NODE_WORKERS": "1",
                "CUSTODES_VOLUME_RESERVE_BYTES": "0",
                "CUSTODES_WEB_INTERNAL_URL": f"http://127.0.0.1:{self.port}",
                **({} if notary is None else {"CUSTODES_NOTARY_SOCKET": str(notary)}),
            },
        )
        self._wait()
        self.began_us = time.time_ns() // 1000

    @property
    def origin(self) -> str:
        """Where the bench's page is."""
        return f"http://localhost:{self.port}"

    def socket_grants(self, grant: uuid.UUID, cameras: list[str]) -> dict[str, Any]:
        """An answer of `POST /api/views` (docs/design/wire.md §4)."""
        from custodes.video.wire.token import GrantClaims, sign_token

        now = int(time.time())
        claims = GrantClaims(
            aud="node-1/0",
            jti=uuid.uuid4(),
            grant=grant,
            sub="bench",
            index=1,
            cameras=tuple(uuid.UUID(camera) for camera in cameras),
            live=True,
            back_seconds=1800,
            watermark="bench",
            iat=now,
            exp=now + 60,
        )
        return {
            "grant": str(grant),
            "index": 1,
            "watermark": "bench",
            "live": True,
            "back_seconds": 1800,
            "span": None,
            "expires": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now + 60)) + ".000000Z",
            "sockets": [
                {
                    "url": f"ws://localhost:{self.node_port}/view",
                    "token": sign_token(claims, self.key),
                    "cameras": cameras,
                }
            ],
        }

    def cpu(self) -> float:
        """CPU seconds of the worker."""
        return cpu_seconds(self.worker.pid)

    def stop(self) -> None:
        """End the worker and the page's server."""
        self.worker.terminate()
        self.worker.wait(20)
        self._server.should_exit = True

    def _wait(self) -> None:
        import httpx

        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            time.sleep(0.3)
            try:
                health = httpx.get(f"http://127.0.0.1:{self.node_port}/healthz", trust_env=False).json()
            except httpx.HTTPError:
                continue
            if health["cameras"].get("recording") == len(self.cameras):
                time.sleep(1.0)  # a token of the second in which the worker started opens nothing
                return
        raise RuntimeError((self.folder / "worker.log").read_text()[-2000:])

    def _serve(self) -> Any:
        import uvicorn
        from starlette.applications import Starlette
        from starlette.requests import Request
        from starlette.responses import HTMLResponse, JSONResponse, Response
        from starlette.routing import Mount, Route
        from starlette.staticfiles import StaticFiles

        grants: dict[str, list[str]] = {}

        async def page(_: Request) -> Response:
            html = (ROOT / "bench/live.html").read_text()
            return HTMLResponse(html.replace("<!--SCRIPTS-->", built_scripts()))

        async def begin(request: Request) -> Response:
            grant = uuid.uuid4()
            grants[str(grant)] = json.loads(await request.body())["cameras"]
            return JSONResponse(self.socket_grants(grant, grants[str(grant)]), 201)

        async def renew(request: Request) -> Response:
            grant = request.path_params["grant"]
            return JSONResponse(self.socket_grants(uuid.UUID(grant), grants[grant]))

        async def end(_: Request) -> Response:
            return Response(status_code=204)

        async def report(request: Request) -> Response:
            await request.body()
            return Response(status_code=204)

        async def timeline(_: Request) -> Response:
            return JSONResponse({"runs": [], "gaps": [], "held": [], "now_us": time.time_ns() // 1000})

        async def hls(request: Request) -> Response:
            path = self.folder / "hls" / Path(request.path_params["name"]).name
            # Read whole: FFmpeg may replace the list while it is being sent.
            return Response(path.read_bytes()) if path.exists() else Response(status_code=404)

        routes = [
            Route("/", page),
            Route("/api/views", begin, methods=["POST"]),
            Route("/api/views/{grant}/renew", renew, methods=["POST"]),
            Route("/api/views/{grant}/end", end, methods=["POST"]),
            Route("/api/cameras/{camera}/timeline", timeline),
            Route("/internal/status", report, methods=["POST"]),
            Route("/internal/rollup", report, methods=["POST"]),
            Route("/hls/{name}", hls),
        ]
        if BUILT.exists():
            routes.append(Mount("/built", StaticFiles(directory=BUILT)))  # type: ignore[arg-type]
        config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=self.port, log_level="error")
        server = uvicorn.Server(config)
        threading.Thread(target=server.run, daemon=True).start()
        return server


def built_scripts() -> str:
    """Tags of the built player, empty when the front end is not built."""
    manifest = BUILT / "manifest.json"
    if not manifest.exists():
        return ""
    entries = json.loads(manifest.read_text())
    tags = []
    for name in ("src/main.ts", "src/player.ts", "src/wall.ts"):
        entry = entries.get(name)
        if entry is None:
            continue
        styles = [*entry.get("css", []), *(c for i in entry.get("imports", []) for c in entries[i].get("css", []))]
        tags += [f'<link rel="stylesheet" href="/built/{style}">' for style in styles]
        tags.append(f'<script type="module" src="/built/{entry["file"]}"></script>')
    return "".join(tags)
