"""Who listens where."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from pathlib import Path


def accepts(host: str, port: int) -> bool:
    """Whether something listens there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def accepts_unix(path: Path) -> bool:
    """Whether something listens on the Unix socket `path`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def answers(url: str) -> bool:
    """Whether an HTTP request gets a good answer; a certificate is not checked, since only readiness is asked."""
    import ssl

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with urllib.request.urlopen(url, timeout=2, context=context) as answer:  # noqa: S310 - our own address
            return bool(answer.status < 400)
    except (OSError, urllib.error.URLError):
        return False


def reachable_host(host: str) -> str:
    """Where to knock for what listens on `host`: every address includes loopback."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not listened on here
