"""How each assigned device stands, and what of it the web does not know yet. In memory alone; a keepalive changes nothing here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog

from custodes.gateway.plain import plain
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange
from custodes.keyfile import write_private
from custodes.video.wire.devices import DeviceState, Standing

log = structlog.get_logger(__name__)

SEEN = "seen.json"


_WHY = {"withdrawn": "unregistered"}
"""What the registrar calls otherwise than the wire."""


@dataclass(slots=True)
class _Row:
    standing: Standing
    since_us: int
    version: int
    why: str = ""
    address: str = ""
    transport: str = ""
    edition: str = ""
    maker: str = ""
    model: str = ""
    firmware: str = ""
    channels: int | None = None


class DeviceStates:
    """All assigned devices.

    Args:
        seen: devices that have registered ever, before this start too; grows here.
        wall_us: microseconds UTC.
    """

    def __init__(self, registrar: Registrar, seen: set[str], wall_us: Callable[[], int]) -> None:
        self.seen = seen
        self._registrar = registrar
        self._wall_us = wall_us
        self._rows: dict[str, _Row] = {}
        self._changed: dict[str, None] = {}
        self._version = 0

    def __len__(self) -> int:
        return len(self._rows)

    def align(self, devices: Iterable[str]) -> None:
        """These are assigned: others are forgotten. Whoever registered before we started is offline until it registers again."""
        assigned = set(devices)
        for id in self._rows.keys() - assigned:
            del self._rows[id]
            self._changed.pop(id, None)
        self.seen &= assigned
        for id in assigned - self._rows.keys():
            known = id in self.seen
            self._rows[id] = _Row("offline" if known else "never", self._wall_us(), 0, "restarted" if known else "")
            self._touch(id)

    def take_in(self, change: RegistrationChange) -> None:
        """What became of a registration."""
        row = self._rows.get(change.id)
        if row is None or change.what == "refreshed":
            return
        if change.what in ("offline", "gone"):
            why = _WHY.get(change.why, change.why)
            if (row.standing, row.why) != ("offline", why):
                self._stand(row, "offline", why)
                self._touch(change.id)
            return
        self.seen.add(change.id)
        if row.standing != "online":
            self._stand(row, "online", "")
        found = self._registrar.find(change.id)
        if found is not None:
            row.address, row.transport = found.peer.written, found.peer.carrier.lower()
            row.edition = found.edition.wire if found.states_edition else ""
        self._touch(change.id)

    def described(self, id: str, maker: str, model: str, firmware: str) -> None:
        """A device said what it is."""
        row = self._rows.get(id)
        said = (plain(maker), plain(model), plain(firmware))
        if row is not None and (row.maker, row.model, row.firmware) != said:
            row.maker, row.model, row.firmware = said
            self._touch(id)

    def counted(self, id: str, channels: int) -> None:
        """So many entries has its catalogue."""
        row = self._rows.get(id)
        if row is not None and row.channels != channels:
            row.channels = channels
            self._touch(id)

    def changed(self, whole: bool) -> list[tuple[DeviceState, int]]:
        """Devices that changed since `told`, or all, each with the version that `told` is to be given."""
        return [(_told(id, self._rows[id]), self._rows[id].version) for id in (self._rows if whole else self._changed)]

    def told(self, states: Iterable[tuple[DeviceState, int]]) -> None:
        """These arrived; what changed since is told again."""
        for state, version in states:
            row = self._rows.get(state.device)
            if row is not None and row.version == version:
                self._changed.pop(state.device, None)

    def _stand(self, row: _Row, standing: Standing, why: str) -> None:
        # The web passes over what is older than what it knows: of a clock that was set back the next change is later all the same.
        row.standing, row.why, row.since_us = standing, why, max(self._wall_us(), row.since_us + 1)

    def _touch(self, id: str) -> None:
        self._version += 1
        self._rows[id].version = self._version
        self._changed[id] = None


def _told(id: str, row: _Row) -> DeviceState:
    return DeviceState(
        device=id,
        standing=row.standing,
        since_us=row.since_us,
        address=row.address,
        transport="tcp" if row.transport == "tcp" else "udp" if row.transport else "",
        edition=row.edition,
        why=row.why,
        maker=row.maker,
        model=row.model,
        firmware=row.firmware,
        channels=row.channels,
    )


def save_seen(folder: Path, devices: set[str]) -> None:
    """Remember who has registered ever: after a restart these count as offline, not as never heard.

    Raises:
        OSError: it could not be written.
    """
    write_private(folder / SEEN, json.dumps(sorted(devices)).encode())


def load_seen(folder: Path) -> set[str]:
    """Who has registered ever; nobody where it can't be read."""
    try:
        found = json.loads((folder / SEEN).read_bytes())
    except FileNotFoundError:
        return set()
    except (OSError, ValueError) as error:
        log.error("seen.unreadable", path=SEEN, why=type(error).__name__)
        return set()
    return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()
