"""How a kind of case is declared: its states and steps, who takes each, what it waits for, what is kept and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Any

from django.db.models import Model, Q, QuerySet, TextChoices
from django.forms import BaseForm

from custodes.cases.forms import StepForm
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.documents.forms.document import PrintedDocument
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Paper, Person
from custodes.people.permissions import Permission

Rows = Callable[[Person, datetime], QuerySet[Any]]
"""Rows that a person reaches at a moment."""

Recorder = Callable[["CaseKind", Any, CaseStep, StepInput, tuple[Paper, ...]], Any]
"""Writes a step's record into the outbox, and returns its row; None where the record names no step."""


class StepDay(Enum):
    """Which legal day a step may have."""

    TODAY = "today"
    PAST = "past"
    """Today or before; the guard says how far back."""


@dataclass(frozen=True)
class Actor:
    """Who takes a step: one of several permissions, and the rows on which it may be used.

    Attributes:
        rows: cases; of a step that begins one, what it is begun of.
        not_by: steps of the case whose takers may not take this one as well: two persons are two independent persons.
        otherwise: what to answer who may not; that it is another post's, where it says nothing.
        rows_alone: no permission is asked for, and its rows alone say who: whom a case is about has no post for it.
    """

    permissions: tuple[Permission, ...]
    rows: Rows
    not_by: tuple[str, ...] = ()
    otherwise: Any = ""
    rows_alone: bool = False


NOBODY = Actor((), lambda person, at: Person.objects.none())
"""Of a step that no person takes of itself: it goes with another's step (`taking.inside`), or comes with time (`Event.ripe`)."""


