"""Before the first request everything is loaded that stays for good, and the garbage collector walks over it no more."""

import json
import subprocess
import sys

from custodes.web.warming import templates
from tests.patience import PATIENCE

WARM = """
import gc, json
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.template import engines
from custodes.web.warming import warm_up
warm_up()
held = engines["django"].engine.template_loaders[0].get_template_cache
print(json.dumps([gc.get_freeze_count(), len(gc.get_objects()), sorted(held)]))
"""


def test_templates_of_every_app_are_among_them() -> None:
    names = set(templates())
    assert {"home.html", "base.html", "places/map.html", "upkeep/completeness.html", "people/person_list.html"} <= names


def test_what_was_loaded_is_set_aside() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WARM], capture_output=True, text=True, check=True, timeout=max(PATIENCE, 120)
    )
    aside, left, held = json.loads(done.stdout.splitlines()[-1])
    assert aside > 50 * left
    assert set(templates()) <= set(held)
