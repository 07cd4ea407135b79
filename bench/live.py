"""How old the live picture is, what a viewer costs, whether sixteen tiles run smoothly, how soon a jump shows a picture.

A simulated 1080p25 camera sends frames that carry their number in a strip along the top; Chromium reads the number from
each frame on screen (`requestVideoFrameCallback`). The age is the time from the first packet of a frame to its display.
Worker and player are the product's own; the peer is HLS made by FFmpeg from the same camera, one-second segments, played
three segments behind the end as RFC 8216 §6.3.3 asks. Without a built front end a small page speaks the same protocol.

    uv run bench/live.py [--seconds 30] [--tiles 16] [--tile-seconds 60] [--viewers 20] [--seeks 100]
        [--player auto]
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import json
import random
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from live_system import BUILT, BareUvicorn, Cameras, System, films, say
from smoke import parse, settling

CHROMIUM = "/usr/bin/chromium"
LAUNCH = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
LOOP_MS = 12_000
MESSAGE_SECONDS = 10.0
"""The longest that a viewer waits for the next piece of the stream."""


@contextmanager
def browser_page(url: str) -> Iterator[Any]:
    """A page in headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(LAUNCH))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("pageerror", lambda error: say(f"  page: {error}"))
        page.goto(url)
        try:
            yield page
        finally:
            browser.close()


def ages_ms(samples: list[list[float]], sent: list[tuple[int, int]]) -> list[float]:
    """Milliseconds from a frame's first packet to the screen: of the last time that its number was sent before."""
    times: dict[int, list[float]] = {}
    for number, at in sent:
        times.setdefault(number, []).append(at / 1000)
    ages = []
    for number, shown in samples:
        candidates = times.get(int(number), [])
        at = bisect.bisect_right(candidates, shown)
        if at and shown - candidates[at - 1] < LOOP_MS:
            ages.append(shown - candidates[at - 1])
    return ages


def measure_age(system: System, cameras: Cameras, player: str, seconds: float, query: str = "") -> list[float]:
    """Ages of the pictures that one player shows in steady state."""
    url = f"{system.origin}/?player={player}&cameras={system.cameras[0]}&stream=main&read=1{query}"
    with browser_page(url) as page:
        page.wait_for_function("window.samples.length > 50", timeout=40_000)
        time.sleep(settling(5.0))
        page.evaluate("window.samples.length = 0")
        time.sleep(seconds)
        samples = page.evaluate("window.samples")
    return ages_ms(samples, cameras.sent())


