"""Files of which each keeps a worker for half a minute and more: they begin first, so that none is left alone at the end.

Workers are dealt whole files. As pytest-xdist orders them by themselves, the most tests first, the few long tests that start whole
installations or kill processes would come last, one behind the other on one core. From time to time: ``pytest --durations=40``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
LONGEST = (
    "access/release/test_in_browser.py",
    "e2e/test_levels.py",
    "e2e/test_pages.py",
    "e2e/test_law_pages.py",
    "e2e/test_public_release.py",
    "e2e/test_verifier_page.py",
    "e2e/test_agency_story.py",
    "e2e/test_tls.py",
    "e2e/test_filing.py",
    "chaos/test_power_cut.py",
    "chaos/test_hold_kill.py",
    "golden/test_agency_asked.py",
    "commands/test_backup_postgresql.py",
    "golden/test_release_asked.py",
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
    "golden/test_link_asked.py",
    "golden/test_ownimage_asked.py",
    "golden/test_missing_asked.py",
    "node/masking/test_survival.py",
    "node/masking/test_the_whole_way.py",
    "interop/gb28181/test_sipp.py",
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

LAST = ("e2e/test_picture_pair.py",)
"""Waits until the demo has run for minutes: a camera of its story is turned aside, and a finding of that stands."""


def longest_first(items: list[pytest.Item]) -> None:
    """Put them in front and `LAST` behind, each file's tests together and in their order."""
    ranks = {HERE / path: rank for rank, path in enumerate(LONGEST)} | {HERE / path: len(LONGEST) + 1 for path in LAST}
    items.sort(key=lambda item: ranks.get(item.path, len(LONGEST)))
