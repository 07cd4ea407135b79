#!/usr/bin/python3
"""Whether one process of the container does its work: `custodes-healthy notary|web|node`; 0 when it does.

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
    port, path = {
        "web": (os.environ.get("CUSTODES_WEB_PORT", "8000"), "/health/"),
        "node": (os.environ.get("CUSTODES_NODE_PORT", "8100"), "/healthz"),
    }[process]
    trust = ssl.create_default_context(cafile=f"{DATA}/keys/public/ca.pem")
    urllib.request.urlopen(f"https://localhost:{port}{path}", timeout=5, context=trust)


if __name__ == "__main__":
    main(sys.argv[1])
