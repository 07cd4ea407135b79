"""What persons are offered on the pages of a kind of case and what they are refused, in each of its states: ``tests/golden/KIND.asked.json``.

A tour goes on as it does for the records and stops at each state (`Asked.at`). There every person opens the case's page, and each step
is sent to its address, also those that the state does not allow. Whatever is sent is rolled back.

The file says, each by its state or its step: ``offers`` — what the page shows to whom; ``answers`` — what becomes of a step that is
sent by who may take it; ``others`` — what becomes of it when somebody else sends it; ``guards`` — what it lacks.

A change that is meant is written with ``CUSTODES_TEST_GOLDEN=write pytest tests/golden`` and read in the diff.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.contrib.messages import ERROR, SUCCESS, WARNING, get_messages
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from custodes.people.models import Account
from tests.golden.tour import FOLDER, Clock

NOBODY = "not signed in"
SIGN_IN = "to sign in"
LACKING = ("未满足", "缺少", "尚缺")
"""Badges of what is unmet."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
Answer = str | dict[str, Any]
"""A status alone, or what a page says."""
Page = Callable[[Any], str | tuple[str, ...]]
"""Where the page of a row is; of several the first is the page, and the others show more of it to some."""
Seen = Callable[..., None]
"""``seen(row)`` or ``seen(row, "state with papers")``: what a walk calls at each of its stops, as `Asked.at`."""


def unseen(_row: Any, _name: str = "", **_more: Any) -> None:
    """Of a walk on which nothing is asked."""


@dataclass(frozen=True)
class Act:
    """One step as it is sent.

    Attributes:
        by: who of the cast may take it.
        address: where a row's is sent to.
        data: what the form says of that row; valid in the step's own state.
        warns: that it was taken is told as a warning.
        quiet: that it was taken is told by nothing but the page that changed.
    """

    by: str
    address: Callable[[Any], str]
    data: Callable[[Any], dict[str, Any]] = lambda _row: {}
    warns: bool = False
    quiet: bool = False


def to(view: str, *args: Any) -> Callable[[Any], str]:
    """The address of a row in this view."""
    return lambda row: reverse(view, args=[row.pk, *args])


def today(**more: Any) -> Callable[[Any], dict[str, Any]]:
    """A form with the day of today."""
    return lambda _row: {"on": timezone.localdate().isoformat(), **more}


