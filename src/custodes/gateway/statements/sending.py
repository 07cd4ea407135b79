"""A statement on its way to the platform below: over HTTPS, to the server whose certificate was handed over, with ours that it was handed."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable

import httpx
from pydantic import ValidationError

from custodes.gateway.plain import plain
from custodes.gateway.statements.needs import NotStated
from custodes.tls.files import TlsFiles
from custodes.tls.handed_client import AnswerTooLarge, HandedAnswer, client_context, post
from custodes.video.wire.statements import Statement, StatementKept, StatementsAt

MOST_ANSWER = 16_384
DETAIL = 160
"""Characters of the reason that the platform below gives."""


async def send(statement: Statement, at: StatementsAt, files: TlsFiles, seconds: float) -> StatementKept:
    """Have it kept below.

    Args:
        files: our certificate and key.
        seconds: for all of it.

    Raises:
        NotStated: it was not, or that is not known.
    """
    try:
        context = await asyncio.to_thread(client_context, at.certificate, files)
    except (OSError, ssl.SSLError) as error:
        raise NotStated("the certificates of the side channel can't be used; look at `custodes doctor`") from error
    body = statement.model_dump_json().encode()
    try:
        answer = await post(
            context,
            f"{at.url}/statements",
            body,
            seconds=seconds,
            most_bytes=MOST_ANSWER,
            content_type="application/json",
        )
    except TimeoutError as error:
        raise NotStated(f"the platform below did not answer the statement within {seconds:g} seconds") from error
    except AnswerTooLarge as error:
        raise NotStated("the platform below answered the statement with something else") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise NotStated(_unreached(error)) from error
    return _kept(answer, statement)


def _kept(answer: HandedAnswer, statement: Statement) -> StatementKept:
    if answer.status != 201:
        raise NotStated(f"the platform below refused the statement ({answer.status}){_detail(answer.body)}")
    try:
        kept = StatementKept.model_validate_json(answer.body)
    except ValidationError as error:
        raise NotStated("the platform below answered the statement with something else") from error
    if kept.id != statement.id:
        raise NotStated("the platform below kept another statement")
    return kept


def _detail(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    detail = told.get("detail") if isinstance(told, dict) else None
    return f": {plain(detail, DETAIL)}" if isinstance(detail, str) and detail else ""


def _unreached(error: BaseException) -> str:
    """Which of the ways in which TLS or the network fails."""
    if _caused(error, lambda one: isinstance(one, ssl.SSLCertVerificationError)):
        return "the platform below shows another certificate than was handed over"
    if _caused(error, lambda one: isinstance(one, ssl.SSLError) and "ALERT" in str(one).upper()):
        return "the platform below does not take our certificate: it has to be handed over there"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "there is no connection to the platform below for statements"
    return "the connection to the platform below for statements broke"


def _caused(error: BaseException | None, is_it: Callable[[BaseException], bool]) -> bool:
    seen = 0
    while error is not None and seen < 16:
        if is_it(error):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False
