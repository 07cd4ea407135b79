"""The client of the place where footage is masked for public release: a worker of the node that has it (docs/design/mask.md); and why it
refuses or failed, in words that a person can act on, in both languages as those of a ground.

Every call needs a token of its own of a grant of the ground *release* (`leave.piece_token`): it is decided again each time, and a
token is used up by its call. Footage passes through and is never kept by the web.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import httpx
from django.utils.translation import get_language
from pydantic import BaseModel, ValidationError

from custodes.access.papers import microseconds
from custodes.places.models import Camera
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client
from custodes.video.mask.sidecar import BadSidecar, read_sidecar
from custodes.video.mask.tracks import BadTrack, MaskedKind
from custodes.video.wire.masking import (
    MOST_PACKED_BYTES,
    MOST_SIDECAR_BYTES,
    BeginAsk,
    FilmAsk,
    Forgotten,
    MaskAsk,
    MaskRefusal,
    MaskRefusalReason,
    MaskStanding,
    PieceHead,
    WriteHead,
)

_WORDS: dict[MaskRefusalReason, tuple[str, str]] = {
    MaskRefusalReason.NO_JOB: (
        "媒体节点上没有这项遮蔽任务，可能已经到期清除。请重新开始遮蔽。",
        "The node has no such job; it may have been removed at its term. Begin the masking again.",
    ),
    MaskRefusalReason.OTHER_SPAN: (
        "这项任务已按另一时段开始。请先撤销原任务，再按新的时段开始。",
        "The job was begun for another span. Drop it first, then begin with the new one.",
    ),
    MaskRefusalReason.TOO_LONG: (
        "时段过长，一次最多处理 {bound} 秒。请分成几段，分别办理。",
        "The span is too long: {bound} seconds at most at once. Split it.",
    ),
    MaskRefusalReason.TOO_LARGE: (
        "画面尺寸超过可以处理的上限（{bound} 像素）。请系统管理员调整上限，或者选用子码流的点位。",
        "The picture is larger than is masked here ({bound} pixels). The administrator may raise the bound.",
    ),
    MaskRefusalReason.TOO_MANY: (
        "媒体节点上的遮蔽任务已满（最多 {bound} 项）。请先办结或者撤销其他任务。",
        "The node has as many jobs as it may ({bound}). Finish or drop others first.",
    ),
    MaskRefusalReason.NO_FOOTAGE: (
        "该点位在所选时段没有录像。请核对点位和时段。",
        "Nothing was recorded of this camera in the span. Check both.",
    ),
    MaskRefusalReason.NOT_SEALED: (
        "所选时段的录像还没有封存。请在时段结束两分钟后再开始。",
        "The footage of the span is not sealed yet. Begin two minutes after its end.",
    ),
    MaskRefusalReason.NOT_YET: (
        "任务还没有进行到这一步，或者正在生成副本。请稍候再试。",
        "The job is not that far yet, or a copy is being written. Try again in a moment.",
    ),
    MaskRefusalReason.BAD_TRACKS: (
        "轨迹文件不能使用：格式有误、过大，或者不属于这段录像。请从本任务重新取得轨迹后再复核。",
        "The tracks can't be used: malformed, too many, or of other footage. Fetch them anew from this job.",
    ),
    MaskRefusalReason.BEYOND: (
        "准予不包括这段录像，或者已经失效、收回。请重新打开页面；仍不行的，请核对准予的点位和时段。",
        "The leave does not open this footage, has run out, or was taken back. Open the page again.",
    ),
    MaskRefusalReason.GONE: (
        "录像已到期删除，或者所在存储卷不在线，或者与封存时的校验值不一致。请联系系统管理员核查。",
        "The footage was deleted, its volume is away, or it is not what was sealed. Ask the administrator.",
    ),
    MaskRefusalReason.UNREADABLE: (
        "录像不能解码，或者画面尺寸在中途改变。请缩小时段，避开改变的时刻，分段办理。",
        "The footage can't be decoded, or changes its size in the middle. Choose spans on either side of the change.",
    ),
    MaskRefusalReason.MODEL: (
        "检测模型的文件与清单不符，未运行。请系统管理员重新安装遮蔽组件。",
        "The detector's file is not the one on the list and was not run. The administrator installs it again.",
    ),
    MaskRefusalReason.DISK: (
        "媒体节点的工作空间不足。请先办结或者撤销其他任务，或者请系统管理员扩大空间，然后重试。",
        "The node's work space is full. Finish or drop other jobs, or have it enlarged, then try again.",
    ),
    MaskRefusalReason.MEMORY: (
        "处理所需内存超过上限，已停止。请系统管理员调整上限后重试。",
        "It needed more memory than it may have and was stopped. The administrator may raise the bound.",
    ),
    MaskRefusalReason.TIME: (
        "处理超过了最长时间，已停止。请缩短时段，或者请系统管理员延长时限。",
        "It took longer than it may and was stopped. Shorten the span, or have the bound raised.",
    ),
    MaskRefusalReason.KILLED: (
        "处理进程意外终止。请重试；再次发生的，请联系系统管理员查看日志。",
        "The process that works on it ended unexpectedly. Try again; if it happens again, ask the administrator.",
    ),
    MaskRefusalReason.NOT_CLEAN: (
        "副本未通过写后检查，已经删除。请重试；再次发生的，请联系系统管理员查看日志。",
        "The copy did not pass the check behind its writing and was removed. Try again, or ask the administrator.",
    ),
    MaskRefusalReason.NOT_REMOVED: (
        "媒体节点没有能够删除全部工作文件。请稍后再次删除；仍不能删除的，请联系系统管理员查看日志。",
        "The node could not remove all files of it. Try again later, or ask the administrator for the log.",
    ),
    MaskRefusalReason.ERROR: (
        "处理时程序出错，已停止。请联系系统管理员查看日志。",
        "The program failed and stopped. Ask the administrator for the log.",
    ),
}


def reason_of(why: MaskRefusalReason, bound: int) -> tuple[str, str]:
    """In Chinese and in English; `bound` is the one that was gone beyond."""
    zh, en = _WORDS[why]
    return zh.format(bound=bound), en.format(bound=bound)


class Span(NamedTuple):
    """What of a camera's footage: aware times."""

    begin: datetime
    end: datetime


