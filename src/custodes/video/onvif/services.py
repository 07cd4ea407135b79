"""Which services a device has and where: GetServices, and GetCapabilities of older devices (ONVIF Core §8.1.2)."""

from __future__ import annotations

from collections.abc import Mapping

from custodes.video.onvif.client import DEVICE_PATH, OnvifClient, OnvifFailure, path_of
from custodes.video.onvif.xml import every, text

_DEVICE = 'xmlns="http://www.onvif.org/ver10/device/wsdl"'
_NAMES = {
    "http://www.onvif.org/ver10/media/wsdl": "media",
    "http://www.onvif.org/ver20/ptz/wsdl": "ptz",
    "http://www.onvif.org/ver20/imaging/wsdl": "imaging",
}
_CAPABILITIES = {"Media": "media", "PTZ": "ptz", "Imaging": "imaging"}


async def services_of(client: OnvifClient) -> Mapping[str, str]:
    """Paths by name (``media``, ``ptz``, ``imaging``); what the device does not have is not in it.

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
    if found.keys() >= set(_NAMES.values()):
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
