"""Whether the side channel of a platform below is there, before anything is stated: the certificate that it shows, and whether it takes ours."""

from __future__ import annotations

import asyncio
import ssl
from urllib.parse import urlsplit

import httpx

from custodes.tls.files import TlsFiles
from custodes.tls.handed_client import AnswerTooLarge, client_context, post
from custodes.video.wire.statements import StatementsAt

MOST_ANSWER = 16_384
EMPTY = b"{}"
"""No statement: a server that takes our certificate refuses its shape (400) before it asks anybody."""


class StatementsUnreached(Exception):
    """It is not there as it was handed over; `what` is ``files``, ``certificate``, ``connection`` or ``answer``."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


async def context_of(at: StatementsAt, files: TlsFiles) -> ssl.SSLContext:
    """TLS with our certificate to the server that has the one which was handed over.

    Raises:
        Unreached.
    """
    try:
        return await asyncio.to_thread(client_context, at.certificate, files)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise StatementsUnreached("files") from error


async def shake_hands(at: StatementsAt, context: ssl.SSLContext, seconds: float) -> None:
    """Let it show its certificate; nothing is said.

    Raises:
        Unreached.
    """
    try:
        where = urlsplit(at.url)
        host, port = where.hostname or "", where.port or 443
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise StatementsUnreached("certificate") from error
    except (OSError, ValueError) as error:  # TimeoutError and ssl.SSLError are OSErrors
        raise StatementsUnreached("connection") from error
    writer.transport.abort()  # whoever does not say goodbye would be waited for, half a minute


async def admitted(at: StatementsAt, context: ssl.SSLContext, seconds: float) -> bool:
    """Whether it takes our certificate, as it does once the link is in force there.

    Raises:
        Unreached: something else answers there.
    """
    try:
        answer = await post(
            context,
            f"{at.url}/statements",
            EMPTY,
            seconds=seconds,
            most_bytes=MOST_ANSWER,
            content_type="application/json",
        )
    except (httpx.ConnectTimeout, TimeoutError, AnswerTooLarge, httpx.InvalidURL) as error:
        raise StatementsUnreached("answer") from error
    except (httpx.HTTPError, OSError):
        return False  # in TLS 1.3 a server that does not take our certificate hangs up behind the handshake
    if answer.status not in (400, 403):
        raise StatementsUnreached("answer")
    return answer.status == 400