class WorkerAway(Exception):
    """The worker did not answer, or not with what was agreed; ask again. The message is for the log."""


class MaskingRefused(Exception):
    """The worker refuses; asking the same again changes nothing.

    Attributes:
        why: for programs.
        reason_zh, reason_en: what is so and what to do.
    """

    def __init__(self, why: MaskRefusalReason, bound: int = 0) -> None:
        self.why = why
        self.reason_zh, self.reason_en = reason_of(why, bound)
        super().__init__(self.reason_en)


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """How far it is.

    Attributes:
        stage: ``queued``, ``reading``, ``found``, ``writing``, ``written`` or ``failed``.
        done, total: pictures of the stage that is under way.
        error: why it failed, in the reader's language; empty otherwise.
        source: SHA-256 of the footage's fragments, hex; empty before they were read.
        width, height: of its pictures, pixels.
        times: when each is shown, ticks of 90 kHz from the first; the same in the working film and in the copy.
        models: detectors that were run, with the SHA-256 of each.
        by_hand: kinds that no detector looked for: a person looks for them in the whole film.
        copy: SHA-256 of the masked copy, hex; None without one.
        copy_bytes: its length.
        leaks: what a detector still finds in the copy: ``time`` (ticks), ``box`` (left, top, right, bottom in pixels), ``where``
            (``under mask``, ``shown``, ``unmarked``), and ``picture``, ``kind``, ``score``, ``tracks``.
        begin, end: of what was read, cut inward at fragments, µs UTC; 0 before.
        device: from when to when it is the device's own recording, µs UTC.
    """

    stage: str
    done: int = 0
    total: int = 0
    error: str = ""
    source: str = ""
    width: int = 0
    height: int = 0
    times: tuple[int, ...] = ()
    models: tuple[tuple[str, str], ...] = ()
    by_hand: tuple[MaskedKind, ...] = ()
    copy: str | None = None
    copy_bytes: int = 0
    leaks: list[dict[str, Any]] = field(default_factory=list)
    begin: int = 0
    end: int = 0
    device: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Piece:
    """Bytes on their way.

    Attributes:
        total: length of the whole file.
        first, last: which bytes of it, both included. There may be fewer than were asked for: ask on from `last` + 1 with a new token.
        chunks: the bytes; raises `WorkerAway` when they stay short, as when the leave is taken back meanwhile.
    """

    total: int
    first: int
    last: int
    chunks: Iterator[bytes]
    closing: ExitStack

    def close(self) -> None:
        """Let the connection go, read to its end or not."""
        self.closing.close()


