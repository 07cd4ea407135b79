"""The check itself can fail: each planted fault is red, or named, by `tools/test.py` as a person calls it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE, until

ROOT = Path(__file__).resolve().parents[2]
DRIVER = """
import sys
from pathlib import Path

sys.path.insert(0, {tools!r})
import record
import steps
import test as check

here = Path.cwd()
check.ROOT, steps.OUTCOMES = here, here / "var/outcomes"
python = (sys.executable, "-m")
tests = (*python, "pytest", *check.QUIET, "-n", sys.argv.pop(1), "tests")
batches = (((check.Step("planted", tests, str(here), again=python, slow=1.0), *[check.Step(one, ("sh", "-c", one), str(here)) for one in sys.argv[2:]]), 1),)
check.inner, check.everything = lambda: batches, lambda *_often: batches
record._git, check.RECORD = lambda *_command, **_environment: Path("tree").read_text(), here / "var/test-all.txt"
sys.argv = [*sys.argv[:1], *sys.argv[1].split()]
sys.exit(check.main())
"""
CONFTEST = """
import os
from pathlib import Path
from tests import leftovers, outcomes

def pytest_configure(config):
    worker = hasattr(config, "workerinput")
    if worker or not config.getoption("numprocesses", None):
        config.pluginmanager.register(leftovers.Leftovers())
    if worker:
        config.pluginmanager.register(outcomes.WorkerUse())
    elif file := os.environ.get("CUSTODES_TEST_OUTCOMES"):
        config.pluginmanager.register(outcomes.Outcomes(Path(file)))
"""
ONCE = """
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_it(number):
    seen = Path(f"seen-{{number}}")
    first = not seen.exists()
    seen.touch()
    assert not first, "the first time"
"""
SLOW = """
import time
from pathlib import Path

SEEN = Path("seen").exists()
Path("seen").touch()

def test_it():
    time.sleep({seconds})
"""
ORPHAN = """
import subprocess
from pathlib import Path
from tests.patience import until

def test_it():
    pid = subprocess.run(["sh", "-c", "sleep 0.2 >&- & echo $!"], stdout=subprocess.PIPE, text=True).stdout.strip()
    until(lambda: not Path(f"/proc/{pid}").exists(), that="the orphan is gone")
"""
LEAKS = """
import subprocess, threading, time
KEPT = []

def test_quiet():
    pass

def test_leaves():
    {what}