@dataclass(frozen=True)
class Ripe:
    """When time alone brings a step (`clocks.sweep`).

    Attributes:
        where: cases whose moment has come; once the step is taken it must hold of the case no more.
        when: of such a case, what no condition of the database can say.
        data: what the step brings for its record.
    """

    where: Callable[[datetime], Q]
    when: Callable[[Any, datetime], bool] = lambda row, at: True
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class Event:
    """One step.

    Attributes:
        name: stands in records and never changes.
        recorded: what stands in records instead, where it is one step with another of that name there: begun of something else, or taken from
            states that it leaves as they are.
        verb: as the button says it.
        story: as the case's story tells it; by outcome, where there are several.
        said: what the page says when it is done; by outcome, where there are several.
        sources: states from which it may be taken; of a step that begins a case none.
        target: state after it; None where the outcome says it.
        begins_in: of a step that begins a case without a target, the states of which `make` chooses.
        clauses: on which it rests; what says it of a case, where that differs.
        guard: what the case lacks, on that legal day and today; shown before the form is filled in.
        binds: what keeps this person from it, whom others would not be kept: who asked for it, where no rule of steps says so (`not_by`).
        check: what the form lacks, by its answers and the legal day, which is among them as ``on``.
        form: asks for the day and words, and whatever else; `initial` is what it holds at first.
        choices: sets what the form lets this person choose from, of this case.
        paper: field of the form that takes a paper, where it has one: it is kept in the step's transaction.
        day: which legal day; a text names the form's field that says it.
        needs_words: what to answer who wrote no reason; empty where none is needed.
        words_for: outcomes for which a reason is needed; empty for all.
        outcomes: name → state, of a step that ends one way or the other; `choose` says which under the lock, and the same of the case as it
            is after the step.
        make: the case, of a step that begins one.
        fill: what changes with it, in the same transaction, before the case is saved.
        keeps: words and papers of the step and its record, where they are not the person's own. In the record's language; by which
            program it was taken is added.
        after: in the same transaction.
        prepares: what lies outside the database and is asked or done first, with no transaction open meanwhile: of a node, which may be
            away. The step with what came of it (`StepInput.outside`); what it raises, the step raises.
        clash: what to answer where the database lets only one do it, and another did at that moment.
        ask: raises `StepRefused` where a sentence says it better than a list of what is missing; of a step that begins a case
            `make` does so.
        offered: whether the page offers it to a person today; where it is left out, whenever the state allows it.
        noted: it leaves the state, and its record names none before it.
        stays: it leaves the state, which its record names before and after it; of a step that begins a case, its record names the state
            that it begins in before it as well.
        adds: what only this step has to say, kept with it.
        ripe: when time alone brings it; nobody takes it then.
        hint: a sentence beside the button, or what says it of a case; `title` is what the step is called on the page, where that is not its verb.
        quiet: offered folded, after the others.
        aside: its button stands back, though it is the first or the only one; or what says so of a case.
        apart: it is taken elsewhere (at the end of a draft): the page offers no form for it, and it has no address.
        danger: it can't be taken back, and its button says so.
    """

    name: str
    verb: Any
    story: Any
    said: Any
    sources: tuple[str, ...] = ()
    target: str | None = None
    begins_in: tuple[str, ...] = ()
    actor: Actor
    clauses: tuple[str, ...] | Callable[[Any], tuple[str, ...]]
    guard: Callable[[Any, date, date], tuple[Unmet, ...]] | None = None
    binds: Callable[[Any, Person, datetime], tuple[Unmet, ...]] | None = None
    check: Callable[[Any, Mapping[str, Any]], tuple[Unmet, ...]] | None = None
    form: type[BaseForm] = StepForm
    initial: Callable[[Any, LegalTerms], dict[str, Any]] = lambda row, terms: {}
    choices: Callable[[Any, Any, Person, datetime], None] | None = None
    paper: str = "file"
    day: StepDay | str = StepDay.TODAY
    needs_words: Any = ""
    words_for: tuple[str, ...] = ()
    outcomes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    choose: Callable[[Any, StepInput], str] | None = None
    make: Callable[[Any, StepInput, LegalTerms], Any] | None = None
    fill: Callable[[Any, StepInput, LegalTerms], None] | None = None
    keeps: Callable[[Any, StepInput, LegalTerms], tuple[str, tuple[Paper, ...]]] | None = None
    after: Callable[[Any, StepInput, CaseStep], None] | None = None
    prepares: Callable[[Any, StepInput], StepInput] | None = None
    clash: Any = ""
    ask: Callable[[Any, StepInput, LegalTerms], None] | None = None
    offered: Callable[[Any, Person, date, LegalTerms], bool] | None = None
    noted: bool = False
    stays: bool = False
    adds: Callable[[Any, StepInput], dict[str, Any]] | None = None
    ripe: Ripe | None = None
    hint: Any = ""
    title: Any = ""
    quiet: bool = False
    aside: bool | Callable[[Any], bool] = False
    apart: bool = False
    danger: bool = False
    recorded: str = ""

    def done(self, outcome: str) -> Any:
        """What the page says when it is done."""
        return self.said[outcome] if self.outcomes else self.said

    def laws(self, row: Any) -> tuple[str, ...]:
        """The clauses on which it rests, of this case."""
        return self.clauses(row) if callable(self.clauses) else self.clauses

    @property
    def takes_paper(self) -> bool:
        """Whether its form takes a paper, which goes with the step."""
        return self.paper in self.form.base_fields  # type: ignore[attr-defined]

    @property
    def begins(self) -> bool:
        """Whether the case begins with it."""
        return self.make is not None

    @property
    def names(self) -> tuple[str, ...]:
        """Under which it stands in records."""
        return tuple(self.outcomes) or (self.recorded or self.name,)


@dataclass(frozen=True)
class PaperRule:
    """Papers of a case: which sorts, while it is in which states, and who adds which.

    Attributes:
        adds: who adds which sorts.
        sorts: all sorts, with their names.
        story: as the case's story tells it.
    """

    sorts: type[TextChoices]
    states: tuple[str, ...]
    adds: tuple[tuple[Actor, tuple[str, ...]], ...]
    clauses: tuple[str, ...]
    story: Any
    event: str = "paper"


