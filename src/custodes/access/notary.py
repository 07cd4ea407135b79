"""The web's line to the notary: one client for the process, safe between threads."""

from __future__ import annotations

from functools import lru_cache

from custodes.ledger.client import NotaryClient
from custodes.settings import get_settings

CALL_SECONDS = 5.0


@lru_cache(maxsize=1)
def notary() -> NotaryClient:
    """The client; calls are made outside database transactions."""
    return NotaryClient(get_settings().notary_socket_path, timeout=CALL_SECONDS)
