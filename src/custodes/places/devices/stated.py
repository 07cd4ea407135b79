"""Devices that are platforms below with a side channel: known to a room above this one, which says once how to ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from custodes.video.wire.statements import StatementsAt

Source = Callable[[Sequence[str]], Mapping[str, StatementsAt]]
_source: list[Source] = []


def with_statements(source: Source) -> None:
    """Where it comes from: of the given device IDs those to which is stated who asks and why, and where."""
    _source[:] = [source]


def statements_at(ids: Sequence[str]) -> dict[str, StatementsAt]:
    """Those of these devices to which is stated who asks and why before their recordings are called for or their cameras moved."""
    return {id: at for source in _source for id, at in source(ids).items()}
