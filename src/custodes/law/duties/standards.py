"""Obligations that rest on standards: the trial run before acceptance, and tests of the protection level (S12.1, S36(2))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms, Thing, not_applicable, present, resting_on
from custodes.law.duties.registry import done_by, obligation
from custodes.law.duties.routines import Routine, interval, recurring
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class TrialFacts:
    """A trial run: its first day and its last; None while it has not begun, or has not ended."""

    began: date | None
    ended: date | None = None
    legacy: bool = False


@obligation("GB55029")
def gb55029_trial(facts: TrialFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """The system ran on trial long enough before it is accepted."""
    if facts.legacy:
        return not_applicable(("GB55029",), "本办法施行前已经建成", "it was built before")
    return resting_on(_trial(facts, today, terms), terms.assumed, "trial_days")


def _trial(facts: TrialFacts, today: date, terms: LegalTerms) -> DutyFinding:
    if facts.began is None:
        return DutyFinding(
            DutyStatus.MISSING, ("GB55029",), "没有试运行记录", "there is no log of a trial run", missing=("began",)
        )
    done_by("began", facts.began, today)
    done_by("ended", facts.ended, today, facts.began)
    days = ((facts.ended or today) - facts.began).days
    short = terms.assumed.trial_days - days
    if short <= 0:
        return DutyFinding(DutyStatus.MET, ("GB55029",), f"已试运行{days}日", f"it ran on trial for {days} days")
    zh = f"试运行{days}日，距规定的{terms.assumed.trial_days}日尚差{short}日"
    en = f"it ran on trial for {days} days, {short} are missing"
    if facts.ended is None:
        return DutyFinding(DutyStatus.DUE, ("GB55029",), zh, en)
    return DutyFinding(DutyStatus.MISSING, ("GB55029",), zh, en, missing=("trial_days",))


@dataclass(frozen=True, slots=True)
class ProtectionFacts:
    """Multi-level protection of a system: its level, the number of its filing with the police, the last test.

    Attributes:
        level: 1 to 5; None while it was not graded.
        filing: number of the filing; level 1 is not filed.
        tested: the last test; levels below 3 are not tested regularly.
        every_days: the unit's own interval; None: as assumed.
    """

    level: int | None
    filing: str = ""
    tested: date | None = None
    every_days: int | None = None


_FILED_FROM, _TESTED_FROM = 2, 3


@obligation("S12.1", "S36(2)", "GB22239")
def s12_1_protection(facts: ProtectionFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Graded, filed and tested as multi-level protection asks."""
    clauses = ("S12.1", "GB22239")
    wanted = [Thing("level", "网络安全等级保护定级", "the level")]
    if facts.level is not None and facts.level >= _FILED_FROM:
        wanted.append(Thing("filing", "网络安全等级保护备案号", "the number of its filing"))
    held = {
        key for key, there in (("level", facts.level is not None), ("filing", says_something(facts.filing))) if there
    }
    found = present(clauses, wanted, frozenset(held), conduct)
    if found.status is not DutyStatus.MET or facts.level is None or facts.level < _TESTED_FROM:
        return found
    every = interval(facts.every_days, terms.assumed, "mlps_test_days")
    return recurring(clauses, facts.tested, every, today, Routine("网络安全等级测评", "test of the protection level"))
