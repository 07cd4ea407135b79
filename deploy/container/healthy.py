#!/usr/bin/python3
"""Whether one process of the container does its work: `custodes-healthy notary|web|node|gateway|witness`; 0 when it does.

A file of its own: a program inside `test:` of compose.yaml is quoted differently by every program that reads it.
"""

import os
import socket
import ssl
import sys
import urllib.request

DATA = os.environ.get("CUSTODES_DATA", "/var/lib/custodes")


def main(process: str) -> None:
    """Connect, or ask; raises when there is no good answer."""
    if process == "notary":
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(3)
            line.connect(f"{DATA}/notary/notary.sock")
        return
    if process == "witness":
        # It answers nobody whose certificate it was not given: that it listens is all that can be asked.
        host = os.environ.get("CUSTODES_WITNESS_HOST", "127.0.0.1")
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked, not bound
        socket.create_connection((host, int(os.environ.get("CUSTODES_WITNESS_PORT", "8300"))), timeout=3).close()
        return
    if process == "gateway" and not os.path.exists(f"{DATA}/keys/public/tls-gateway.pem"):
        # Without a certificate it listens on loopback alone.
        urllib.request.urlopen(f"http://127.0.0.1:{os.environ.get('CUSTODES_GATEWAY_PORT', '8090')}/healthz", timeout=5)
        return
    port, path = {
        "web": (os.environ.get("CUSTODES_WEB_PORT", "8000"), "/health/"),
        "node": (os.environ.get("CUSTODES_NODE_PORT", "8100"), "/healthz"),
        "gateway": (os.environ.get("CUSTODES_GATEWAY_PORT", "8090"), "/healthz"),
    }[process]
    trust = ssl.create_default_context(cafile=f"{DATA}/keys/public/ca.pem")
    urllib.request.urlopen(f"https://localhost:{port}{path}", timeout=5, context=trust)


if __name__ == "__main__":
    main(sys.argv[1])
