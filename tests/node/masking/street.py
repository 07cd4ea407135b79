"""A drawn street with people in it, recorded a few minutes ago by the real recorder; and the web's side of masking it."""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import av
import httpx
from bench.pictures.people import Film, Walker

from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import FakeClock
from custodes.video.codec.bitstream import lengths, split
from custodes.video.codec.build import codec_parameters
from custodes.video.mask.sidecar import Sidecar, read_sidecar
from custodes.video.recorder.host_clock import HostSync
from custodes.video.recorder.recorder import Recorder
from custodes.video.unit import AccessUnit, Codec
from custodes.video.wire.control import sign_request
from custodes.video.wire.masking import MaskStanding, PieceHead
from custodes.video.wire.token import GrantClaims, sign_token
from tests.node.support import Installation
from tests.patience import PATIENCE

SECOND = 1_000_000
CAMERA = UUID(int=77)

STREET = Film(
    "street",
    640,
    360,
    16,
    (Walker(110, 0, 0, 15, (80, 120), (9, 0)), Walker(90, 2, 0, 15, (480, 150), (-6, 0))),
)
"""Two people walk; no picture hides a face."""

GLIMPSE = Film("glimpse", 640, 360, 8, (Walker(110, 0, 0, 7, (80, 120), (9, 0)),))
"""Shorter, for what needs the detector and no more."""


def units(film: Film, wall_us: int, gop: int = 8) -> Iterator[AccessUnit]:
    """The film as a camera at 25 pictures a second sends it."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = film.width, film.height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 25), Fraction(25)
    encoder.thread_count = 1
    encoder.options = {
        "preset": "ultrafast",
        "crf": "18",
        "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes=0:repeat-headers=1:open-gop=0",
    }
    packets = []
    for number, picture in enumerate(film.draw()):
        frame = av.VideoFrame.from_ndarray(picture, "bgr24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, 25)
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    first = split(bytes(packets[0]))
    params = codec_parameters(Codec.H264, [nal for nal in first if nal[0] & 31 in (7, 8)])
    for number, packet in enumerate(packets):
        nals = [nal for nal in split(bytes(packet)) if nal[0] & 31 not in (6, 7, 8, 9)]
        data = lengths(iter(nals))
        yield AccessUnit(data, packet.is_keyframe, 1_000_000 + number * 3600, wall_us + number * 40_000, params)


@dataclass(frozen=True)
class Street:
    """What was recorded: from when to when, µs UTC."""

    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """All of it, and a second more on both sides."""
        return self.start - SECOND, self.end + SECOND


def record_street(installation: Installation, camera: UUID = CAMERA, film: Film = STREET, ago: float = 600.0) -> Street:
    """As if the worker had run then."""
    clock = FakeClock(round((time.time() - ago) * SECOND))
    settings = installation.settings
    archive = Archive.open(
        settings.node_folder / "worker-0.sqlite3",
        [VolumeConfig(path, reserve_bytes=0) for path in settings.volume_paths],
        node=settings.node_name,
        worker=0,
        clock=clock,
        threads=False,
    )
    archive.register(camera)
    recorder = Recorder(camera, archive, clock, segment_seconds=20, host_sync=lambda: HostSync(True, 0, "ok"))
    start = clock.wall_us()
    for unit in units(film, start):
        recorder.take(unit)
        clock.advance(0.04)
    archive.tick()
    recorder.close()
    archive.close()
    return Street(start, start + film.pictures * 40_000)


@dataclass
class Web:
    """The web's side: one release, one reviewer."""

    installation: Installation
    street: Street
    camera: UUID = CAMERA
    release: UUID = field(default_factory=uuid4)
    grant: UUID = field(default_factory=uuid4)

    def claims(self, **more: Any) -> GrantClaims:
        """Of a fresh token."""
        now = int(time.time())
        plain: dict[str, Any] = {
            "live": False,
            "back_seconds": 0,
            "span": self.street.span,
            "masking": True,
            "grant": self.grant,
            "iat": now,
            "exp": now + 60,
        }
        return self.installation.claims(self.camera, **plain | more)

    def token(self, **more: Any) -> str:
        """A fresh one."""
        return sign_token(self.claims(**more), self.installation.grant_key)

    def ask(self, step: str, token: str = "", packed: bytes | None = None, **more: Any) -> httpx.Response:
        """One call."""
        body = {"token": token or self.token(), "release": str(self.release), "camera": str(self.camera), **more}
        content = json.dumps(body).encode() + (b"" if packed is None else b"\n" + packed)
        return self.raw(step, content)

    def raw(self, step: str, content: bytes) -> httpx.Response:
        """A signed body."""
        path = f"/internal/masking/{step}"
        signature = sign_request(
            self.installation.web_key, "web", self.installation.worker, "POST", path, content, time.time()
        )
        return httpx.post(
            f"http://127.0.0.1:{self.installation.port}{path}",
            content=content,
            headers={"Authorization": signature},
            timeout=PATIENCE,
            trust_env=False,
        )

    def begin(self, **more: Any) -> httpx.Response:
        """All of the street."""
        return self.ask("begin", **{"from_us": self.street.span[0], "to_us": self.street.span[1]} | more)

    def standing(self) -> MaskStanding:
        """How far it is."""
        answer = self.ask("standing")
        assert answer.status_code == 200, answer.text
        return MaskStanding.model_validate_json(answer.content)

    def until(self, *stages: str) -> MaskStanding:
        """Wait until it is in one of these stages."""
        patience = max(PATIENCE, 180.0)
        deadline = time.monotonic() + patience
        while (said := self.standing()).stage not in stages:
            assert said.stage != "failed", (said.why, said.detail)
            assert time.monotonic() < deadline, f"waited {patience:g} s in vain for {stages}; last seen: {said!r}"
            time.sleep(0.1)
        return said

    def found(self) -> Sidecar:
        """The tracks as they were found."""
        answer = self.ask("found")
        assert answer.status_code == 200, answer.text
        return read_sidecar(zlib.decompress(answer.content))

    def write(self, sidecar: Sidecar, way: str = "solid") -> httpx.Response:
        """Have a copy written."""
        return self.ask("write", packed=zlib.compress(sidecar.encode()), way=way)

    def whole(self, step: str) -> bytes:
        """All bytes of a film or copy, piece by piece."""
        data = b""
        while True:
            answer = self.ask(step, **({"first": len(data)} if step == "film" else {}))
            assert answer.status_code == 200, answer.text
            line, _, piece = answer.content.partition(b"\n")
            head = PieceHead.model_validate_json(line)
            assert (head.first, head.last) == (len(data), len(data) + len(piece) - 1)
            data += piece
            if len(data) == head.total:
                return data


BLIND = (
    sys.executable,
    "-c",
    "from custodes.node.masking import child, stages; stages._detectors = lambda: []; child.main()",
)
"""The process as it is where no detector is installed: for tests of what has nothing to do with one."""


def processes() -> list[int]:
    """Processes of this test that work on a job, and are alive: other tests have theirs at the same time."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            works = b"custodes.node.masking" in (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if works and os.getpid() in _ancestors(int(folder.name)):
            found.append(int(folder.name))
    return found


def _ancestors(pid: int) -> list[int]:
    found: list[int] = []
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
        found.append(pid)
    return found


def files(installation: Installation) -> list[Path]:
    """Every file of every job."""
    return [path for path in (installation.settings.node_folder / "masking").rglob("*") if path.is_file()]
