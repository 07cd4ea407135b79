"""The fleet starts processes in order, brings back what ends, and stops in reverse order."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from custodes.commands.fleet import Fleet, FleetError, FleetProcess, own_environment, watch
from custodes.commands.up import run_fleet
from tests.patience import PATIENCE, until

CHILD = textwrap.dedent("""
    import os, signal, sys, time
    name, journal = sys.argv[1], sys.argv[2]
    def note(word):
        with open(journal, "a") as file:
            file.write(f"{name} {word} {os.getpid()}\\n")
    def stop(*_):
        note("stopped")
        sys.exit(0)
    signal.signal(signal.SIGTERM, stop)
    note("started")
    if len(sys.argv) > 3:
        sys.exit(int(sys.argv[3]))
    while True:
        signal.pause()
""")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal"
    path.touch()
    return path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def fleet(tmp_path: Path, said: list[str]) -> Fleet:
    return Fleet(tmp_path / "log", own_environment(), said.append, program=(sys.executable, "-c", CHILD))


def member(name: str, journal: Path, *more: str) -> FleetProcess:
    return FleetProcess(
        name, (name, str(journal), *more), lambda: f"{name} started" in journal.read_text(), ready_seconds=PATIENCE
    )


def test_members_start_in_order_and_stop_in_reverse(fleet: Fleet, journal: Path) -> None:
    fleet.start(member("notary", journal))
    fleet.start(member("node", journal))
    fleet.stop()
    words = [" ".join(line.split()[:2]) for line in journal.read_text().splitlines()]
    assert words == ["notary started", "node started", "node stopped", "notary stopped"]


def test_simulated_ones_that_were_begun_one_after_another_end_together(
    fleet: Fleet, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the demo's devices waits for seconds until it has left the platform."""
    order: list[str] = []
    members = [member(name, journal) for name in ("node", "recorder", "car")]
    for one in members[1:]:
        one.simulated = True
    for one in members:
        fleet.start(one)
        process = one.process
        assert process is not None
        tell, wait = process.send_signal, process.wait

        def told(number: int, *, name: str = one.name, tell: Callable[[int], None] = tell) -> None:
            order.append(f"{name} told")
            tell(number)

        def waited(timeout: float | None = None, *, name: str = one.name, wait: Callable[..., int] = wait) -> int:
            order.append(f"{name} waited for")
            return wait(timeout)

        monkeypatch.setattr(process, "send_signal", told)
        monkeypatch.setattr(process, "wait", waited)
    fleet.stop()
    assert order == [
        "car told",
        "recorder told",
        "car waited for",
        "recorder waited for",
        "node told",
        "node waited for",
    ]


def test_a_member_that_ends_is_started_again_and_said_so(fleet: Fleet, journal: Path, said: list[str]) -> None:
    fleet.start(member("node", journal))
    first = int(journal.read_text().split()[2])
    watcher = threading.Thread(target=watch, args=(fleet,))
    watcher.start()
    try:
        os.kill(first, signal.SIGKILL)
        until(lambda: journal.read_text().count("node started") == 2)
    finally:
        fleet.ask_stop()
        watcher.join()
        fleet.stop()
    assert any("node ended with code -9" in line for line in said)


def test_a_member_that_ends_at_once_is_an_error_that_names_its_log(fleet: Fleet, journal: Path) -> None:
    failing = FleetProcess("web", ("web", str(journal), "7"), lambda: False, ready_seconds=20)
    with pytest.raises(FleetError, match=r"web ended at once.*web\.log"):
        fleet.start(failing)


def test_children_end_when_the_parent_is_killed(tmp_path: Path, journal: Path) -> None:
    parent = textwrap.dedent(f"""
        import signal, sys
        from pathlib import Path
        from custodes.commands.fleet import Fleet, FleetProcess, own_environment, watch
        fleet = Fleet(Path({str(tmp_path / "log")!r}), own_environment(), print, program=(sys.executable, "-c", {CHILD!r}))
        fleet.start(FleetProcess("notary", ("notary", {str(journal)!r})))
        signal.pause()
    """)
    process = subprocess.Popen([sys.executable, "-c", parent])
    try:
        until(lambda: "notary started" in journal.read_text())
    finally:
        process.kill()
        process.wait()
    until(lambda: "notary stopped" in journal.read_text())


DEAF = textwrap.dedent("""
    import subprocess, sys, time
    own = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with open(sys.argv[2], "a") as file:
        file.write(f"{own.pid}\\n")
    time.sleep(600)
""")
"""Started a child of its own and does not listen yet, as while films are drawn."""


