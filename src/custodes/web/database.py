"""The database of the web process, from one URL."""

from __future__ import annotations

from typing import Any

import dj_database_url


def database_config(url: str) -> dict[str, Any]:
    """Django's entry for a SQLite or PostgreSQL URL.

    SQLite: write-ahead log, every commit synced, writers wait up to 20 s for each other, and a transaction takes the
    write lock when it begins, so that two of them never deadlock half-way.
    """
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # A connection a request: SQLite connections cost little, and stale ones would hold the file open.
        config["CONN_MAX_AGE"] = 0
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
    return config
