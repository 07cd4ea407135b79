"""Settings under which the tests run: an installation of their own in a temporary folder, with quick password hashes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="custodes-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
#: Variables that are the tests' own: how much they try, where they find a browser, which database they run on.
_OWN = ("CUSTODES_TEST_", "CUSTODES_CHAOS_")
for _name in [name for name in os.environ if name.startswith("CUSTODES_") and name != "CUSTODES_DATABASE_URL"]:
    if not _name.startswith(_OWN):
        del os.environ[_name]
os.environ["CUSTODES_DATA"] = _folder

from custodes.web.settings import *  # noqa: E402, F403
from custodes.web.settings import DATABASES, DJANGO_VITE  # noqa: E402

SECRET_KEY = "only-for-tests-" + "x" * 40
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: tests of races use several connections. Nothing here needs to survive a power cut.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder) / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"

# Python tests need no front-end build: pages name the development server's files.
DJANGO_VITE["default"]["dev_mode"] = True
