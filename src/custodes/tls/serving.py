"""A server takes a renewed certificate up while it runs: new connections get it, those that are open keep the old one."""

from __future__ import annotations

import os
import ssl

import structlog

from custodes.tls.files import TlsFiles

log = structlog.get_logger(__name__)

#: Ticks of uvicorn (100 ms each) between two looks at the files.
LOOK_TICKS = 100


class Renewal:
    """Watches the files of one server and loads them into its context when they change.

    No signal and no restart: recordings and open views are not touched.
    """

    def __init__(self, files: TlsFiles, context: ssl.SSLContext) -> None:
        self._files = files
        self._context = context
        self._seen = self._look()

    def look(self, tick: int) -> bool:
        """At every `LOOK_TICKS`th tick: take new files up; True when that happened.

        Certificate and key are replaced one after the other. A pair that does not fit, yet or at all, is left alone and
        looked at again.
        """
        if tick % LOOK_TICKS:
            return False
        found = self._look()
        if found == self._seen or None in found:
            return False
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self._files.cert, self._files.key)
            self._context.load_cert_chain(self._files.cert, self._files.key)
        except (OSError, ssl.SSLError) as error:
            log.warning("tls.not_renewed", why=str(error))
            return False
        self._seen = found
        log.info("tls.renewed", certificate=self._files.cert.name)
        return True

    def _look(self) -> tuple[tuple[int, int] | None, ...]:
        return tuple(_stamp(path) for path in (self._files.cert, self._files.key))


def _stamp(path: os.PathLike[str]) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns)
