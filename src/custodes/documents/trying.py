"""Whether documents can be printed here: fonts, and every template once as an empty form."""

from __future__ import annotations

from pathlib import Path

from custodes.documents.fonts import HEI, SONG, TIBETAN, fonts
from custodes.documents.forms.blank import BLANK
from custodes.documents.provenance import Provenance
from custodes.documents.rendering import render


def families(templates: Path | None) -> tuple[str, str, str | None]:
    """The families that texts, headings and Tibetan are set in here; None where there is none for Tibetan.

    Raises:
        FontsMissing: there is none for Chinese.
    """
    there = fonts(templates)
    return there.chain(SONG)[0], there.chain(HEI)[0], there.first(TIBETAN)


def try_all(templates: Path | None) -> int:
    """Print every document once as an empty form; one of them where only the built-in templates are there.

    Returns:
        How many kinds there are.

    Raises:
        TemplateError, FontsMissing: as `render`.
    """
    nowhere = Provenance("", "", None, None)
    for document in BLANK if templates else BLANK[:1]:
        render(document, templates=templates, provenance=nowhere)
    return len(BLANK)
