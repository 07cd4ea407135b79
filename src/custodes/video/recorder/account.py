"""What the archive is told of one camera's sessions and gaps, in the order in which its account stays whole."""

from __future__ import annotations

import structlog

from custodes.video.archive.gap_book import GapBook
from custodes.video.archive.streams import Stream
from custodes.video.recorder.session import Session

_log = structlog.get_logger(__name__)


class Account:
    """Of one recorder.

    Attributes:
        since_us: since when it stands as it does: recording, or in the gap that lasts.
    """

    def __init__(self, stream: Stream, book: GapBook, now_us: int) -> None:
        self._stream = stream
        self._book = book
        self.since_us = stream.gap.from_us if stream.gap else now_us
        self._pending_step: tuple[int, str] | None = None

    def begun(self, start_us: int, thinned: str) -> int:
        """The first fragment of a session is whole: the gap before it is over.

        Args:
            thinned: why only key frames are kept in it; empty where every picture is.

        Returns:
            The session's number.
        """
        number = self._book.session_begun(self._stream, start_us)
        self._note_step(start_us)
        self.since_us = start_us
        self._book.gap_ended(self._stream, start_us)
        if thinned:
            self._book.degraded_begun(self._stream, start_us, "disk", thinned)
        else:
            self._book.degraded_ended(self._stream, start_us)
        return number

    def ended(self, session: Session, end_us: int, reason: str) -> None:
        """A session's end; a step of a clock is told with what comes behind it."""
        self._book.session_ended(self._stream, session.number, end_us, reason)
        if reason == "clock":
            self._pending_step = (end_us, session.step)
            _log.warning("recorder.clock", camera=str(self._stream.camera), detail=session.step)

    def gap(self, from_us: int, reason: str, detail: str) -> None:
        """Nothing is recorded from `from_us` on."""
        self._note_step(None)
        self._book.degraded_ended(self._stream, from_us)
        lasting = self._stream.gap
        if lasting is None or lasting.reason != reason:
            self.since_us = from_us
        self._book.gap_begun(self._stream, from_us, reason, detail)

    def holes(self, session: Session) -> None:
        """Pictures that stayed away in the midst of it; those of a session's first fragment wait until that is whole."""
        holes, session.holes = session.holes, []
        for from_media, to_media, detail in holes:
            assert session.line is not None
            from_us, to_us = session.line.at(from_media), session.line.at(to_media)
            self._book.gap_found(self._stream, from_us, to_us, "silent", detail)

    def _note_step(self, to_us: int | None) -> None:
        """The step that the last session ended with: up to where the next one begins, or of no length."""
        if self._pending_step is not None:
            end_us, detail = self._pending_step
            self._pending_step = None
            self._book.gap_found(self._stream, end_us, end_us if to_us is None else to_us, "clock", detail)