@dataclass(frozen=True)
class ListColumn:
    """A column of the list.

    Attributes:
        order: field by which it is sorted; empty for none.
        cell: what stands in it, where that is not the field's own value; `note` beside it in small.
    """

    label: Any
    order: str = ""
    cell: Callable[[Any], Any] | None = None
    note: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class CaseGroup:
    """Cases that the list shows together.

    Attributes:
        name: stands in the list's address.
        where: which, on that day.
    """

    name: str
    label: Any
    where: Callable[[date], Q]


@dataclass(frozen=True)
class Fact:
    """A line of the case's page; it is left out where there is nothing to say.

    Attributes:
        value: of a row, under these terms.
        clause: on which it rests.
    """

    label: Any
    value: Callable[[Any, LegalTerms], Any]
    clause: str = ""


@dataclass(frozen=True)
class CaseRows:
    """Rows that belong to the case, as a table on its page.

    Attributes:
        of: the relation's name.
        fields: of each row.
    """

    title: Any
    of: str
    fields: tuple[str, ...]


def last_step(row: Any) -> CaseStep | None:
    """The last step of a case, with its record."""
    steps = CaseStep.objects.filter(kind=row._meta.label_lower, case_id=row.pk)
    return steps.select_related("record").order_by("seq").last()


@dataclass(frozen=True, kw_only=True)
class Print:
    """A document of the case, as PDF for whoever may open the case. It is filled in Chinese, whoever prints it.

    Attributes:
        label: of its link on the case's page.
        key: of its address, ``<pk>/form.pdf``, and of its route, ``filing_print_form``.
        fill: the document of a row, on that day, under these terms.
        there: whether this case has one; it is offered and found only then.
        behind: the step whose record stands behind it, where the document names one.
        rows: cases of which a person may print it, where these are fewer than those that they may open.
    """

    label: Any
    key: str
    fill: Callable[[Any, date, LegalTerms], PrintedDocument]
    there: Callable[[Any], bool] = lambda row: True
    behind: Callable[[Any], CaseStep | None] = last_step
    rows: Rows | None = None


@dataclass(frozen=True)
class TermStanding:
    """How a term of the case stands.

    Attributes:
        due: its last day.
        late: whether it was, or is, passed.
        told: what the law makes of it, in words; empty for nothing.
        open: whether it still runs.
    """

    due: date
    late: bool
    told: str
    open: bool


@dataclass(frozen=True)
class TermPlace:
    """Whose term it is, of a case that is about no system.

    Attributes:
        name: what the term is about, for who may see the case.
        unit: path of the unit that has to act; empty where none has.
        division: path of the division whose police look after it.
        person: primary key of who has the next step, where it is one person.
    """

    name: str
    unit: str = ""
    division: str = ""
    person: int | None = None


