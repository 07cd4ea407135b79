"""Files of which each keeps a worker for half a minute and more: they begin first, so that none is left alone at the end.

Workers are dealt whole files. As pytest-xdist orders them by themselves, the most tests first, the few long tests that start whole
installations or kill processes would come last, one behind the other on one core. From time to time: ``pytest --durations=40``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
LONGEST = (
    "chaos/test_power_cut.py",
    "chaos/test_hold_kill.py",
    "commands/test_backup_postgresql.py",
    "commands/test_upgrade.py",
    "upgrade/test_upgrade.py",
    "web/every_view/test_unit.py",
    "web/every_view/test_office.py",
    "web/every_view/test_authorities.py",
    "web/every_view/test_administrators.py",
    "web/every_view/test_outside.py",
    "commands/test_backup.py",
    "commands/test_tls.py",
    "commands/test_up.py",
    "commands/test_doctor.py",
    "commands/test_simcam.py",
    "node/test_kill.py",
    "node/test_traces.py",
    "node/masking/test_survival.py",
    "node/health/test_presets.py",
    "interop/rtsp/test_sound.py",
    "witness/test_crash.py",
    "witness/test_pair.py",
    "witness/test_rewound.py",
    "upkeep/alarms/test_windows.py",
    "upkeep/alarms/test_volume_breaks.py",
    "video/health/test_faults.py",
    "video/mask/test_memory.py",
    "web/programs/test_fuzz.py",
    "web/test_seed.py",
    "places/test_long_lists.py",
    "access/release/test_machine.py",
    "access/looks/test_side_ways.py",
)


def longest_first(items: list[pytest.Item]) -> None:
    """Put them in front, each file's tests together and in their order."""
    ranks = {HERE / path: rank for rank, path in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))
