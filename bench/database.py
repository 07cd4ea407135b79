"""The PostgreSQL that a bench measures on."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.postgres import cluster

MIGRATED = "CUSTODES_BENCH_DATABASE"
"""URL of a database that is migrated and stays as it is: each bench begins with a copy of it (`tests/bench`)."""


@contextmanager
def database() -> Iterator[str]:
    """URL of an empty database for `CUSTODES_DATABASE_URL`: of a throwaway cluster, or a copy of the one that `MIGRATED` names."""
    template = os.environ.get(MIGRATED)
    if template is None:
        with cluster() as url:
            yield url
        return
    parts = urlsplit(template)
    name = f"bench_{uuid.uuid4().hex}"
    with psycopg.connect(urlunsplit(parts._replace(path="/template1")), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{parts.path.removeprefix("/")}"')
        yield urlunsplit(parts._replace(path=f"/{name}"))