def gone(pid: int) -> bool:
    """Whether there is no such process, or only what is left of one that nobody has asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_who_is_stopped_before_it_listens_leaves_no_children(tmp_path: Path, journal: Path) -> None:
    fleet = Fleet(tmp_path / "log", own_environment(), print, program=(sys.executable, "-c", DEAF))
    starting = threading.Thread(
        target=fleet.start, args=(FleetProcess("simcam", ("simcam", str(journal)), lambda: False, ready_seconds=60),)
    )
    starting.start()
    until(lambda: journal.read_text().endswith("\n"))
    fleet.ask_stop()
    starting.join()
    fleet.stop()
    until(lambda: gone(int(journal.read_text())))


def test_nothing_more_is_started_once_it_is_asked_to_stop(
    fleet: Fleet, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custodes.commands.up.stop_on_signals", lambda fleet: None)  # they are the test run's own
    said: list[str] = []
    fleet.ask_stop()
    console = Console(file=StringIO())
    assert run_fleet(fleet, [member("web", journal)], console, lambda: said.append("started")) == 0
    assert not said
    assert not journal.read_text()


def test_each_process_is_named_before_it_is_waited_for(
    fleet: Fleet, journal: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custodes.commands.up.stop_on_signals", lambda fleet: None)
    members = [member("notary", journal), member("web", journal)]
    assert run_fleet(fleet, members, Console(file=StringIO()), fleet.ask_stop) == 0
    assert said == ["Starting notary …", "Starting web …"]


def test_several_fleets_are_looked_after_in_one_and_what_was_loaded_is_set_aside(
    fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    upper = Fleet(tmp_path / "upper", {}, print)

    def look_below() -> None:
        looks.append("lower")
        if len(looks) > 3:
            upper.ask_stop()

    monkeypatch.setattr(upper, "look", lambda: looks.append("upper"))
    monkeypatch.setattr(fleet, "look", look_below)
    loaded = [looks]
    assert any(one is loaded for one in gc.get_objects())
    watch(upper, fleet)
    assert looks == ["upper", "lower"] * 2
    assert not any(one is loaded for one in gc.get_objects()), "no collection walks over it any more"


def test_a_process_waits_for_those_alone_that_it_needs(fleet: Fleet, journal: Path, said: list[str]) -> None:
    """The demo's page does not wait for the films of its cameras, which are drawn meanwhile; its node does."""
    films = member("simcam", journal)
    films.ready = lambda: "web started" in journal.read_text()
    web, node = member("web", journal), member("node", journal)
    web.needs = ()
    fleet.begin(films)
    fleet.start_all([web, films, node])
    fleet.stop()
    assert said == ["Starting web …", "Starting node …"], "what was begun before is begun once"
    words = [line.rsplit(maxsplit=1)[0] for line in journal.read_text().splitlines() if "started" in line]
    assert words.index("web started") < words.index("node started")
    assert len(words) == 3
    ended = [line.split()[0] for line in journal.read_text().splitlines() if "stopped" in line]
    assert ended == ["node", "simcam", "web"], "and is stopped in its place"
    impatient = member("upper", journal)
    impatient.ready, impatient.ready_seconds = (lambda: False), 0.0
    other = Fleet(fleet._logs, own_environment(), said.append, program=(sys.executable, "-c", CHILD))
    with pytest.raises(FleetError, match="upper was not ready"):
        other.start_all([impatient, node])
    other.stop()


def test_a_log_file_that_is_a_link_is_not_written_to(fleet: Fleet, tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "elsewhere").touch()
    (tmp_path / "log" / "web.log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FleetError, match="is a link"):
        fleet.start(FleetProcess("web", ("web", str(tmp_path / "journal"))))
    fleet.stop()
    assert (tmp_path / "elsewhere").read_bytes() == b""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts processes as other users")
@pytest.mark.parametrize(("owner", "mode"), [(61001, 0o755), (0, 0o777)])
def test_no_process_of_another_user_logs_where_others_write(
    fleet: Fleet, tmp_path: Path, owner: int, mode: int
) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log").chmod(mode)
    os.chown(tmp_path / "log", owner, owner)
    with pytest.raises(FleetError, match="root alone writes"):
        fleet.start(FleetProcess("web", ("web", str(tmp_path / "journal")), user=(61001, 61001)))
    assert not any((tmp_path / "log").iterdir())


EARLY = """
import os, subprocess, sys, time
from custodes.commands.fleet import end_on_signals, ends_with
end_on_signals()
subprocess.Popen([sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(600)"], preexec_fn=ends_with(os.getpid()))
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_is_stopped_before_there_is_a_fleet_leaves_nothing_behind(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", EARLY], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(number)
        # The output ends when nobody holds it any more: the child is gone too.
        _rest, words = process.communicate(timeout=PATIENCE)
    asked = number is not signal.SIGKILL
    assert (process.returncode, b"Stopped before" in words) == (0 if asked else -number, asked)


def test_a_child_whose_parent_died_before_it_could_ask_for_the_end_does_not_begin() -> None:
    program = (
        "import subprocess; from custodes.commands.fleet import ends_with; "
        "raise SystemExit(subprocess.run(['true'], preexec_fn=ends_with(0)).returncode)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 1