@dataclass(frozen=True, kw_only=True)
class CaseClock:
    """A term of the case. Its last day is a column of the case, which the engine writes at each step and `clocks.recount` keeps true.

    Attributes:
        what: sort of its dates, as programs and notices' keys name it: it never changes.
        named: the same in words, for pages, mails and the feed: what, never whose.
        acts: by which post a unit keeps the term.
        supervised: when it is late the county's police are told.
        place: whose it is, where the case is about no system.
        column: field of the last day.
        due: the last day, as the law counts it.
        running: states in which the term still runs for who has the next step.
        standing: how it stands today.
        title: as long as it runs.
        doing: what is to be done, in the calendar and the work list; `note` what is said beside it.
        page: what is to be known while it runs, on the case's page; `page_late` once it is passed.
        reminders: days before the last on which is reminded.
    """

    what: str
    named: Any
    acts: Permission = Permission.MANAGE_PLACES
    supervised: bool = False
    place: Callable[[Any], TermPlace] | None = None
    column: str
    due: Callable[[Any, LegalTerms], date]
    running: tuple[str, ...]
    clause: str
    title: Any
    standing: Callable[[Any, date, LegalTerms], TermStanding | None]
    doing: Callable[[Any], str]
    note: Callable[[Any], str]
    page: Any = ""
    page_late: Any = ""
    reminders: Callable[[LegalTerms], tuple[int, ...]] = lambda terms: terms.assumed.short_reminder_days


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Cases that wait for holders of a permission, and are no date of their own in the calendar.

    Attributes:
        key: name of this list among the kind's.
        what: its kind, for programs.
        where: which cases, of who asks (`upkeep.dates.asking.Asking`): conditions, never loops.
        order: fields, none of them empty in these cases.
        told: name and note of a line.
        due: field of its last day; empty for none.
    """

    key: str
    what: str
    permission: Permission
    where: Callable[[Any], Q]
    order: tuple[str, ...]
    told: Callable[[Any], tuple[str, str]]
    due: str = ""


ITSELF = "itself"


@dataclass(frozen=True, kw_only=True)
class CaseKind:
    """A kind of case.

    Attributes:
        model: its rows have a state, a key that is a UUID, and `get_absolute_url`.
        url: prefix of its pages' names, ``places:upgrade``.
        facts: what the guards ask about, gathered once, as it stands on that day.
        recorder: writes the record of each step; `unsaid` are fields that no record's hash covers. The last day of a term, which is counted
            anew without a step, is never covered.
        shown_to: cases that a person may read, who has the permission `view`; without one these rows alone say who.
        about: field that leads to what its story is told of too; `ITSELF` where the case is that; empty for none.
        locks: fields that lead to rows that are locked before the case, in this order.
        related: what its pages read beside the row, for ``select_related``.
        overlooked: steps that change nothing of what a page says: one that was read before them is still true.
        revised: its rows count their steps in ``revision``, which is each step's `seq` as well.
        warning: what the list says beside the state, as a warning; empty for nothing.
        groups: of which the list shows one: the first unless another is asked for. By state where there are none.
        search: fields in which the list looks for words; `searched` says so beside the input.
        step_papers: with one of these, who may read the case reads the papers that went with its steps; empty for nobody.
        extras: what the story calls that which a step keeps in `extra`, by its key.
    """

    model: type[Model]
    name: Any
    url: str
    states: type[TextChoices]
    badges: Mapping[str, str]
    events: tuple[Event, ...]
    facts: Callable[[Any, date, LegalTerms], Any]
    recorder: Recorder
    unsaid: tuple[str, ...] = ()
    view: Permission | None
    shown_to: Rows
    about: str = ""
    locks: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    overlooked: tuple[str, ...] = ()
    revised: bool = False
    papers: PaperRule | None = None
    clock: CaseClock | None = None
    waits: tuple[Wait, ...] = ()
    columns: tuple[ListColumn, ...] = ()
    order: str = ""
    warning: Callable[[Any], Any] = lambda row: ""
    groups: tuple[CaseGroup, ...] = ()
    search: tuple[str, ...] = ()
    searched: Any = ""
    step_papers: tuple[Permission, ...] = ()
    extras: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    shown: tuple[Fact, ...] = ()
    parts: tuple[CaseRows, ...] = ()
    prints: tuple[Print, ...] = ()
    empty: tuple[Any, Any] = ("", "")
    """What a list without cases says, and what to do."""

    @property
    def key(self) -> str:
        """Label of the model; it stands in records and never changes."""
        return self.model._meta.label_lower

    @property
    def beginnings(self) -> list[Event]:
        """The steps by which a case begins."""
        return [event for event in self.events if event.begins]

    def event(self, name: str) -> Event:
        """The step of this name.

        Raises:
            KeyError: there is none.
        """
        for event in self.events:
            if event.name == name:
                return event
        raise KeyError(name)

    def open_events(self, state: str) -> list[Event]:
        """Steps that may be taken from a state."""
        return [event for event in self.events if state in event.sources]

    def story(self, name: str) -> Any:
        """What a step of this name was, in words; the name itself for one that is not declared."""
        if self.papers is not None and name == self.papers.event:
            return self.papers.story
        for event in self.events:
            if name in event.names:
                return event.story[name] if event.outcomes else event.story
        return name
