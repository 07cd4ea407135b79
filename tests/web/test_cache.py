"""What the cache holds for safety (used codes, counts of attempts) stays there until its time is over."""

from __future__ import annotations

from django.core.cache import cache


def test_many_other_entries_never_push_out_a_used_code(db):
    cache.add("custodes.totp.1.123456", True, 120)
    for number in range(700):
        cache.set(f"attempts-from-{number}", 1, 120)
    assert cache.add("custodes.totp.1.123456", True, 120) is False
