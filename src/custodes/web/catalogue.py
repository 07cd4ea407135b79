"""Translations: Chinese in the source, English in the catalogue.

``python -m custodes.web.catalogue extract`` brings `locale/en/LC_MESSAGES/django.po` up to date with every string of the
project, ``compile`` writes the `.mo` that Django reads (not committed), ``check`` fails when a string has no English.
Babel does the work; Django's own `templatize` turns templates into something that Babel can read.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"

METHODS = [
    ("**/tests/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**/static/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "custodes.web.catalogue:extract_template"),
    ("**/templates/**.txt", "custodes.web.catalogue:extract_template"),
]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: Words and the punctuation that is Chinese alone: 、 and ； have their English too.
_CHINESE = re.compile(r"[\u3001\u3002\u3400-\u9fff\uff01-\uff5e]")


def extract_template(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: dict[str, Any]
) -> Iterator[tuple[int, Any, Any, list[str]]]:
    """Babel extractor for Django templates: `templatize`, then Babel's own for Python."""
    from django.utils.translation.template import templatize

    # In brackets, so that the Python tokenizer doesn't mind how the template is indented.
    source = f"({templatize(file.read().decode('utf-8'))}\n)"
    for line, message, comments, context in extract(
        "python", io.BytesIO(source.encode("utf-8")), KEYWORDS, comment_tags, options
    ):
        function = "pgettext" if context else ("ngettext" if isinstance(message, tuple) else "gettext")
        yield line, function, (context, message) if context else message, list(comments)


def template_catalogue() -> Catalog:
    """Every string of the project that is written in Chinese, with where it stands."""
    catalogue = Catalog(charset="utf-8")
    for name, line, message, comments, context in extract_from_dir(ROOT, METHODS, keywords=KEYWORDS):
        first = message[0] if isinstance(message, tuple) else message
        # What is not Chinese is a string of a library that the library itself translates.
        if first and _CHINESE.search(first):
            catalogue.add(message, None, [(f"src/custodes/{name}", line)], auto_comments=comments, context=context)
    return catalogue


def read_catalogue() -> Catalog:
    """The English catalogue as committed."""
    if not PO.exists():
        return Catalog(locale="en", project="Custodes", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def update() -> tuple[int, int]:
    """Bring the catalogue up to date; how many strings there are, and how many lack English."""
    catalogue = read_catalogue()
    catalogue.update(template_catalogue(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.header_comment = (
        "# English of Custodes. Brought up to date by `python -m custodes.web.catalogue extract`."
    )
    catalogue.fuzzy = False
    catalogue.revision_date = catalogue.creation_date
    catalogue.last_translator = catalogue.msgid_bugs_address = catalogue.language_team = "The Custodes developers"
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=140, sort_output=True, omit_header=False, include_lineno=False)
    return len(catalogue), len(untranslated(catalogue))


def untranslated(catalogue: Catalog) -> list[str]:
    """Strings without English."""
    missing = []
    for message in catalogue:
        if not message.id:
            continue
        words = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if not all(words) or message.fuzzy:
            missing.append(message.id[0] if isinstance(message.id, tuple | list) else message.id)
    return missing


def problems() -> list[str]:
    """What keeps the catalogue from being complete: strings not in it, and strings without English."""
    catalogue = read_catalogue()
    known = {(message.context, _first(message.id)) for message in catalogue if message.id}
    absent = [
        f"not in the catalogue: {_first(message.id)}"
        for message in template_catalogue()
        if message.id and (message.context, _first(message.id)) not in known
    ]
    bare = [f"without English: {text}" for text in untranslated(catalogue)]
    broken = [
        f"placeholders differ: {_first(message.id)}"
        for message in catalogue
        if message.id and message.string and _holes(_first(message.id)) != _holes(_first(message.string))
    ]
    return absent + bare + broken


def compile_catalogues() -> None:
    """Write the `.mo` when it is older than the `.po`."""
    target = PO.with_suffix(".mo")
    if not PO.exists() or (target.exists() and target.stat().st_mtime >= PO.stat().st_mtime):
        return
    buffer = io.BytesIO()
    write_mo(buffer, read_catalogue())
    new = target.with_suffix(f".mo.{os.getpid()}")  # of two that compile at once each has its own
    new.write_bytes(buffer.getvalue())
    new.replace(target)


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, tuple | list) else value)


def _holes(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", text))


def main(arguments: list[str]) -> int:
    """The command line; exit 1 when `check` finds something."""
    command = arguments[0] if arguments else ""
    if command == "extract":
        total, missing = update()
        sys.stdout.write(f"{total} strings, {missing} without English\n")
    elif command == "compile":
        compile_catalogues()
    elif command == "check":
        found = problems()
        sys.stdout.write("".join(f"{line}\n" for line in found))
        return 1 if found else 0
    else:
        sys.stderr.write("usage: python -m custodes.web.catalogue extract|compile|check\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
