"""Sentences for people about calls that came to nothing; none repeats what a device sent."""

from __future__ import annotations

_STATUS = {
    400: "the device does not understand the call",
    401: "the device asks for a login before it takes calls",
    403: "the device does not take calls from this gateway; look at its platform settings",
    404: "the device has no such channel",
    408: "the device's channel did not answer it",
    415: "the device offers no stream of this kind",
    480: "the channel is offline in its device",
    481: "the device does not know the call",
    486: "the device sends as many streams as it can",
    488: "the device can't send the stream that was asked for",
    500: "the device failed",
    503: "the device has no room now",
}


def refusal(status: int) -> str:
    """Why a device refused, as far as its status says."""
    return _STATUS.get(status, "the device refused the call") + f" (SIP {status})"


def away(what: str) -> str:
    """Why a device can't be spoken with: it restarted, fell silent, or is gone."""
    return "the device has just restarted" if what == "restarted" else "the device is not registered any more"