def begin(release: UUID, camera: Camera, span: Span, token: str) -> None:
    """Have the footage read and looked through; once begun it is no fault to say it again. One that failed in reading begins anew.

    Raises:
        MaskingRefused: too long, no footage, no place, another span than before, or the token does not open it.
        WorkerAway.
    """
    ask = BeginAsk(
        token=token,
        release=release,
        camera=camera.id,
        from_us=microseconds(span.begin),
        to_us=microseconds(span.end),
    )
    _asked(camera, "begin", ask)


def standing(release: UUID, camera: Camera, token: str) -> WorkProgress:
    """How far it is.

    Raises:
        MaskingRefused: there is no such job (any more), or the token does not open it.
        WorkerAway.
    """
    response = _asked(camera, "standing", MaskAsk(token=token, release=release, camera=camera.id))
    try:
        said = MaskStanding.model_validate_json(response.content)
        by_hand = tuple(MaskedKind(kind) for kind in said.by_hand)
    except ValueError as error:
        raise WorkerAway("the standing has the wrong shape") from error
    return WorkProgress(
        said.stage,
        said.done,
        said.total,
        _in_words(said.why, said.bound) if said.why is not None else "",
        said.source,
        said.width,
        said.height,
        said.times,
        said.models,
        by_hand,
        said.copy_sha256 or None,
        said.copy_bytes,
        [leak.model_dump() for leak in said.leaks],
        said.from_us,
        said.to_us,
        said.device,
    )


def found(release: UUID, camera: Camera, token: str) -> bytes:
    """The file of tracks that was found (`mask.sidecar`), as no person has reviewed it.

    Raises:
        MaskingRefused: it is not found yet, or there is no such job.
        WorkerAway.
    """
    packed = _asked(camera, "found", MaskAsk(token=token, release=release, camera=camera.id)).content
    unpack = zlib.decompressobj()
    try:
        plain = unpack.decompress(packed, MOST_SIDECAR_BYTES)
    except zlib.error as error:
        raise WorkerAway("the tracks can't be unpacked") from error
    if not unpack.eof:
        raise WorkerAway("the tracks are cut off, or more than is understood")
    return plain


def film(release: UUID, camera: Camera, token: str, first: int, last: int | None) -> Piece:
    """Bytes of the working film, for the reviewer whose token it is: a look at original pictures, on record before the first byte.

    Raises:
        MaskingRefused: it is not made yet, there is no such job, or the bytes lie beyond its end.
        WorkerAway: also while it is read.
    """
    return _piece(camera, "film", FilmAsk(token=token, release=release, camera=camera.id, first=first, last=last))


def write(release: UUID, camera: Camera, sidecar: bytes, way: str, token: str) -> None:
    """Have the masked copy written with these tracks; a copy that was written before is removed at once.

    Args:
        sidecar: the tracks after review (`Sidecar.encode`).
        way: how masks are filled: ``solid``, ``mosaic`` or ``blur``.

    Raises:
        MaskingRefused: nothing was found yet, one is being written, or the tracks are none, or of other footage.
        WorkerAway.
    """
    try:
        read_sidecar(sidecar)
    except (BadSidecar, BadTrack) as error:
        raise MaskingRefused(MaskRefusalReason.BAD_TRACKS) from error
    packed = zlib.compress(sidecar)
    if len(packed) > MOST_PACKED_BYTES or len(sidecar) > MOST_SIDECAR_BYTES:
        raise MaskingRefused(MaskRefusalReason.BAD_TRACKS)
    head = WriteHead(token=token, release=release, camera=camera.id, way=way)
    _sent(camera, "write", head.model_dump_json().encode() + b"\n" + packed)


