"""Whether a regular expression takes more than its text's length: it is tried with texts that are made from it.

Of each repetition in it the text that leads there is followed by what it repeats, many times over, and by what it can't end
with; and what leads to it is itself repeated, since a search begins anew at each place. Processor time is what counts, of texts so long
that the square of their length is far beyond what any linear work on them takes.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

LENGTH = 8192
CALM_S = 0.004
"""What is done within this is linear: the square of LENGTH takes ten times as long at least."""
GUARD_S = 0.4
GROWTH = 8.0
"""Four times the length takes four times as long, or sixteen times."""
PAUSES_S = (0, 0.1, 0.3)
"""It is bad that is so in each of these looks: beside other work a core is slower for a while, and one look may fall into that."""
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_CATEGORIES = {
    op.CATEGORY_DIGIT: "0", op.CATEGORY_SPACE: " \t\n", op.CATEGORY_WORD: "a0_", op.CATEGORY_NOT_DIGIT: "a .",
    op.CATEGORY_NOT_SPACE: "a0.", op.CATEGORY_NOT_WORD: " .-",
}  # fmt: skip
_ALSO = 'a0A_ \t\n\r\0-./,:;"<>()[]=&%#@路一号'
_ENDS = ("", "\0", "!", "\n")


class _TooLong(Exception):
    """It was still at work when its time was up."""


def worst(pattern: re.Pattern[Any], ways: Sequence[str]) -> str:
    """The text's beginning that takes more than its length; empty where none of those that are tried does."""
    for way in ways:
        apply = getattr(pattern, way)
        for text in _texts(pattern):
            whole: Any = text(LENGTH)
            part: Any = text(LENGTH // 4)
            if isinstance(pattern.pattern, bytes):
                whole, part = (each.encode("utf-8") for each in (whole, part))
            if all(_grows(apply, whole, part, pause) for pause in PAUSES_S):
                return f"{way}: {whole[:60]!r}"
    return ""


def _grows(apply: Callable[[Any], Any], whole: Any, part: Any, pause: float) -> bool:
    """Whether the whole takes more, beside a quarter of it, than its length explains; asked after so many seconds."""
    time.sleep(pause)
    spent = _spent(apply, whole)
    return spent > CALM_S and (spent >= GUARD_S or spent > GROWTH * max(_spent(apply, part), CALM_S / 100))


def _spent(apply: Callable[[Any], Any], text: Any) -> float:
    """Seconds of processor, the least of three; GUARD_S where it was stopped."""
    spent = []
    for _ in range(3):
        before = signal.signal(signal.SIGVTALRM, _stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, GUARD_S)
        began = time.thread_time()
        try:
            apply(text)
        except _TooLong:
            return GUARD_S
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
        spent.append(time.thread_time() - began)
        if spent[-1] <= CALM_S or spent[-1] > 20 * CALM_S:
            break
    return min(spent)


def _stop(*_given: object) -> None:
    raise _TooLong


def _texts(pattern: re.Pattern[Any]) -> Iterator[Callable[[int], str]]:
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    seen: set[tuple[str, str, str]] = set()
    for before, body in _repeats(list(parser.parse(source, flags)), ""):
        for unit in body:
            for lead, pump in ((before, unit), ("", before + unit), ("", before)):
                for end in _ENDS if lead or pump == unit else _ENDS[:2]:
                    if pump and (lead, pump, end) not in seen:
                        seen.add((lead, pump, end))
                        yield _long(lead, pump, end)
    for letter in _ALSO:
        yield _long("", letter, "")


def _long(lead: str, pump: str, end: str) -> Callable[[int], str]:
    return lambda length: lead + pump * max(1, length // len(pump)) + end


def _repeats(nodes: list[Any], before: str) -> Iterator[tuple[str, list[str]]]:
    """Each repetition that has no near end: a text that leads to it, and texts that it repeats."""
    for kind, held in nodes:
        if kind in _REPEATS:
            _least, most, inner = held
            if most > 8:
                yield before, _bodies(list(inner))
            yield from _repeats(list(inner), before)
        elif kind is op.SUBPATTERN:
            yield from _repeats(list(held[3]), before)
        elif kind is op.ATOMIC_GROUP:
            yield from _repeats(list(held), before)
        elif kind is op.BRANCH:
            for branch in held[1]:
                yield from _repeats(list(branch), before)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from _repeats(list(held[1]), before)
        before += _sample([(kind, held)])


def _bodies(nodes: list[Any]) -> list[str]:
    """Texts that a repetition repeats: of one character, several of those that it may be."""
    if len(nodes) == 1 and nodes[0][0] in (op.IN, op.ANY, op.NOT_LITERAL, op.LITERAL):
        return _letters(*nodes[0])[:6]
    return [_sample(nodes)] + [_sample(nodes, turn) for turn in (1, 2)]


def _sample(nodes: list[Any], turn: int = 0) -> str:
    """A text that the nodes match, as far as that can be told from each alone."""
    text = ""
    for kind, held in nodes:
        if kind in (op.IN, op.ANY, op.NOT_LITERAL, op.LITERAL):
            letters = _letters(kind, held)
            text += letters[turn % len(letters)]
        elif kind in _REPEATS:
            text += _sample(list(held[2]), turn) * min(max(held[0], turn and 1), 64)
        elif kind is op.SUBPATTERN:
            text += _sample(list(held[3]), turn)
        elif kind is op.ATOMIC_GROUP:
            text += _sample(list(held), turn)
        elif kind is op.BRANCH:
            text += _sample(list(held[1][turn % len(held[1])]), turn)
    return text


def _letters(kind: Any, held: Any) -> list[str]:
    """Characters that one node takes: its own first."""
    if kind is op.LITERAL:
        return [chr(held)]
    if kind is op.ANY:
        return ["a", " ", "0"]
    if kind is op.NOT_LITERAL:
        return [letter for letter in _ALSO if ord(letter) != held][:4]
    negated, letters = False, []
    for what, value in held:
        if what is op.NEGATE:
            negated = True
        elif what is op.LITERAL:
            letters.append(chr(value))
        elif what is op.RANGE:
            letters.append(chr(value[0]))
        elif what is op.CATEGORY:
            letters += _CATEGORIES.get(value, "a")
    if not negated:
        return letters
    taken = re.compile("[" + "".join(map(re.escape, letters)) + "]") if letters else None
    ranges = [value for what, value in held if what is op.RANGE]
    return [
        letter
        for letter in _ALSO
        if not (taken and taken.match(letter)) and not any(first <= ord(letter) <= last for first, last in ranges)
    ] or ["a"]
