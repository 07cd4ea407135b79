"""The register's own line to the notary, for the few steps that have to stand in the log before they are taken."""

from __future__ import annotations

from functools import lru_cache

from custodes.ledger.client import NotaryClient
from custodes.settings import get_settings

CALL_SECONDS = 5.0


@lru_cache(maxsize=1)
def notary() -> NotaryClient:
    """The client, safe between threads; calls are made outside database transactions."""
    return NotaryClient(get_settings().notary_socket_path, timeout=CALL_SECONDS)
