"""A stand-in for the page of the release flow and its server: it keeps tracks, refuses, is changed by others, and can be gone."""

from __future__ import annotations

import asyncio
import copy
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.frontend.conftest import BUILT, built
from tests.frontend.mask_film import MadeFilm
from tests.patience import PATIENCE

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; media-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'"
)
WIDTH, HEIGHT = 640, 480
"""Of the source: twice the film's, so that a mistake between the two is seen."""


def track(number: int, frames: list[list[Any]], **more: Any) -> dict[str, Any]:
    """A track as the server sends it."""
    return {
        "number": number, "kind": "face", "origin": "model", "state": "open", "growth": 1300, "whole_body": False,
        "left": None, "surest": 830, "review": {"by": "", "acquaintance": "unasked", "remark": ""}, "frames": frames, **more,
    }  # fmt: skip


def box(time: int, left: int, top: int, right: int, bottom: int, sighting: str = "found") -> list[Any]:
    """A key frame of a box, pixels."""
    return [time, sighting, left * 16, top * 16, right * 16, bottom * 16]


@dataclass
class MasksStand:
    """What the server keeps, and what it was told.

    Attributes:
        refuse: words of a 422 for every save of a track, or None.
        status: answered to every save in place of an answer, or None.
        piece: bytes of the film that are answered at most, or None: whoever passes footage through may give fewer than were asked for.
    """

    film: MadeFilm
    tracks: list[dict[str, Any]]
    samples: list[int]
    looked: list[list[Any]] = field(default_factory=list)
    readonly: bool = False
    version: int = 1
    refuse: str | None = None
    status: int | None = None
    piece: int | None = None
    pieces: int = 0
    said: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    url: str = ""

    def document(self) -> dict[str, Any]:
        """What the editor asks for."""
        return {
            "version": self.version, "width": WIDTH, "height": HEIGHT, "filmWidth": WIDTH // 2, "filmHeight": HEIGHT // 2,
            "times": list(self.film.times), "by_hand": ["plate", "sign", "licence"], "readonly": self.readonly,
            "samples": self.samples, "looked": self.looked, "tracks": self.tracks,
        }  # fmt: skip

    def of(self, number: int) -> dict[str, Any]:
        """A track by its number."""
        return next(one for one in self.tracks if one["number"] == number)

    def changed_by_another(self, number: int, **fields: Any) -> None:
        """Somebody else saves something meanwhile."""
        self.of(number).update(fields)
        self.version += 1

    def take(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """What is answered to a save."""
        if self.status is not None:
            return self.status, {}
        if body["version"] != self.version:
            return 409, {"version": self.version}
        if "looked" in body:
            assert body["looked"] in self.samples
            others = [one for one in self.looked if one[0] != body["looked"]]
            self.looked = [*others, [body["looked"], body["answer"], body["remark"], body["kinds"]]]
            self.version += 1
            return 200, {"version": self.version, "track": None}
        told = body["track"]
        if told["state"] == "accepted" and told["review"]["acquaintance"] == "unasked":
            return 422, {"error": "请先回答：认识的人能否认出。"}
        if told["state"] == "rejected" and not told["review"]["remark"]:
            return 422, {"error": "不遮蔽的，请写明理由。"}
        if told["state"] == "rejected" and type(told["left"]) is not bool:
            return 422, {"error": "不遮蔽的，请答复：本来不用遮蔽，还是应遮蔽而保留可见。"}
        if self.refuse is not None:
            return 422, {"error": self.refuse}
        kept = self._keep(copy.deepcopy(body["track"]))
        self.version += 1
        return 200, {"version": self.version, "track": kept}

    def _keep(self, told: dict[str, Any]) -> dict[str, Any]:
        if told["number"] is None:
            told["number"] = len(self.tracks) + 1
            kept = track(told["number"], told["frames"], origin="hand", surest=0)
            self.tracks.append(kept)
        kept = self.of(told["number"])
        kept.update({name: told[name] for name in ("kind", "state", "growth", "whole_body", "left")})
        kept["frames"] = told.get("frames", kept["frames"])
        kept["review"] = {"by": "1", **told["review"]}
        return kept


def _application(stand: MasksStand) -> Starlette:
    def page(request: Request) -> Response:
        query = request.query_params
        english = query.get("lang") == "en"
        readonly = " data-readonly" if "readonly" in query else ""
        html = (
            f'<!doctype html><html lang="{"en" if english else "zh-Hans"}" data-mood="office"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><title>遮蔽核对</title>'
            f'<meta name="csrf-token" content="test-token">{built("src/main.ts")}{built("src/masks.ts")}</head>'
            '<body><main id="main" class="main main--wide"><h1>' + ("Masks" if english else "核对遮蔽") + "</h1>"
            f'<custodes-masks data-film="/film.mp4" data-tracks="/tracks" data-save="/save" '
            f'data-language="{"en" if english else "zh"}"{readonly}></custodes-masks></main></body></html>'
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": CSP})

    def film(request: Request) -> Response:
        if stand.piece is None:
            return FileResponse(stand.film.path, media_type="video/mp4")
        data = stand.film.path.read_bytes()
        first, _, last = request.headers.get("range", "bytes=0-").removeprefix("bytes=").partition("-")
        begin = int(first)
        end = min(int(last or len(data) - 1), begin + stand.piece - 1, len(data) - 1)
        stand.pieces += 1
        headers = {
            "Content-Range": f"bytes {begin}-{end}/{len(data)}",
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-store",
        }
        return Response(data[begin : end + 1], 206, headers, "video/mp4")

    async def save(request: Request) -> Response:
        body = json.loads(await request.body())
        stand.said.append(body)
        stand.tokens.append(request.headers.get("x-csrftoken", ""))
        status, answer = stand.take(body)
        return JSONResponse(answer, status)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/film.mp4", film),
            Route("/tracks", lambda request: JSONResponse(stand.document())),
            Route("/save", save, methods=["POST"]),
            Mount("/static", StaticFiles(directory=BUILT)),
        ]
    )


@contextmanager
def served(stand: MasksStand) -> Iterator[MasksStand]:
    """The stand-in, answering."""
    listener = socket.create_server(("127.0.0.1", 0))
    stand.url = f"http://localhost:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(_application(stand), log_level="critical", lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    try:
        yield stand
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(PATIENCE)
