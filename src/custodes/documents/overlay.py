"""The templates of one rendering: the built-in ones, with those of a folder laid over them by name."""

from __future__ import annotations

import re
from pathlib import Path

BUILT_IN = Path(__file__).parent / "templates"
LARGEST_FILE = 5_000_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KINDS = frozenset({".typ", ".svg", ".png", ".jpg", ".jpeg"})
_PACKAGE = re.compile(r"\b(?:import|include)\b\s*(?P<what>\"[^\"]*\"|[^\n]*)")
_LOCAL = re.compile(r"\"[A-Za-z0-9][A-Za-z0-9._-]*\"")
_CLOSED = re.compile(r"\b(?:eval|std|plugin)\b")


class TemplateError(Exception):
    """A template can't be used.

    Attributes:
        file: the template, in the folder where a person finds it.
        line: counted from 1; 0 where it is about the whole file.
    """

    def __init__(self, file: Path, line: int, why: str) -> None:
        self.file, self.line, self.why = file, line, why
        super().__init__(f"{file}:{line}: {why}" if line else f"{file}: {why}")


def gathered(folder: Path | None) -> dict[str, Path]:
    """Name → file: the built-in templates, and over them what lies in `folder` (templates and pictures, no subfolders).

    Raises:
        TemplateError: `folder` is none, or something in it can't be used.
    """
    files = {path.name: path for path in sorted(BUILT_IN.glob("*.typ"))}
    if folder is None:
        return files
    if not folder.is_dir():
        raise TemplateError(folder, 0, "there is no such folder of templates")
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in _KINDS or not _NAME.fullmatch(path.name):
            continue
        if path.is_symlink() or not path.is_file():
            raise TemplateError(path, 0, "a template has to be a file of its own, no link")
        if path.stat().st_size > LARGEST_FILE:
            raise TemplateError(path, 0, f"larger than {LARGEST_FILE} bytes")
        if path.suffix == ".typ":
            _screen(path)
        files[path.name] = path
    return files


def _screen(path: Path) -> None:
    """A template reaches its own folder and nothing else: Typst would fetch a package from the network by itself."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(path, 0, f"can't be read: {error}") from error
    for line, words in enumerate(text.splitlines(), start=1):
        for found in _PACKAGE.finditer(words):
            if not _LOCAL.fullmatch(found["what"].strip()):
                raise TemplateError(
                    path, line, 'only files of its own folder are imported, by name: import "common.typ"'
                )
        if closed := _CLOSED.search(words):
            raise TemplateError(path, line, f"{closed[0]} is not open to templates")
