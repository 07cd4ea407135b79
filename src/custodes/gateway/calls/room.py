"""Whether there is room for a call. Live calls and those for recordings are counted apart: neither takes the other's room."""

from __future__ import annotations

from collections.abc import Iterable

from custodes.gateway.calls.bounds import Bounds
from custodes.gateway.calls.open_call import OpenCall, Stage


def fits(call: OpenCall, of_device: Iterable[OpenCall], in_all: int, of_node: int, to: Bounds) -> bool:
    """Whether a call may be made now.

    Args:
        of_device: all calls of its device, those that wait among them.
        in_all: calls of its kind with all devices, those that wait left out.
        of_node: INVITEs under way of its node.
    """
    there = [one for one in of_device if one.stage is not Stage.WAITING]
    if of_node >= to.of_node_at_once or sum(one.stage is Stage.INVITING for one in there) >= to.at_once:
        return False
    alike = [one for one in there if one.recorded == call.recorded]
    of_channel = sum(one.ask.channel == call.ask.channel for one in alike)
    if not call.recorded:
        return of_channel < to.of_channel and len(alike) < to.of_device and in_all < to.calls
    downloads = sum(one.ask.session == "Download" for one in alike)
    if call.ask.session == "Download" and downloads >= to.downloads_of_device:
        return False
    return of_channel < to.history_of_channel and len(alike) < to.history_of_device and in_all < to.history
