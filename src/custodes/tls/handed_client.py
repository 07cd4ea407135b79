"""HTTPS to a server whose certificate was handed over, with our own that it was handed (witnesses, the gateway's side channel)."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

import httpx

from custodes.tls.files import TlsFiles


class AnswerTooLarge(Exception):
    """The answer is longer than any that was agreed."""


@dataclass(frozen=True, slots=True)
class HandedAnswer:
    """What the server said: `body` as it came."""

    status: int
    content_type: str
    body: bytes


def client_context(certificate: str, files: TlsFiles, *, pinned: bool = True) -> ssl.SSLContext:
    """TLS 1.3 to the server that has this certificate.

    Args:
        certificate: PEM, of the server itself or of whoever vouches for it.
        files: our certificate and key.
        pinned: it is the server's own: whoever shows it has its key, whatever address it is reached by. Else the name counts as well.

    Raises:
        OSError, ssl.SSLError: one of them can't be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = not pinned
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=certificate)
    context.load_cert_chain(files.cert, files.key)
    return context


async def post(
    context: ssl.SSLContext, url: str, body: bytes, *, seconds: float, most_bytes: int, content_type: str = ""
) -> HandedAnswer:
    """Send a body, all of it and of the answer within `seconds`: a time for each read alone would let a server drip for ever.

    Args:
        most_bytes: of the answer.

    Raises:
        TimeoutError: the answer was not whole by then.
        AnswerTooLarge.
        httpx.HTTPError, httpx.InvalidURL, OSError: it can't be reached, or is another than its certificate says.
    """
    headers = {"Content-Type": content_type} if content_type else {}
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(verify=context, timeout=seconds, trust_env=False) as client,
        client.stream("POST", url, content=body, headers=headers) as answer,
    ):
        told = bytearray()
        async for piece in answer.aiter_bytes():
            told += piece
            if len(told) > most_bytes:
                raise AnswerTooLarge
        return HandedAnswer(answer.status_code, answer.headers.get("Content-Type", ""), bytes(told))
