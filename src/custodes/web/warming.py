"""What the web process loads before it answers anybody: addresses, translations, templates (decision 0178).

Each would otherwise be loaded by whoever comes first, and stay for good all the same. Loaded before, it can be set aside from the
garbage collector, whose full walk over it would hold an answer up for a tenth of a second and more, again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template.engine import Engine
from django.template.utils import get_app_template_dirs
from django.urls import reverse
from django.utils import translation

from custodes.memory import set_imports_aside

_OURS = Path(__file__).resolve().parents[1]


def warm_up() -> None:
    """Load what every process needs sooner or later, and set it aside. Call it once, before the first request."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("工作台")
            reverse("home")  # each language has its own table of addresses
    engine = Engine.get_default()
    for name in templates():
        engine.get_template(name)
    set_imports_aside()


def templates() -> Iterator[str]:
    """Names of the pages' own templates, of all apps of the house."""
    folders = (*Engine.get_default().dirs, *get_app_template_dirs("templates"))
    for folder in (Path(str(each)) for each in folders):
        if folder.is_relative_to(_OURS):
            yield from (str(found.relative_to(folder)) for found in sorted(folder.rglob("*.html")))
