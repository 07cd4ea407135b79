"""Log lines of every process: one JSON object a line on standard error, with stable event names and nothing that opens anything.

No token, password, cookie, camera address or identity number reaches a line. Names that hold them are dropped, and what looks
like one inside a text is masked: a last line of defence, behind code that does not log them in the first place.

Where log lines go: a disk that takes no more of them must not stop what they tell about.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog


def unfailing(stream: TextIO) -> TextIO:
    """The same stream, for log lines: what can't be written is lost, and nothing is raised."""
    return cast(TextIO, _Unfailing(stream))


class _Unfailing:
    """Failures are counted and swallowed: a full disk, a closed pipe.

    Attributes:
        lost: writes that failed.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost = 0

    def write(self, text: str) -> int:
        """As the stream's own; what fails counts as written."""
        try:
            return self._stream.write(text)
        except (OSError, ValueError):
            self.lost += 1
            return len(text)

    def flush(self) -> None:
        """As the stream's own."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self.lost += 1


_SECRET_NAMES = re.compile(
    r"^(token|.*_token|password|.*_password|passphrase|secret|.*_secret|authorization|cookie|set_cookie|url|username|session_key|id_number)$",
    re.IGNORECASE,
)
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    # A compact JWS: grant tokens, signed requests. Begun once in each run of its characters.
    (re.compile(r"(?<![\w-])(?>([\w-]*?)eyJ)[\w-]++\.[\w-]++\.[\w-]+"), r"\1(token)"),
    (re.compile(r"(?i)\b(bearer|basic|digest)\s+[\w.~+/=-]{8,}"), r"\1 (credentials)"),
    # Where a camera is, whole: its address finds it, its path may hold a password too.
    (re.compile(r"(?i)\brtsps?://[^\s\"'<>]+"), "(camera address)"),
    # User and password in any other address.
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,30}://)[^/\s@\"']+@"), r"\1(credentials)@"),
    (re.compile(r"(?i)\b(password|passwd|pwd|passphrase|secret|token)\s*[=:]\s*[^\s,;&\"']+"), r"\1=(secret)"),
    (re.compile(r"(?i)\b((?:__Host-)?custodes_(?:session|csrf))=[^\s;]+"), r"\1=(cookie)"),
    # The address of a person's feed of dates: whoever has it reads them (custodes/upkeep/dates/feed.py).
    (re.compile(r"(?i)(/dates/feed)/[^\s\"'<>?#]+"), r"\1/(feed address)"),
    # The key of a partner's program (custodes/people/programs.py).
    (re.compile(r"\bcsk_[0-9A-Za-z_-]{8,}"), "(program key)"),
    # A PEM key, also one that a text breaks off.
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL), "(private key)"),
    # 居民身份证号码, GB 11643.
    (re.compile(r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"), "(id number)"),
)  # fmt: skip


def masked(text: str) -> str:
    """The text without what looks like a secret."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: names that hold secrets dropped, texts masked, at any depth."""
    for name in [name for name in event if _SECRET_NAMES.match(name)]:
        del event[name]
    for name, value in event.items():
        event[name] = _clean(value)
    return event


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items() if not _SECRET_NAMES.match(str(name))}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return masked(str(value))


def configure_logs(**fields: object) -> None:
    """Send structlog and the standard library's warnings to standard error as JSON lines with `fields` in each."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(unfailing(sys.stderr)),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(**fields)
    handler = logging.StreamHandler(unfailing(sys.stderr))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            # Not the record's extras: Django's holds the request, and with it the query.
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
