"""SOAP 1.2 calls to one device (ONVIF Core §5), all to the one address that was checked, whatever the device says.

Who sends one says a WS-Security UsernameToken with a digest (OASIS UsernameToken Profile 1.0 §3.1). Which services there are, and where,
says GetServices, of older devices GetCapabilities (ONVIF Core §8.1.2).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import httpx

from custodes.video.onvif.xml import MAX_BYTES, BadXml, every, first, local, parse, text
from custodes.video.source.address import SourceAddress

_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
_BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"


def username_token(username: str, password: str, nonce: bytes, created: datetime) -> str:
    """The header block: digest = Base64(SHA-1(nonce + created + password)).

    Args:
        nonce: 16 random bytes, each used once.
        created: UTC by the device's clock, so that a device whose clock is wrong takes it all the same.
    """
    stamp = created.strftime("%Y-%m-%dT%H:%M:%S.") + f"{created.microsecond // 1000:03d}Z"
    # SHA-1 is the profile's own; the digest lives for one request.
    digest = hashlib.sha1(nonce + stamp.encode() + password.encode(), usedforsecurity=False).digest()
    return (
        f'<Security s:mustUnderstand="1" xmlns="{_WSSE}"><UsernameToken>'
        f"<Username>{escape(username)}</Username>"
        f'<Password Type="{_DIGEST}">{base64.b64encode(digest).decode()}</Password>'
        f'<Nonce EncodingType="{_BASE64}">{base64.b64encode(nonce).decode()}</Nonce>'
        f'<Created xmlns="{_WSU}">{stamp}</Created>'
        "</UsernameToken></Security>"
    )


CALL_SECONDS = 5.0
DEVICE_PATH = "/onvif/device_service"
"""Where every device has its device service (ONVIF Core §5.1.1)."""

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody."""

_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
    "<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)


class OnvifFailure(Exception):
    """A call that did not succeed.

    Attributes:
        kind: ``refused``, ``timeout``, ``password``, ``path``, ``protocol``, as of a probe.
        detail: one plain sentence for people; it repeats nothing that the device sent.
    """

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


