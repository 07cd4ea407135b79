"""A response to a request (RFC 3261 §8.2.6)."""

from __future__ import annotations

from collections.abc import Iterable

from custodes.gb28181.sip.fields import Headers
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Request, Response, reason_of
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.via import stamped


def answer(
    request: Request,
    source: Peer,
    status: int,
    fields: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    tag: str = "",
) -> Response:
    """The response with `status`: Via, From, To, Call-ID, CSeq and Record-Route of the request, then `fields`.

    Args:
        source: where the request was observed to come from; it is written into the topmost Via.
        tag: for To, where the request has none; 100 gets none.
    """
    headers = Headers()
    first, *rest = request.vias or [""]
    try:
        headers.add("Via", str(stamped(request.via, source)))
    except Malformed:
        headers.add("Via", first)
    for value in rest:
        headers.add("Via", value)
    headers.add("From", request.headers.get("From"))
    headers.add("To", _tagged(request, tag) if status > 100 else request.headers.get("To"))
    headers.add("Call-ID", request.headers.get("Call-ID"))
    headers.add("CSeq", request.headers.get("CSeq"))
    for value in request.headers.all("Record-Route"):
        headers.add("Record-Route", value)
    for name, value in fields:
        headers.add(name, value)
    return Response(headers, body, (), status, reason_of(status))


def _tagged(request: Request, tag: str) -> str:
    """The text of To as it came, since some peers compare it letter by letter, with a tag where it has none."""
    text = request.headers.get("To")
    try:
        if not tag or request.to.tag:
            return text
    except Malformed:
        return text
    return f"{text};tag={tag}" if ">" in text else f"<{text.partition(';')[0].strip()}>;tag={tag}"
