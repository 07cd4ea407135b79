"""The two stages of a job, as its process does them: read the footage, and write a copy."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from custodes.node.masking.footage import Footage, bounds_of
from custodes.node.masking.job import COPY, FILM, FOUND, LEAKS, PICTURES, CheckedCopy, MaskFindings
from custodes.node.masking.process import Read, WorkOrder, Wrote
from custodes.video.mask.detector import CenterFace, Detector, installed_models
from custodes.video.mask.filling import FillStyle, ShapeFilling
from custodes.video.mask.film import QUALITY, FilmedSource
from custodes.video.mask.leaks import Leak, find_leaks
from custodes.video.mask.linking import Linking
from custodes.video.mask.masking import MaskRun, find_tracks, kinds_by_hand, write_copy
from custodes.video.mask.progress import MaskStage
from custodes.video.mask.reading import FileSource, FragmentSource
from custodes.video.mask.sidecar import MOST_BYTES, BadSidecar, read_sidecar
from custodes.video.mask.writing import Quality
from custodes.video.wire.masking import MOST_LEAKS, LeakFound

Tell = Callable[[int, int], None]
"""Takes how many pictures are done, of how many."""


class TooLarge(Exception):
    """A picture is larger than is masked here."""


def read(order: WorkOrder, tell: Tell) -> Read:
    """Find and link, and film what the reviewer will see, in one pass over the pictures.

    Raises:
        TooLarge, NotAsSealed, SourceRefused, ModelRefused, NotClean, OSError.
    """
    footage, folder = _checked(order), Path(order.folder)
    tell(0, footage.pictures)
    source = FragmentSource(footage.pieces, order.threads)
    filmed = FilmedSource(
        source,
        folder / FILM,
        lambda done: tell(done, footage.pictures),
        Quality(QUALITY.crf, QUALITY.preset, order.threads, QUALITY.key_seconds),
    )
    detectors = _detectors()
    if detectors:
        sidecar = find_tracks(filmed, detectors)
    else:  # one picture is enough to know that nothing was looked for; the film needs all
        sidecar = find_tracks(source, ())
        for _ in filmed.pictures():
            pass
    film = filmed.made()
    begin, end = bounds_of(order.segments)
    _put(folder / FOUND, sidecar.encode())
    _put(
        folder / PICTURES,
        json.dumps({"times": film.times, "offsets": film.offsets, "sizes": film.sizes}, separators=(",", ":")).encode(),
    )
    _sync(folder / FILM)
    found = MaskFindings(
        source=sidecar.source,
        width=sidecar.width,
        height=sidecar.height,
        pictures=len(film.times),
        models=sidecar.models,
        by_hand=tuple(kind.value for kind in kinds_by_hand(detectors)),
        from_us=begin,
        to_us=end,
        film_bytes=film.bytes,
        device=footage.device,
    )
    return Read(found=found)


def write(order: WorkOrder, tell: Tell) -> Wrote:
    """Write the copy, read it back, and run the detectors over it.

    Raises:
        BadSidecar: the tracks are none, or of other footage.
        TooLarge, NotAsSealed, SourceRefused, ModelRefused, NotClean, OSError.
    """
    review, folder = Path(order.review), Path(order.folder)
    if review.stat().st_size > MOST_BYTES:
        raise BadSidecar("the file of tracks is too large")
    sidecar = read_sidecar(review.read_bytes())
    footage = _checked(order)
    total = 2 * footage.pictures
    tell(0, total)
    out = folder / COPY
    source = FragmentSource(footage.pieces, order.threads)
    run = MaskRun(lambda progress: tell(progress.pictures, total))
    copy = write_copy(
        source, sidecar, out, ShapeFilling(FillStyle(order.way)), Quality(threads=order.threads), run, footage.ticks()
    )
    watcher = MaskRun(lambda progress: tell(footage.pictures + progress.pictures, total)).watch(MaskStage.CHECK)
    leaks = find_leaks(FileSource(out, order.threads), sidecar.tracks, _detectors(), Linking().sure, watcher)
    told = [_told(leak).model_dump(mode="json") for leak in islice(leaks, MOST_LEAKS)]
    _put(folder / LEAKS, json.dumps(told, separators=(",", ":")).encode())
    _sync(out)
    return Wrote(written=CheckedCopy(sha256=copy.copy, bytes=out.stat().st_size))


def _checked(order: WorkOrder) -> Footage:
    footage = Footage(order.camera, order.segments)
    footage.check()
    for params in footage.params:
        if params.width * params.height > order.most_pixels:
            raise TooLarge(f"its pictures are {params.width} × {params.height}")
    return footage


def _detectors() -> list[Detector]:
    return [CenterFace(model) for model in installed_models()]


def _told(leak: Leak) -> LeakFound:
    box = leak.box
    return LeakFound(
        picture=leak.picture,
        time=leak.time,
        kind=leak.kind.value,
        box=(box.left, box.top, box.right, box.bottom),
        score=round(leak.score, 3),
        where=leak.where.value,
        tracks=leak.tracks,
    )


def _put(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
