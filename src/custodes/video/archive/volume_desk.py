"""What a person decides about volumes, while the worker runs: the index, its record, and what is written to from now on.

The rules are `adoption.py`'s, the same as of the commands; here they are for one running index, and the volumes in memory
follow in the same call. Calls come from one thread at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from custodes.video.archive.adoption import Decision, adopt, drain, retire
from custodes.video.archive.index import Index, note_fact
from custodes.video.archive.volume import Volume, VolumeConfig
from custodes.video.wire.volumes import Outcome


class VolumeDesk:
    """The volumes of one running archive.

    Args:
        index: of the worker.
        volumes: gives the volumes by row, as they are now.
        put: makes one known; readers and the writer see it from then on.
        terms: cap, reserve and sharers that an added volume gets; its path is of no account.
    """

    def __init__(
        self,
        index: Index,
        volumes: Callable[[], Mapping[int, Volume]],
        put: Callable[[Volume], None],
        terms: VolumeConfig,
    ) -> None:
        self._index = index
        self._volumes = volumes
        self._put = put
        self._terms = terms

    def adopt(self, path: Path, decision: Decision) -> Volume:
        """Use what is at `path` as a volume from now on, in place of whatever was there (`adoption.adopt`).

        Raises:
            Undecidable: nothing was changed.
        """
        identity = adopt([self._index], path, decision)
        return self._take_up(identity, str(path.absolute()))

    def drain(self, identity: str, decision: Decision) -> None:
        """Write nothing more to a volume; the files that are open now are finished (`adoption.drain`).

        Raises:
            Undecidable: nothing was changed.
        """
        drain([self._index], identity, decision)
        volume = self._find(identity)
        volume.draining, volume.configured = True, False

    def retire(self, identity: str, decision: Decision) -> None:
        """Take a drained volume out (`adoption.retire`).

        Raises:
            Undecidable: nothing was changed.
        """
        retire([self._index], identity, decision)
        self._find(identity).out = True

    def followed(self, order: str) -> Outcome | None:
        """What became of an order here; None when it has not been carried out."""
        fact = self._index.fact(f"order:{order}")
        return None if fact is None else Outcome(fact)

    def note(self, order: str, outcome: Outcome) -> None:
        """Remember what became of an order: it is not carried out a second time."""
        with self._index.transaction() as cursor:
            note_fact(cursor, f"order:{order}", int(outcome))

    def config_of(self, path: Path, identity: str) -> VolumeConfig:
        """How an added volume may be used."""
        return replace(self._terms, path=path, identity=identity)

    def _take_up(self, identity: str, path: str) -> Volume:
        row, used = self._index.row("SELECT id, bytes FROM volumes WHERE uuid = ?", (identity,))
        config = self.config_of(Path(path), identity)
        for other in self._volumes().values():
            if str(other.path.absolute()) == path and other.identity != identity:
                other.configured, other.replaced = False, True
        known = self._volumes().get(row)
        if known is None:
            volume = Volume(row, identity, config, used)
        else:
            volume = known
            volume.config = config
            volume.configured, volume.draining, volume.out, volume.replaced = True, False, False, False
        volume.present()
        self._put(volume)
        return volume

    def _find(self, identity: str) -> Volume:
        return next(volume for volume in self._volumes().values() if volume.identity == identity)