@dataclass
class OnvifClient:
    """Calls to one device.

    Attributes:
        target: the checked address; nothing else is ever connected to.
        host: as the person gave it; devices behind a name want it in ``Host``.
        clock_offset: what the device's clock is ahead of ours.
    """

    target: SourceAddress
    host: str
    username: str = ""
    password: str = field(default="", repr=False)
    seconds: float = CALL_SECONDS
    clock_offset: timedelta = timedelta(0)

    async def call(self, path: str, body: str, *, signed: bool = True) -> Element:
        """Send one request; the first element of the answer's body.

        Args:
            path: of the service, as `path_of` gives it.
            body: the request's element, with its namespaces.
            signed: with the login, where there is one.

        Raises:
            OnvifFailure: no answer, or not a good one.
        """
        header = ""
        login = signed and bool(self.username)
        if login:
            now = datetime.now(UTC) + self.clock_offset
            header = username_token(self.username, self.password, secrets.token_bytes(16), now)
        content = _ENVELOPE.format(header=header, body=body).encode()
        try:
            async with asyncio.timeout(self.seconds):
                status, data = await self._post(path, content, login)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise OnvifFailure("timeout", f"the device did not answer within {self.seconds:g} s") from error
        except httpx.ConnectError as error:
            raise OnvifFailure("refused", "the device refuses the connection") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise OnvifFailure("protocol", f"the device's answer is no HTTP: {type(error).__name__}") from error
        return _answer(status, data)

    async def _post(self, path: str, content: bytes, login: bool) -> tuple[int, bytes]:
        # Basic would hand the password to whoever answers: digest or nothing.
        auth = httpx.DigestAuth(self.username, self.password) if login else None
        headers = {
            "Host": _bracketed(self.host) + ("" if self.target.port == 80 else f":{self.target.port}"),
            "Content-Type": "application/soap+xml; charset=utf-8",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        url = f"http://{_bracketed(self.target.address)}:{self.target.port}{path}"
        async with (
            # Plain HTTP alone is spoken here, so that no list of authorities has to be loaded for each call.
            httpx.AsyncClient(verify=_NO_TLS, timeout=self.seconds, trust_env=False, follow_redirects=False) as client,
            _streamed(client, url, content, headers, auth) as response,
        ):
            parts, size = [], 0
            async for part in response.aiter_raw():
                size += len(part)
                if size > MAX_BYTES:
                    raise OnvifFailure("protocol", "the device's answer is too large")
                parts.append(part)
            if response.headers.get("content-encoding", "identity") != "identity":
                raise OnvifFailure("protocol", "the device's answer is compressed, which was not asked for")
            return response.status_code, b"".join(parts)


@asynccontextmanager
async def _streamed(
    client: httpx.AsyncClient, url: str, content: bytes, headers: dict[str, str], auth: httpx.Auth | None
) -> AsyncIterator[httpx.Response]:
    async with client.stream("POST", url, content=content, headers=headers, auth=auth) as response:
        yield response


def _answer(status: int, data: bytes) -> Element:
    if 300 <= status < 400:
        raise OnvifFailure("protocol", "the device sends the request elsewhere, which is not followed")
    if status in (401, 403):
        raise OnvifFailure("password", "the device refuses the login")
    if status in (404, 405, 501):
        raise OnvifFailure("path", "there is no ONVIF service at this address")
    try:
        root = parse(data)
    except BadXml as error:
        raise OnvifFailure("protocol", str(error)) from error
    body = first(root, "Body")
    if local(root) != "Envelope" or body is None or len(body) == 0:
        raise OnvifFailure("protocol", "the answer is no SOAP message")
    fault = first(body, "Fault")
    if fault is not None:
        codes = " ".join(text(value) for value in fault.iter() if local(value) in ("Value", "Text", "faultcode"))
        if "NotAuthorized" in codes or "FailedAuthentication" in codes or "not authorized" in codes.casefold():
            raise OnvifFailure("password", "the device refuses the login")
        raise OnvifFailure("protocol", "the device can't do what was asked")
    if status != 200:
        raise OnvifFailure("protocol", f"the device answered with HTTP status {status}")
    return body[0]


def path_of(xaddr: str) -> str:
    """The path of a service's address. Its host is not used: calls go where the device service is.

    Raises:
        ValueError: no address.
    """
    parts = urlsplit(xaddr)
    path = parts.path or "/"
    if not path.startswith("/") or any(ord(char) <= 0x20 or ord(char) > 0x7E for char in path + parts.query):
        raise ValueError("no path")
    return f"{path}?{parts.query}" if parts.query else path


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


_DEVICE = 'xmlns="http://www.onvif.org/ver10/device/wsdl"'
MEDIA1 = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
_NAMES = {
    MEDIA1: "media",
    MEDIA2: "media2",
    "http://www.onvif.org/ver20/ptz/wsdl": "ptz",
    "http://www.onvif.org/ver20/imaging/wsdl": "imaging",
    "http://www.onvif.org/ver10/events/wsdl": "events",
}
_CAPABILITIES = {"Media": "media", "PTZ": "ptz", "Imaging": "imaging", "Events": "events"}
"""Elements of GetCapabilities, which knows no Media 2."""


async def services_of(client: OnvifClient) -> Mapping[str, str]:
    """Paths by name (``media``, ``media2``, ``ptz``, ``imaging``, ``events``); what the device does not have is not in it.

    Both questions are asked: there are devices that answer the first with less than the second.

    Raises:
        OnvifFailure: it answers neither.
    """
    found: dict[str, str] = {}
    failed: OnvifFailure | None = None
    try:
        answer = await client.call(
            DEVICE_PATH, f"<GetServices {_DEVICE}><IncludeCapability>false</IncludeCapability></GetServices>"
        )
        for service in list(every(answer, "Service"))[:50]:
            name = _NAMES.get(text(service, "Namespace").rstrip("/"))
            if name:
                _take(found, name, text(service, "XAddr"))
    except OnvifFailure as error:
        if error.kind in ("refused", "timeout", "password"):
            raise
        failed = error
    if found.keys() >= set(_CAPABILITIES.values()):
        return found
    try:
        answer = await client.call(
            DEVICE_PATH, f"<GetCapabilities {_DEVICE}><Category>All</Category></GetCapabilities>"
        )
    except OnvifFailure:
        if failed is not None:
            raise failed from None
        return found
    for element, name in _CAPABILITIES.items():
        _take(found, name, text(answer, element, "XAddr"))
    return found


def _take(found: dict[str, str], name: str, address: str) -> None:
    if not address or name in found:
        return
    try:
        found[name] = path_of(address)
    except ValueError:
        return