def measure_hls(system: System, cameras: Cameras, seconds: float) -> list[float] | None:
    """The same through HLS made by FFmpeg; None without FFmpeg."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    (system.folder / "hls").mkdir()
    process = subprocess.Popen(
        [
            *(program, "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp"),
            *("-i", f"rtsp://127.0.0.1:{cameras.port}/c0", "-c", "copy", "-f", "hls", "-hls_time", "1"),
            *("-hls_list_size", "6", "-hls_flags", "delete_segments", "-hls_segment_type", "fmp4"),
            *("-hls_fmp4_init_filename", "init.mp4", str(system.folder / "hls/live.m3u8")),
        ],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(8)
        return measure_age(system, cameras, "hls", seconds, "&mime=" + 'video/mp4;codecs="avc1.640028"')
    finally:
        process.kill()
        process.wait()


async def _watch(system: System, seconds: float, viewers: int) -> None:
    from websockets.asyncio.client import connect

    async def one() -> None:
        camera = str(system.cameras[0])
        answer = system.socket_grants(uuid.uuid4(), [camera])["sockets"][0]
        async with connect(
            answer["url"],
            origin=system.origin,
            subprotocols=["custodes.view.v1"],
            max_size=None,
            proxy=None,  # type: ignore[arg-type, list-item]
        ) as connection:
            await connection.send(json.dumps({"type": "token", "token": answer["token"]}))
            await connection.send(json.dumps({"type": "open", "channel": 0, "camera": camera, "stream": "main"}))
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                await asyncio.wait_for(connection.recv(), MESSAGE_SECONDS)

    await asyncio.gather(*(one() for _ in range(viewers)))


async def _listen(peer: BareUvicorn, seconds: float, viewers: int) -> None:
    from websockets.asyncio.client import connect

    async def one() -> None:
        async with connect(f"ws://127.0.0.1:{peer.port}/", max_size=None, proxy=None) as connection:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                await asyncio.wait_for(connection.recv(), MESSAGE_SECONDS)

    await asyncio.gather(*(one() for _ in range(viewers)))


Watching = Callable[[float, int], Coroutine[Any, Any, None]]


def busy(cpu: Callable[[], float], watching: Watching, viewers: int, seconds: float) -> float:
    """CPU milliseconds a second while so many watch."""
    failed: list[BaseException] = []

    def watch() -> None:
        try:
            asyncio.run(watching(seconds + 6, viewers))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=watch)
    thread.start()
    time.sleep(4)
    before, wall = cpu(), time.monotonic()
    time.sleep(seconds)
    spent = (cpu() - before) / (time.monotonic() - wall)
    thread.join()
    if failed:
        raise RuntimeError("a viewer got no more") from failed[0]
    return spent * 1000


def measure_viewer(system: System, viewers: int, seconds: float, rounds: int) -> tuple[float, float, float]:
    """What each further viewer of the 4 Mbit/s stream costs the worker, what the first one costs it, and what a further
    one costs bare uvicorn; in milliseconds of CPU a second.

    The first is another matter: it makes the worker read its cameras every 10 ms (decision 0020).
    """

    def ours(seconds: float, viewers: int) -> Coroutine[Any, Any, None]:
        return _watch(system, seconds, viewers)

    def theirs(seconds: float, viewers: int) -> Coroutine[Any, Any, None]:
        return _listen(peer, seconds, viewers)

    before, wall = system.cpu(), time.monotonic()
    time.sleep(seconds)
    idle = (system.cpu() - before) / (time.monotonic() - wall) * 1000
    peer = BareUvicorn()
    # In turn and several times: recording, which goes on meanwhile, costs more than what is measured, and not evenly.
    measured = [
        (
            busy(system.cpu, ours, 1, seconds),
            busy(system.cpu, ours, 1 + viewers, seconds),
            busy(peer.cpu, theirs, 1, seconds),
            busy(peer.cpu, theirs, 1 + viewers, seconds),
        )
        for _ in range(rounds)
    ]
    peer.stop()
    one, more, bare_one, bare_more = (statistics.median(column) for column in zip(*measured, strict=True))
    return (more - one) / viewers, one - idle, (bare_more - bare_one) / viewers


def measure_tiles(system: System, player: str, tiles: int, seconds: float) -> tuple[float, float]:
    """Share of dropped frames (percent), and the longest time that any tile stood still (seconds)."""
    ids = ",".join(str(camera) for camera in system.cameras[:tiles])
    with browser_page(f"{system.origin}/?player={player}&cameras={ids}&stream=sub&read=0") as page:
        page.wait_for_function(f"window.tiles.filter((t) => t.frames > 25).length >= {tiles}", timeout=60_000)
        time.sleep(settling(3.0))
        page.evaluate("window.resetFreeze()")
        before = page.evaluate("window.quality()")
        time.sleep(seconds)
        after = page.evaluate("window.quality()")
    dropped = sum(b["dropped"] - a["dropped"] for a, b in zip(before, after, strict=True))
    total = sum(b["total"] - a["total"] for a, b in zip(before, after, strict=True))
    expected = tiles * 25 * seconds
    if total < 0.95 * expected:
        say(f"  only {total} of {expected:.0f} frames came to the decoders")
        dropped += round(expected - total)
    return 100 * dropped / max(total, expected), max(tile["longest"] for tile in after) / 1000


SEEK = """(us) => new Promise((resolve, reject) => {
  const player = document.querySelector("custodes-player"), began = performance.now();
  const seen = ({ detail }) => {
    if (Math.abs(detail.wall_us - us) > 100_000) return;
    player.removeEventListener("custodes-frame", seen);
    resolve(performance.now() - began);
  };
  player.addEventListener("custodes-frame", seen);
  setTimeout(() => reject(new Error("no picture came")), 10_000);
  player.seek(us);
})"""


def measure_seeks(system: System, count: int) -> list[float]:
    """Milliseconds from the wish to see a random second of what was recorded to its picture on screen."""
    earliest = system.began_us + 5_000_000
    with browser_page(f"{system.origin}/?player=product&cameras={system.cameras[0]}&stream=main&read=0") as page:
        page.wait_for_function("window.tiles.some((tile) => tile.frames > 25)", timeout=40_000)
        taken = []
        for _ in range(count):
            latest = time.time_ns() // 1000 - 20_000_000
            taken.append(float(page.evaluate(SEEK, random.randint(earliest, latest))))
            time.sleep(0.3)
    return taken


def figure(name: str, unit: str, ours: float, peer: float | None, target: float | None) -> dict[str, Any]:
    """One figure as every bench prints it; lower is better."""
    return {
        "figure": name,
        "unit": unit,
        "ours": round(ours, 2),
        "peer": None if peer is None else round(peer, 2),
        "ratio": None if not peer else round(ours / peer, 3),
        "target": target,
        "met": None if target is None else ours <= target,
    }


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0, help="seconds of one latency measurement")
    parser.add_argument("--tiles", type=int, default=16)
    parser.add_argument("--tile-seconds", type=float, default=60.0)
    parser.add_argument("--viewers", type=int, default=20, help="viewers beside the first whose cost is measured")
    parser.add_argument("--rounds", type=int, default=3, help="times that a viewer's cost is measured")
    parser.add_argument("--seeks", type=int, default=100, help="jumps to a recorded second")
    parser.add_argument("--bitrate", type=int, default=4_000_000, help="bit/s of the camera")
    parser.add_argument("--player", choices=("auto", "product", "minimal"), default="auto")
    options = parse(parser, seconds=2.0, tiles=2, tile_seconds=2.0, viewers=2, rounds=1, seeks=3)
    player = options.player
    if player == "auto":
        player = "product" if (BUILT / "manifest.json").exists() else "minimal"
    say("player: the product's own" if player == "product" else "player: a small page (the front end is not built)")
    with tempfile.TemporaryDirectory(prefix="custodes-live-") as folder:
        cameras = Cameras(*films(options.bitrate), options.tiles)
        try:
            system = System(Path(folder), cameras.port, options.tiles)
            try:
                figures = measure(system, cameras, player, options)
            finally:
                system.stop()
        finally:
            cameras.stop()
    print(json.dumps(figures, ensure_ascii=False))


def measure(system: System, cameras: Cameras, player: str, options: argparse.Namespace) -> list[dict[str, Any]]:
    """All figures, one after the other."""
    say(f"age of the live picture, {options.seconds:.0f} s …")
    ages = measure_age(system, cameras, player, options.seconds)
    say(f"  {len(ages)} frames, p50 {statistics.median(ages):.0f} ms, p95 {percentile(ages, 0.95):.0f} ms")
    say("the same through HLS …")
    peer = measure_hls(system, cameras, options.seconds)
    say(f"  p50 {statistics.median(peer):.0f} ms, p95 {percentile(peer, 0.95):.0f} ms" if peer else "  no peer")
    say(f"a viewer's CPU, one and {options.viewers} more …")
    cpu, first, bare = measure_viewer(system, options.viewers, settling(8.0), options.rounds)
    say(
        f"  {cpu:.2f} ms per further viewer and second, {first:.2f} for the first; bare uvicorn {bare:.2f} per further one"
    )
    say(f"{options.tiles} tiles, {options.tile_seconds:.0f} s …")
    dropped, freeze = measure_tiles(system, player, options.tiles, options.tile_seconds)
    say(f"  {dropped:.2f} % dropped, longest standstill {freeze:.2f} s")
    seeks: list[dict[str, Any]] = []
    if player == "product":
        say(f"{options.seeks} jumps to a random second of what was recorded …")
        taken = measure_seeks(system, options.seeks)
        say(f"  first picture p50 {statistics.median(taken):.0f} ms, p95 {percentile(taken, 0.95):.0f} ms")
        seeks = [
            figure("jump to a random second, wish to pixel, p50", "ms", statistics.median(taken), None, None),
            figure("jump to a random second, wish to pixel, p95", "ms", percentile(taken, 0.95), None, 300),
        ]
    of_peer = (statistics.median(peer), percentile(peer, 0.95)) if peer else (None, None)
    return [
        figure(f"live, first packet to pixel, p50 ({player} page)", "ms", statistics.median(ages), of_peer[0], 150),
        figure(f"live, first packet to pixel, p95 ({player} page)", "ms", percentile(ages, 0.95), of_peer[1], 220),
        figure("a further viewer of 4 Mbit/s (peer: bare uvicorn)", "ms CPU/viewer-second", cpu, bare, 1.5),
        figure(f"the first viewer on a worker with {options.tiles} cameras", "ms CPU/s", first, None, None),
        figure(f"{options.tiles} tiles, dropped frames", "%", dropped, None, 2),
        figure(f"{options.tiles} tiles, longest standstill", "s", freeze, None, 0.5),
        *seeks,
    ]


if __name__ == "__main__":
    main()
