"""Run a command against a throwaway PostgreSQL cluster: ``python -m tests.postgres -- pytest -q``.

The cluster lives in a temporary folder, listens on a Unix socket only, and is gone afterwards. PostgreSQL refuses to run
as root, so root hands it to an unprivileged user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path

#: Users that PostgreSQL may run as when we are root, in the order we would rather have them.
UNPRIVILEGED = ("postgres", "nobody")


class NoPostgres(Exception):
    """PostgreSQL is not installed."""


def _program(name: str) -> str:
    found = shutil.which(name)
    places = [found] if found else sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)
    if not places:
        raise NoPostgres(f"{name} is missing: apt-get install postgresql")
    return os.path.realpath(places[0]) if "/usr/lib/postgresql/" in os.path.realpath(places[0]) else places[0]


def _user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("PostgreSQL does not run as root, and there is no user postgres or nobody")


@contextmanager
def cluster() -> Iterator[str]:
    """A running cluster; yields the URL of its database for `CUSTODES_DATABASE_URL`."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="custodes-pg-"))
    data, log = folder / "data", folder / "log"
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)

    def run(*command: str) -> None:
        # Never a pipe: the server would keep its end open and the wait would have none.
        with (folder / "output").open("wb") as output:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                check=False,
            )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{(folder / 'output').read_text(errors='replace')}")

    try:
        run(
            initdb,
            "--pgdata",
            str(data),
            "--auth",
            "trust",
            "--username",
            "custodes",
            "--encoding",
            "UTF8",
            "--no-sync",
            "--locale",
            "C.UTF-8",
        )
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c full_page_writes=off"
        run(pg_ctl, "--pgdata", str(data), "--wait", "--log", str(log), "--options", options, "start")
        try:
            yield f"postgresql://custodes@/postgres?host={folder}"
        finally:
            run(pg_ctl, "--pgdata", str(data), "--wait", "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Run the command after ``--`` with `CUSTODES_DATABASE_URL` set; its exit code, or 3 without PostgreSQL."""
    command = arguments[arguments.index("--") + 1 :] if "--" in arguments else arguments
    if not command:
        sys.stderr.write("usage: python -m tests.postgres -- COMMAND …\n")
        return 2
    try:
        with cluster() as url:
            return subprocess.run(command, env={**os.environ, "CUSTODES_DATABASE_URL": url}, check=False).returncode
    except NoPostgres as error:
        sys.stderr.write(f"{error}\n")
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
