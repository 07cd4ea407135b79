"""What was spoken through a simulated device, in a file for each speech: for tests and for whoever wants to hear how it sounds there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from custodes.gb28181.device.speech import Ear


@dataclass
class Heard:
    """Writes the last seconds of each speech, without its pauses, once it is over: ``ID-1.al``, A-law at 8,000 a second.

    Attributes:
        folder: of the files, made where it is not there; device: whose ID they have.
    """

    folder: Path
    device: str

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def __call__(self, ear: Ear) -> None:
        """A speech is over: its file, whole from the moment that it has its name. Of one of which nothing came there is none.

        Raises:
            OSError: it can't be written.
        """
        if not ear.packets:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.device}-{next(self._numbers)}.al"
        begun = path.with_suffix(".part")
        begun.write_bytes(ear.said)
        os.replace(begun, path)