@dataclass
class Asked:
    """What was asked on a tour.

    Attributes:
        people: who asks, by name.
        acts: the kind's steps by the names of their transitions.
        page: the address of a row's page.
    """

    clock: Clock
    people: Mapping[str, Account]
    acts: Mapping[str, Act]
    page: Page
    offers: dict[str, dict[str, Answer]] = field(default_factory=dict)
    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)
    others: dict[str, dict[str, Answer]] = field(default_factory=dict)
    guards: dict[str, dict[str, Answer]] = field(default_factory=dict)
    _browsers: dict[str, Client] = field(default_factory=dict)

    def at(
        self,
        row: Any,
        name: str = "",
        *,
        acts: Mapping[str, Act] | None = None,
        page: Page | None = None,
        sent: Iterable[str] | None = None,
    ) -> None:
        """Ask in this state, unless it was met before.

        Args:
            row: the case, or what it is about when it has not begun.
            name: of the stop, where the name of its state is not enough.
            acts: in place of the kind's.
            page: in place of the kind's.
            sent: those of the steps that are sent here, where it is not each.
        """
        row, acts = type(row)._base_manager.get(pk=row.pk), self.acts if acts is None else acts
        name = name or row.state
        if name in self.answers:
            return
        events: dict[str, list[str]] = {}
        for event, act in acts.items():
            events.setdefault(act.address(row), []).append(event)
        asking = (*self.people, NOBODY) if not self.offers else tuple(self.people)
        found = (page or self.page)(row)
        addresses = (found,) if isinstance(found, str) else found
        self.offers[name] = _grouped({who: self._offered(who, addresses, events) for who in asking})
        acts = {event: act for event, act in acts.items() if sent is None or event in sent}
        self.answers[name] = {event: self._answered(act.by, act, row) for event, act in acts.items()}
        for event, act in acts.items():
            if "taken" in self.answers[name][event] and event not in self.others:
                those = [who for who in (*self.people, NOBODY) if who != act.by]
                self.others[event] = _grouped({who: self._answered(who, act, row) for who in those})

    def guard(self, row: Any, event: str, name: str, /, *, acts: Mapping[str, Act] | None = None, **said: Any) -> None:
        """A step lacks what `name` says; `said` stands in its form in place of what is valid."""
        row, act = type(row)._base_manager.get(pk=row.pk), (acts or self.acts)[event]
        self.guards.setdefault(event, {})[name] = self._answered(act.by, act, row, said)

    def told(self) -> str:
        """All of it, as it is kept."""
        kept = {"offers": self.offers, "answers": self.answers, "others": self.others, "guards": self.guards}
        return _spelled(kept) + "\n"

    def wrong(self) -> list[str]:
        """Steps that were refused wherever they were sent, and guards that let a step pass."""
        sent = {event for answers in self.answers.values() for event in answers} | self.acts.keys()
        passed = [f"{event}: {name}" for event, of in self.guards.items() for name in of if "taken" in of[name]]
        return sorted(f"{event} is never taken" for event in sent - self.others.keys()) + passed

    def _offered(self, who: str, addresses: tuple[str, ...], events: Mapping[str, list[str]]) -> Answer:
        browser, steps, unmet = self._browser(who), set[str](), list[str]()
        for address in addresses:
            with apart():
                response = browser.get(address)
                if response.status_code != 200 and address == addresses[0]:
                    return _short(response)
                if response.status_code != 200:
                    continue
                page = _main(response)
            steps |= {_told_as(label, events.get(where, [])) for label, where in _sent(page, address)}
            steps |= {_told_as(_text(link), events[urlsplit(link.get("href")).path]) for link in _links(page, events)}
            unmet += [line for _reason, line in _unmet(page)]
        return {"status": 200, "steps": sorted(steps), "unmet": unmet}

    def _answered(self, who: str, act: Act, row: Any, said: Mapping[str, Any] | None = None) -> Answer:
        browser = self._browser(who)
        with apart():
            response = browser.post(act.address(row), act.data(row) | dict(said or {}))
            messages = list(get_messages(response.wsgi_request)) if _leads_on(response) else []
        if _leads_on(response):
            told = [_folded(str(one)) for one in messages]
            own = getattr(row, "get_absolute_url", str)()
            back = not (told or act.quiet) and urlsplit(response.headers["Location"]).path == own
            levels = {one.level for one in messages}
            bad = levels & ({ERROR} if act.warns else {WARNING, ERROR})
            refused = back or (bool(bad) and SUCCESS not in levels)
            return {"status": response.status_code, "told": told} if refused else {"taken": " ".join(told)}
        if response.status_code in (302, 403, 404, 405):
            return _short(response)
        page = _main(response)
        told = _refusal(page)
        if response.status_code == 200 and not told:  # what it came to stands on the page itself
            return {"taken": _text(page.find(".//h1"))}
        remedies = [line for alert in _alerts(page) for _reason, line in _unmet(alert)]
        remedies += [line for reason, line in _unmet(page) if any(reason in one and line not in one for one in told)]
        answer = {"status": response.status_code, "told": told, "remedies": list(dict.fromkeys(remedies))}
        return {name: said for name, said in answer.items() if said or name != "remedies"}

    def _browser(self, who: str) -> Client:
        """In which this person is signed in."""
        if who not in self._browsers:
            self._browsers[who] = Client()
            self._browsers[who].handler = next(iter(self._browsers.values())).handler  # its middleware is made once
            if who != NOBODY:
                self._browsers[who].force_login(self.people[who])
        return self._browsers[who]


