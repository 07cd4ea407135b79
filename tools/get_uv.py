"""Bring uv into var/tools when the machine has none: by pip, else as a wheel whose hash is pinned here.

Standard library only, since nothing else is installed yet. Prints the path of a working uv.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import shutil
import stat
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

VERSION = "0.13.9"
WHEELS = {
    "x86_64": "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    "aarch64": "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
}
TOOLS = Path(__file__).resolve().parent.parent / "var" / "tools"


def from_path() -> Path | None:
    """A uv that the machine already has, here or on the PATH."""
    own = TOOLS / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    return Path(found) if found and _works(found) else None


def by_pip() -> Path | None:
    """Install the pinned version with pip into var/tools; None where there is no pip."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(TOOLS), "--upgrade", f"uv=={VERSION}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    uv = TOOLS / "bin" / "uv"
    return uv if done.returncode == 0 and _works(str(uv)) else None


def by_wheel() -> Path:
    """Fetch the wheel for this machine, check its hash, unpack its program."""
    machine = platform.machine()
    if machine not in WHEELS:
        sys.exit(f"No uv wheel is pinned for {machine}. Install uv by hand, then run make again.")
    index = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple"
    request = urllib.request.Request(
        f"{index.rstrip('/')}/uv/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    url = next((item["url"] for item in files if item["hashes"].get("sha256") == WHEELS[machine]), None)
    if url is None:
        sys.exit("The package index does not offer the pinned uv wheel. Install uv by hand, then run make again.")
    with urllib.request.urlopen(url, timeout=300) as answer:
        wheel = answer.read()
    if hashlib.sha256(wheel).hexdigest() != WHEELS[machine]:
        sys.exit("The uv wheel that was fetched does not have the pinned hash; it was thrown away.")
    target = TOOLS / "bin" / "uv"
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        name = next(entry for entry in archive.namelist() if entry.endswith(".data/scripts/uv"))
        target.write_bytes(archive.read(name))
    target.chmod(target.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return target


def _works(uv: str) -> bool:
    try:
        return subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.stdout.write(f"{from_path() or by_pip() or by_wheel()}\n")