"""


def environment(folder: Path) -> dict[str, str]:
    """Without the plugins that the planted tests have no use for: to load them takes longer than all else."""
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "-p xdist"}
    return {**os.environ, **alone, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}


def planted(folder: Path, tests: str, *more: str, workers: int = 0, option: str = "") -> subprocess.Popen[str]:
    """The check over these tests, and over these commands as steps of their own."""
    (folder / "tests").mkdir()
    (folder / "tests/conftest.py").write_text(CONFTEST)
    (folder / "tests/test_planted.py").write_text(tests)
    (folder / "driver.py").write_text(DRIVER.format(tools=str(ROOT / "tools")))
    return subprocess.Popen(
        (sys.executable, "driver.py", str(workers), option, *more),
        cwd=folder,
        env=environment(folder),
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def said(process: subprocess.Popen[str]) -> tuple[int, str]:
    """How it ended, and all that it printed."""
    output, _ = process.communicate(timeout=2 * PATIENCE)
    return process.returncode, output


NODE = "tests/test_planted.py::test_it"


@pytest.mark.parametrize(
    ("tests", "more", "code", "last"),
    [
        ("def test_it(): pass", (), 0, r"1 passed, 0 failed, 0 unsteady\n1 steps, \d+ s of work; all passed"),
        ("def test_it(): assert 1 == 2", (), 1, rf"FAILED {NODE} \(planted\)\n0 passed, 1 failed, 0 unsteady"),
        (
            ONCE.format(count=1),
            (),
            0,
            rf"unsteady {NODE}\[0\]\n1 passed, 0 failed, 1 unsteady\n2? ?1 steps, \d+ s of work; all passed",
        ),
        (ONCE.format(count=6), (), 1, r"FAILED: 6 tests are unsteady, and 5 is the most that passes\n6 passed"),
        (
            "import nothing_of_this_name\ndef test_it(): pass",
            (),
            1,
            r"FAILED tests/test_planted.py \(planted\)\n0 passed",
        ),
        (SLOW.format(seconds=1.2), (), 1, rf"FAILED {NODE}: 1\.\d s alone is too long for `make test`"),
        (
            SLOW.format(seconds="0 if SEEN else 1.2"),
            (),
            0,
            r"second look: planted: ok(.|\n)*\n1 passed, 0 failed, 0 unsteady",
        ),
        (ORPHAN, (), 0, r"1 passed, 0 failed, 0 unsteady"),
        ("def test_it(): pass", ("exit 3",), 1, r"FAILED exit 3: exit code 3\n1 passed, 0 failed"),
        ("def test_it(): pass", ("(sleep 100 &) ; exit 0",), 1, r"left behind process \d+: sleep 100"),
        (
            LEAKS.format(what="KEPT.append(subprocess.Popen(['sleep', '100']))"),
            (),
            1,
            r"FAILED tests/test_planted.py::test_leaves \(planted\)\n1 passed, 1 failed, 0 unsteady",
        ),
    ],
    ids=[
        "well",
        "broken",
        "once",
        "six once",
        "no collection",
        "slow",
        "slow once",
        "an orphan that ends",
        "a step",
        "an orphan",
        "a child",
    ],
)
def test_each_planted_fault_is_red_or_named(
    tmp_path: Path, tests: str, more: tuple[str, ...], code: int, last: str
) -> None:
    ended, output = said(planted(tmp_path, tests, *more))
    assert (ended, bool(re.search(last, output))) == (code, True), output
    assert [one.name for one in tmp_path.glob("cu-*")] == []


def test_what_failed_once_is_shown_in_full_and_has_no_second_look_where_none_is_wanted(tmp_path: Path) -> None:
    ended, output = said(planted(tmp_path, ONCE.format(count=1), option="--steady", workers=2))
    assert ended == 1
    assert f"FAILED {NODE}[0] (planted)" in output
    (tmp_path / "seen-0").unlink()
    again = subprocess.run(
        (sys.executable, "driver.py", "2", ""), cwd=tmp_path, capture_output=True, text=True, check=False,
        env=environment(tmp_path),
    )  # fmt: skip
    assert again.returncode == 0, again.stdout
    head, _, tail = again.stdout.partition(f"=== unsteady: {NODE}[0] failed once, and passed once. The first time:")
    assert "the first time" in tail.partition("=== Steps")[0]
    assert "gw0: " in tail, "what a worker used up"
    assert head


def test_interrupted_it_ends_what_runs_and_a_second_run_beside_it_is_refused(tmp_path: Path) -> None:
    running = planted(tmp_path, "import time\ndef test_it():\n    open('begun', 'w').close()\n    time.sleep(100)")
    until((tmp_path / "begun").exists, "the first run begins")
    beside = subprocess.run(
        (sys.executable, "driver.py", "0", ""), cwd=tmp_path, capture_output=True, text=True, check=False,
        env=environment(tmp_path),
    )  # fmt: skip
    assert beside.returncode == 2
    assert f"another run is under way in this checkout (process {running.pid}" in beside.stderr
    running.send_signal(signal.SIGINT)
    ended, output = said(running)
    assert (ended, "interrupted: ending what runs" in output) == (130, True), output
    assert [one.name for one in tmp_path.glob("cu-*")] == []


def test_everything_is_on_record_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    (tmp_path / "tree").write_text("1")
    steps = ("test -e mended", "exit 0")
    ended, output = said(planted(tmp_path, "def test_it(): pass", *steps, option="--all"))
    assert (ended, "var/test-all.txt: FAILED: test -e mended\n" in output) == (1, True), output
    record = tmp_path / "var/test-all.txt"
    before = record.read_text().splitlines()
    told = "\n".join(before)
    assert re.fullmatch(
        r"commit 1\ntree 1\nPython .*\nbegun .*\n +\d+ s  planted: ok, 1 passed\n +\d+ s  test -e mended: FAILED\n"
        r" +\d+ s  exit 0: ok\nFAILED: test -e mended",
        told,
    ), told

    def again(option: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (sys.executable, "driver.py", "0", option, *steps), cwd=tmp_path, capture_output=True, text=True,
            check=False, env=environment(tmp_path),
        )  # fmt: skip

    (tmp_path / "mended").touch()
    assert again("--all --from mended").returncode == 0
    after = record.read_text().splitlines()
    assert after[:5] == before[:5], "what stood is kept"
    assert (after[5].endswith(": ok"), after[-1]) == (True, "all passed")
    assert "no step is called that; there are: planted, test -e mended, exit 0" in again("--all --from nothing").stderr
    (tmp_path / "tree").write_text("2")
    refused = again("--all --from mended")
    assert (refused.returncode, "tells of no run of this tree" in refused.stderr) == (2, True)
    assert again("--all exit").returncode == 0
    assert record.read_text().splitlines()[-1] == "not run yet: planted, test -e mended"
