"""Which fonts a document is set in, which are there, and which characters they can show."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont, TTLibError

SONG = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "SimSun", "宋体", "STSong", "FandolSong")
"""宋体, the body; the first that is there."""
HEI = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "SimHei", "黑体", "Microsoft YaHei", "PingFang SC")
"""黑体, headings and labels."""
TIBETAN = ("Noto Serif Tibetan", "Noto Sans Tibetan", "Microsoft Himalaya", "Kailasa", "Jomolhari")
OTHERS = ("DejaVu Sans",)
"""For the rest, where it is there."""


class FontsMissing(Exception):
    """No font for Chinese is there: a document would be boxes."""

    def __init__(self) -> None:
        super().__init__(
            "no font for Chinese is installed: install fonts-noto-cjk (Debian, Ubuntu) or google-noto-serif-cjk-fonts (Fedora),"
            f" or lay one of {', '.join(SONG[:4])} into the folder of templates"
        )


class Fonts:
    """The fonts of this machine, and of one more folder.

    Args:
        folder: searched besides the system's.
    """

    def __init__(self, folder: Path | None) -> None:
        self.typst = typst.Fonts(include_embedded_fonts=False, font_paths=[folder] if folder else [])
        self._files: dict[str, tuple[str, int]] = {}
        for face in self.typst.fonts():
            if face.path and (face.family not in self._files or face.weight == 400):
                self._files[face.family] = (face.path, face.index)

    def first(self, families: Iterable[str]) -> str | None:
        """The first of `families` that is there."""
        return next((name for name in families if name in self._files), None)

    def chain(self, families: Iterable[str]) -> tuple[str, ...]:
        """Families to set a text in: the Chinese one, then Tibetan, then others.

        Raises:
            FontsMissing: no Chinese one is there.
        """
        chinese = self.first(families) or self.first((*SONG, *HEI))
        if chinese is None:
            raise FontsMissing
        more = (self.first(TIBETAN), *(name for name in OTHERS if name in self._files))
        return (chinese, *(name for name in more if name))

    def files(self, families: Iterable[str]) -> tuple[tuple[Path, int], ...]:
        """The file of each of `families` that is there, and which face of the file it is."""
        return tuple((Path(self._files[name][0]), self._files[name][1]) for name in families if name in self._files)

    def shown(self, families: Iterable[str]) -> frozenset[int]:
        """Code points that one of `families` has a picture of."""
        return frozenset().union(*(_covered(*self._files[name]) for name in families if name in self._files))


@lru_cache(maxsize=8)
def fonts(folder: Path | None) -> Fonts:
    """The fonts, looked for once a process: a font that is installed later is seen after a restart."""
    return Fonts(folder)


@lru_cache(maxsize=16)
def _covered(path: str, index: int) -> frozenset[int]:
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()