def copy(release: UUID, camera: Camera, token: str) -> Piece:
    """The masked copy, whole, a look on record; its SHA-256 is `WorkProgress.copy`: whoever reads it holds the bytes against it.

    Raises:
        MaskingRefused: it is not written yet, or there is no such job.
        WorkerAway: also while it is read.
    """
    return _piece(camera, "copy", MaskAsk(token=token, release=release, camera=camera.id))


def forget(release: UUID, camera: Camera, token: str) -> bool:
    """Stop what runs of it and remove all its files.

    Returns:
        Whether this worker had anything of it: one that had nothing knows nothing of what another has.

    Raises:
        MaskingRefused: the token does not open it, or something could not be removed.
        WorkerAway.
    """
    response = _asked(camera, "forget", MaskAsk(token=token, release=release, camera=camera.id))
    try:
        return Forgotten.model_validate_json(response.content).removed
    except ValidationError as error:
        raise WorkerAway("the answer has the wrong shape") from error


def _asked(camera: Camera, step: str, ask: BaseModel) -> httpx.Response:
    return _sent(camera, step, ask.model_dump_json().encode())


def _sent(camera: Camera, step: str, content: bytes) -> httpx.Response:
    try:
        response = worker_client(camera.node, camera.worker).masking(step, content)
    except (NodeUnreachable, NodeBusy) as error:
        raise WorkerAway(str(error)) from error
    _check(response)
    return response


def _piece(camera: Camera, step: str, ask: BaseModel) -> Piece:
    closing = ExitStack()
    try:
        with ExitStack() as opening:
            client = worker_client(camera.node, camera.worker)
            response = opening.enter_context(client.masking_stream(step, ask.model_dump_json().encode()))
            if response.status_code != 200:
                response.read()
            _check(response)
            pieces = response.iter_bytes()
            head, rest = _head(pieces)
            closing = opening.pop_all()
    except (NodeUnreachable, NodeBusy, httpx.HTTPError) as error:
        raise WorkerAway(str(error) or type(error).__name__) from error
    return Piece(head.total, head.first, head.last, _chunks(head, rest, pieces, closing), closing)


def _chunks(head: PieceHead, rest: bytes, pieces: Iterator[bytes], closing: ExitStack) -> Iterator[bytes]:
    left = head.last + 1 - head.first
    try:
        for data in _behind(rest, pieces):
            left -= len(data)
            yield data
    except (NodeUnreachable, httpx.HTTPError) as error:
        raise WorkerAway(type(error).__name__) from error
    finally:
        closing.close()
    if left:
        raise WorkerAway("the piece stayed short of its length")


def _behind(rest: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if rest:
        yield rest
    yield from pieces


def _head(pieces: Iterator[bytes]) -> tuple[PieceHead, bytes]:
    """The first line, and what came behind it."""
    found = b""
    for piece in pieces:
        found += piece
        line, end, rest = found.partition(b"\n")
        if end:
            try:
                return PieceHead.model_validate_json(line), rest
            except ValidationError as error:
                raise WorkerAway("the head of a piece has the wrong shape") from error
        if len(found) > 1000:
            break
    raise WorkerAway("a piece came without its head")


def _check(response: httpx.Response) -> None:
    """
    Raises:
        MaskingRefused: 403 of the token, 409 with a reason.
    """
    if response.status_code == 403:
        raise MaskingRefused(MaskRefusalReason.BEYOND)
    if response.status_code == 409:
        try:
            said = MaskRefusal.model_validate_json(response.content)
        except ValidationError as error:
            raise WorkerAway("a refusal has the wrong shape") from error
        raise MaskingRefused(said.why, said.bound)


def _in_words(why: MaskRefusalReason, bound: int) -> str:
    zh, en = reason_of(why, bound)
    return en if (get_language() or "").startswith("en") else zh
