"""A masked copy in two passes: find and link, then hide and encode; and a third over the copy, to see what is still found.

The times between are a person's: tracks are reviewed, and what the detector can't see is drawn. `mask_copy` does all of it
without a person and is for trying; a release goes through its own steps (docs/design/requests.md, "Release").
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from custodes.video.mask.detector import Detector
from custodes.video.mask.filling import ShapeFilling, fill, masked_share
from custodes.video.mask.leaks import Leak, find_leaks
from custodes.video.mask.linking import Linker, Linking
from custodes.video.mask.progress import MaskStage, Progress, ProgressWatcher
from custodes.video.mask.reading import FileSource, MaskSource, MaskSourceRefused
from custodes.video.mask.sidecar import BadSidecar, Sidecar, read_sidecar
from custodes.video.mask.tracks import MaskedKind, Track
from custodes.video.mask.verifying import append_stretches, joined, verify_copy
from custodes.video.mask.writing import FilmWriter, Quality, writer

BY_DETECTOR_OR_HAND = (MaskedKind.FACE, MaskedKind.PLATE, MaskedKind.SIGN, MaskedKind.LICENCE)
"""What must be hidden (S30.2, N22): by a detector where one is installed, by hand otherwise."""


@dataclass(frozen=True, slots=True)
class MaskRun:
    """How a caller follows and stops a run."""

    tell: Callable[[Progress], None] = lambda _: None
    stop: Callable[[], bool] = lambda: False

    def watch(self, stage: MaskStage) -> ProgressWatcher:
        """For one stage."""
        return ProgressWatcher(stage, self.tell, self.stop)


@dataclass(frozen=True, slots=True)
class MaskedFile:
    """A masked copy that was written and read back.

    Attributes:
        source, copy: SHA-256, hex.
        sidecar: SHA-256 of the tracks that were hidden, as `Sidecar.encode` writes them.
        pictures: how many.
        duration: ticks from the first to the last picture.
        hidden: share of the picture that was filled, over all pictures, 0 to 1.
        filling: how.
    """

    source: str
    copy: str
    sidecar: str
    pictures: int
    duration: int
    hidden: float
    filling: ShapeFilling


@dataclass(frozen=True, slots=True)
class MaskReport:
    """What came of it.

    Attributes:
        copy: see there.
        sidecar: the tracks.
        leaks: what is still found in the copy.
        by_hand: kinds that no installed detector finds: a person must look for them in the whole film.
    """

    copy: MaskedFile
    sidecar: Sidecar
    leaks: tuple[Leak, ...]
    by_hand: tuple[MaskedKind, ...] = field(default=())


def kinds_by_hand(detectors: Sequence[Detector]) -> tuple[MaskedKind, ...]:
    """What none of `detectors` finds."""
    return tuple(kind for kind in BY_DETECTOR_OR_HAND if all(one.finds is not kind for one in detectors))


def find_tracks(
    source: MaskSource, detectors: Sequence[Detector], linking: Linking | None = None, run: MaskRun | None = None
) -> Sidecar:
    """The first pass: what the detectors find, as tracks. Without a detector: the picture's size and no track.

    Raises:
        SourceRefused: the source can't be read.
        Stopped: the caller stopped it.
    """
    linking, watcher = linking or Linking(), (run or MaskRun()).watch(MaskStage.DETECT)
    linkers = [Linker(detector.finds, linking) for detector in detectors]
    digest, size = source.digest(), (0, 0)
    for shown in source.pictures():
        watcher.at(shown.number, shown.time)
        size = shown.planes.width, shown.planes.height
        for detector, linker in zip(detectors, linkers, strict=True):
            linker.add(shown, detector.detect(shown.planes, linking.least))
        if not detectors:
            break
    tracks: list[Track] = []
    for linker in linkers:
        tracks += linker.tracks(len(tracks) + 1)
    return Sidecar(digest, *size, tuple(one.named for one in detectors), tuple(tracks))


def with_tracks(sidecar: Sidecar, more: Sequence[Track]) -> Sidecar:
    """The same with tracks of a person behind those of the detectors, numbered on."""
    first = len(sidecar.tracks) + 1
    return replace(
        sidecar, tracks=(*sidecar.tracks, *(replace(one, number=first + at) for at, one in enumerate(more)))
    )  # fmt: skip


def write_copy(
    source: MaskSource,
    sidecar: Sidecar,
    out: Path,
    filling: ShapeFilling | None = None,
    quality: Quality | None = None,
    run: MaskRun | None = None,
    device: Iterable[tuple[int, int]] = (),
) -> MaskedFile:
    """The second pass: the source with all hidden tracks filled, encoded anew into `out`, and read back.

    Args:
        device: stretches of the source that come from the device's own recording, ticks from the first picture; the copy says so of them.

    Raises:
        SourceRefused: the source can't be read, or changed while it was.
        BadSidecar: the tracks are of another source.
        NotClean: the written file holds something that it may not; it was removed.
        Stopped: the caller stopped it.
    """
    filling, quality, watcher = (
        filling or ShapeFilling(),
        quality or Quality(),
        (run or MaskRun()).watch(MaskStage.WRITE),
    )
    # What is hidden is what the file of tracks says, whose hash is kept: to the sixteenth of a pixel.
    sidecar = read_sidecar(sidecar.encode())
    if source.digest() != sidecar.source:
        raise BadSidecar("the tracks are of another film: their source's SHA-256 is not this film's")
    tracks = [one for one in sidecar.tracks if one.hidden]
    pictures, last, covered = 0, 0, 0.0
    part = out.with_name(out.name + ".unchecked")
    try:
        with ExitStack() as stack:
            made: FilmWriter | None = None
            for shown in source.pictures():
                watcher.at(shown.number, shown.time)
                planes = shown.planes
                if (planes.width, planes.height) != (sidecar.width, sidecar.height):
                    raise BadSidecar("the tracks were drawn on pictures of another size")
                made = made or stack.enter_context(writer(part, planes.width, planes.height, shown.look, quality))
                shapes = [shape for one in tracks if (shape := one.mask_at(shown.time)) is not None]
                made.add(shown.time, fill(planes, shapes, filling))
                covered += masked_share(shapes, planes.width, planes.height)
                pictures, last = shown.number + 1, shown.time
        if source.digest() != sidecar.source:
            raise MaskSourceRefused("the film was changed while it was read")
        stretches = joined(device, last + 1)
        append_stretches(part, stretches)
        verify_copy(part, pictures, stretches)
        digest = FileSource(part).digest()
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    bound = hashlib.sha256(sidecar.encode()).hexdigest()
    return MaskedFile(sidecar.source, digest, bound, pictures, last, covered / pictures, filling)


def mask_copy(
    source: MaskSource,
    detectors: Sequence[Detector],
    out: Path,
    *,
    drawn: Sequence[Track] = (),
    linking: Linking | None = None,
    filling: ShapeFilling | None = None,
    quality: Quality | None = None,
    run: MaskRun | None = None,
) -> MaskReport:
    """All of it without a person between: find, add what was `drawn`, write, and look at the copy again.

    Raises:
        SourceRefused, NotClean, Stopped: see `find_tracks` and `write_copy`.
    """
    run, linking = run or MaskRun(), linking or Linking()
    sidecar = with_tracks(find_tracks(source, detectors, linking, run), drawn)
    copy = write_copy(source, sidecar, out, filling, quality, run)
    leaks = find_leaks(FileSource(out), sidecar.tracks, detectors, linking.sure, run.watch(MaskStage.CHECK))
    return MaskReport(copy, sidecar, tuple(leaks), kinds_by_hand(detectors))
