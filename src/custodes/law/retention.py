"""How long footage of a day is kept: the rules as data, the longest of those that apply, and when it may, and has to, go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from custodes.law.bad_input import BadInput, plausible_day, plausible_days
from custodes.law.calendar.days import ZONE, day_of
from custodes.law.clauses.clause import Rank
from custodes.law.clauses.registry import BY_ID, binds
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One rule about how long.

    Attributes:
        clause: where it stands; a standard's or a decision's name where it is no clause of ours.
        days: natural days after the day of capture.
        rank: of its norm.
        since: footage of this day and later.
        zh, en: what it says.
    """

    clause: str
    days: int
    rank: Rank
    since: date
    zh: str
    en: str


FLOOR = RetentionRule("S32", 30, Rank.RULE, date(2024, 5, 1), "至少留存三十日", "kept for at least thirty days")
NATIONAL_FLOOR = RetentionRule(
    "N17",
    30,
    Rank.ADMINISTRATIVE_REGULATION,
    date(2025, 4, 1),
    "保存不少于三十日",
    "kept for not less than thirty days",
)
KEY_TARGET = RetentionRule(
    "CTL32", 90, Rank.LAW, date(2016, 1, 1), "防恐重点目标不少于九十日", "key targets: not less than ninety days"
)
CEILING = ("N17", "PIPL19", "PIPL47")
"""Clauses that want footage deleted once its purpose is met."""


@dataclass(frozen=True, slots=True)
class OtherTerm:
    """A term that another norm, a standard or a decision sets for a camera (S32, second half).

    Attributes:
        days: natural days after the day of capture.
        source: by name.
        rank: of what sets it; `Rank.STANDARD` also for a unit's own decision.
        purpose: the purpose that is not met earlier; asked for where nothing above a standard sets the term (N17).
    """

    days: int
    source: str
    rank: Rank = Rank.STANDARD
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """An order to keep footage of a span (S33.2a).

    Attributes:
        reason: why.
        until: last day on which it holds; None until it is released.
    """

    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RetentionTerm:
    """The answer.

    Attributes:
        days: natural days after the day of capture, that day not counted.
        keep_through: last day through which it is kept.
        delete_not_before: the moment from which it may be deleted, and has to be; None while a hold has no end.
        rules: what applied, the longest first.
        conflict: why a person has to look at the term; empty when nothing is open.
        zh, en: how it came about.
    """

    captured: date
    days: int
    keep_through: date | None
    delete_not_before: datetime | None
    rules: tuple[RetentionRule, ...]
    conflict: tuple[str, str] | None
    zh: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def clauses(self) -> tuple[str, ...]:
        """Clauses among the rules, each once, the longest first; a term that rests on no clause of ours is not one."""
        return tuple(dict.fromkeys(rule.clause for rule in self.rules if rule.clause in BY_ID))


def keeping(
    captured: date | datetime,
    *,
    key_target: bool = False,
    national: bool = True,
    others: Sequence[OtherTerm] = (),
    holds: Sequence[Hold] = (),
) -> RetentionTerm:
    """How long footage captured on a day, or at a moment, is kept.

    Args:
        captured: a day in Lhasa, or a moment with its time zone.
        key_target: the police designated the place a key target of counter-terrorism (CTL31, CTL32).
        national: N17's floor applies; not where N9 governs (S32 holds all the same).
        others: other terms (S32).
        holds: open orders to keep it.

    Raises:
        BadInput: a term of another norm is not positive, or has no source, or no rule reaches the day.
        ValueError: a moment without a time zone.
    """
    day = day_of(captured) if isinstance(captured, datetime) else captured
    plausible_day("captured", day)
    known = [FLOOR, *((NATIONAL_FLOOR,) if national else ()), *((KEY_TARGET,) if key_target else ())]
    # Footage that is there on the first day of a rule is kept by it, whenever it was captured: no rule reaches what was gone.
    rules = [rule for rule in known if day + timedelta(days=rule.days) >= rule.since]
    rules += [_checked(other) for other in others]
    if not rules:
        raise BadInput(
            "captured",
            f"no rule of this library reaches footage of {day:%Y-%m-%d} (S32 is in force from {FLOOR.since:%Y-%m-%d})",
            "check the day",
        )
    # A standard's term decides nothing where a law, or a term with its purpose, is as long.
    longest_known = max(
        (
            *(rule.days for rule in rules if rule in known),
            *(one.days for one in others if one.rank > Rank.STANDARD or says_something(one.purpose)),
            0,
        )
    )
    bound = "N17" if national else "PIPL47"
    conflicts = [
        (
            f"{one.source}要求{one.days}日，长于法定最短期限；须写明届时尚未达成的目的（{bound}）",
            f"{one.source} asks for {one.days} days, longer than the law's: the purpose that is not met earlier has to"
            f" be stated ({bound})",
        )
        for one in others
        if one.days > longest_known and one.rank <= Rank.STANDARD and not says_something(one.purpose)
    ]
    conflict = ("；".join(zh for zh, _ in conflicts), "; ".join(en for _, en in conflicts)) if conflicts else None
    rules.sort(key=lambda rule: (-rule.days, -rule.rank))
    days = rules[0].days
    return _answer(day, days, tuple(rules), holds, conflict, _ceiling(day + timedelta(days=days + 1), national))


def _ceiling(day: date, national: bool) -> tuple[str, ...]:
    """By which clauses footage has to go on `day` once its purpose is met."""
    return tuple(clause for clause in CEILING if binds(clause, day, not national))


def _checked(other: OtherTerm) -> RetentionRule:
    if other.days < 1:
        raise BadInput("days", "a term has at least one day", "give the number of days")
    plausible_days("days", other.days)
    if not says_something(other.source):
        raise BadInput("source", "a term rests on something", "name the norm, standard or decision that sets it")
    zh, en = f"另有规定{other.days}日", f"another term: {other.days} days"
    return RetentionRule(other.source, other.days, other.rank, date.min, zh, en)


def _answer(
    day: date,
    days: int,
    rules: tuple[RetentionRule, ...],
    holds: Sequence[Hold],
    conflict: tuple[str, str] | None,
    ceiling: tuple[str, ...],
) -> RetentionTerm:
    last = day + timedelta(days=days)
    zh = [f"{day:%Y-%m-%d}采集，当日不计，留存{days}日，至{last:%Y-%m-%d}日终"]
    en = [f"captured {day:%Y-%m-%d}, that day not counted, kept for {days} days: through {last:%Y-%m-%d}"]
    zh += [f"{rule.clause}：{rule.zh}" for rule in rules]
    en += [f"{rule.clause}: {rule.en}" for rule in rules]
    through: date | None = last
    for hold in holds:
        zh.append(
            f"信息保全（{hold.reason}）：{f'至{hold.until:%Y-%m-%d}' if hold.until else '解除前不得删除'}（S33.2a）"
        )
        en.append(
            f"held ({hold.reason}): {f'through {hold.until:%Y-%m-%d}' if hold.until else 'not deleted until it is released'}"
            " (S33.2a)"
        )
        through = None if through is None or hold.until is None else max(through, hold.until)
    if conflict is not None:
        zh.append(conflict[0])
        en.append(conflict[1])
    if ceiling:
        zh.append(f"期满且目的达成后应当删除（{'、'.join(ceiling)}）")
        en.append(f"after that, once the purpose is met, it has to be deleted ({', '.join(ceiling)})")
    gone = None if through is None else datetime.combine(through + timedelta(days=1), time(), ZONE)
    return RetentionTerm(day, days, through, gone, rules, conflict, tuple(zh), tuple(en))