@contextmanager
def apart() -> Iterator[None]:
    """What happens here has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def compare(kind: str, told: str, write: bool) -> None:
    """Hold what was told against what is kept.

    Raises:
        AssertionError: it says something else; where it does stands in the difference.
    """
    path = FOLDER / f"{kind}.asked.json"
    if write:
        path.write_text(told, encoding="utf-8")
    kept = path.read_text(encoding="utf-8") if path.exists() else "{}"
    assert json.loads(told) == json.loads(kept), path.name
    assert told == kept, path.name


def _spelled(value: Any, depth: int = 0) -> str:
    """JSON with an answer in each line."""
    if not isinstance(value, dict) or not any(isinstance(one, dict) for one in value.values()):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    margin = " " * depth
    lines = [
        f"{margin} {json.dumps(key, ensure_ascii=False)}: {_spelled(value[key], depth + 1)}" for key in sorted(value)
    ]
    return "{\n" + ",\n".join(lines) + f"\n{margin}}}"


def _grouped(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Persons who are told the same, under their joined names."""
    groups: dict[str, list[str]] = {}
    for who, answer in answers.items():
        groups.setdefault(json.dumps(answer, sort_keys=True), []).append(who)
    return {", ".join(those): json.loads(answer) for answer, those in groups.items()}


def _leads_on(response: HttpResponse) -> bool:
    """To another page than the sign-in."""
    return response.status_code in (302, 303) and _short(response) != SIGN_IN


def _short(response: HttpResponse) -> str:
    """Of a page that is not shown."""
    location = urlsplit(response.headers.get("Location", "")).path
    return SIGN_IN if location == reverse("account_login") else str(response.status_code)


def _main(response: HttpResponse) -> Any:
    """The page without frame and without the cards of its clauses."""
    assert response.status_code != 429, "asked too often"
    whole = html.document_fromstring(response.content.decode())
    page = whole if whole.find(".//main") is None else whole.find(".//main")  # a part of a page has none
    for card in page.xpath(".//*[@popover]"):
        card.drop_tree()
    return page


def _sent(page: Any, address: str) -> Iterator[tuple[str, str]]:
    """Each button that sends a form: its label and where to."""
    for form in page.xpath(".//form[translate(@method, 'POST', 'post') = 'post']"):
        outside = page.xpath(f".//button[@form = '{form.get('id')}']") if form.get("id") else []
        for button in (*form.xpath(".//button"), *outside):
            if button.get("type", "submit") == "submit":
                yield _text(button), button.get("formaction") or form.get("action") or address


def _links(page: Any, events: Mapping[str, list[str]]) -> Iterator[Any]:
    """Links that lead to the form of a step."""
    return (link for link in page.xpath(".//a[@href]") if urlsplit(link.get("href")).path in events)


def _told_as(label: str, events: list[str]) -> str:
    return f"{'/'.join(events)}: {label}" if events else label


def _unmet(page: Any) -> Iterator[tuple[str, str]]:
    """What is unmet: its reason alone, and the line with clause and remedy."""
    for item in page.xpath(".//li[contains(@class, 'tasks__item')]"):
        badges = [_text(one) for one in item.xpath(".//span[contains(@class, 'badge--')]")]
        before = item.getparent().getprevious()
        if set(badges) & set(LACKING) or (before is not None and not badges and "还缺" in _text(before)):
            [what, *_none] = item.xpath(".//div[contains(@class, 'tasks__what')]")
            first, *rest = what
            reason = _text(first)
            for chip in first.xpath(".//*[contains(@class, 'chip')]"):
                reason = reason.replace(_text(chip), "").strip()
            yield reason, "：".join(_text(one) for one in (first, *rest))


def _alerts(page: Any) -> Any:
    return page.xpath(
        ".//*[@role = 'alert'][contains(@class, 'notice')] | .//*[@role = 'status'][contains(@class, 'notice--danger')]"
    )


def _refusal(page: Any) -> list[str]:
    """Lines of error notices, and what stands at the fields."""
    said = (one for alert in _alerts(page) for one in alert.xpath(".//*[self::p or self::li]"))
    lines = [_text(one) for one in said if not ({"notice__title", "tasks__item"} & {*one.classes} or _inside(one))]
    lines += [_text(one) for one in page.xpath(".//*[contains(@class, 'field__error')]/p")]
    lines = list(dict.fromkeys(lines))
    return [one for one in lines if not any(one in line for line in lines if line != one)]


def _inside(element: Any) -> bool:
    return any(one.tag == "li" for one in element.iterancestors())


def _text(element: Any) -> str:
    return _folded(element.text_content())


def _folded(words: str) -> str:
    """In one line, without what is another on each tour."""
    return _UUID.sub("…", " ".join(words.split()))
