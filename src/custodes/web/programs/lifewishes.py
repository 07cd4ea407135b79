"""The shapes of what is sent for a system's life: steps, acceptances, firms, main works, removals, changes, orders."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from ninja import Field
from pydantic import StringConstraints

from custodes.places.lifecycle.case import BY_NAME
from custodes.places.lifecycle.facts import PARTS
from custodes.places.models import ChangeKind, FirmStep, Moment, PlanCause, PlanKind, RemovalGround, UpgradePaperSort
from custodes.upkeep.alarms.windows import SILENCEABLE
from custodes.web.programs.wishes import Strict, Text, said_of, words_of_kind

MOST_WORDS = 300
Words = Annotated[Text, StringConstraints(max_length=MOST_WORDS)]
_TODAY = "The day that counts in law; today when it is left out, never in the future."
_SYSTEM = "`id` of `GET /systems`; one that the person's unit answers for, builds or runs."


class LifeEvent(StrEnum):
    """The steps of a system's life. Its removal has a case of its own: `POST /removals`."""

    SCREEN = "screen"
    DESIGN_OK = "design_ok"
    START = "start"
    COMPLETE = "complete"
    BEGIN_TRIAL = "begin_trial"
    ACCEPT = "accept"
    FAIL = "fail"
    PUT_IN_USE = "put_in_use"
    ABANDON = "abandon"


class StepIn(Strict):
    """One step. What it waits for says `GET /systems/{id}/steps`, each with its clause."""

    event: LifeEvent = Field(
        description="; ".join(
            f"{one.value}: {', '.join(BY_NAME[one.value].sources)} → {BY_NAME[one.value].target}" for one in LifeEvent
        )
        + "."
    )
    on: date | None = Field(
        None, description=_TODAY + " Of `accept` it is the day of the acceptance; a trial begins today."
    )
    words: Words = Field("", description="Why; `fail` and `abandon` need it.")


def _look(key: str) -> str:
    part = next(one for one in PARTS if one.key == key)
    return f"{part.zh} ({part.en}): {part.look_zh}. A pass says something of each part. At most 200 characters."


class AcceptanceParts(Strict):
    """What was found in each of the five parts (N11)."""

    design: Text = Field("", description=_look("design"))
    build: Text = Field("", description=_look("build"))
    inspection: Text = Field("", description=_look("inspection"))
    acceptance: Text = Field("", description=_look("acceptance"))
    archive: Text = Field("", description=_look("archive"))


class AcceptanceIn(Strict):
    """The conclusion of an acceptance (S16.1). It changes no state: then take the step `accept` or `fail` on its day."""

    system: UUID = Field(description=_SYSTEM + " On trial.")
    on: date = Field(description="Day of the acceptance; not before this trial run, not in the future.")
    passed: bool
    parts: AcceptanceParts | None = Field(None, description="What was found in each; a pass says all five (N11).")
    members: Text = Field(description="Who took part, with their units; at most 300 characters.")
    words: Text = Field("", description="A conclusion that it did not pass says why; at most 500 characters.")
    report: UUID | None = Field(None, description="`id` of `GET /dossier` of kind `acceptance`; `accept` waits for it.")


class FirmIn(Strict):
    """A firm that does one step of the system (S13.1, S17). It and its technicians are registered by people."""

    system: UUID = Field(description=_SYSTEM)
    step: Text = Field(description=words_of_kind(FirmStep) + ".")
    unit: UUID | None = Field(None, description="The firm, by the `id` of `GET /units`; or `uscc`.")
    uscc: Text = Field("", description="The firm, by its credit code (GB 32100), wherever it is registered.")
    technicians: list[Text] = Field([], description="Names, as they are registered at the firm.", max_length=50)
    since: date = Field(description="From when on.")


class ProductIn(Strict):
    """A certificate of a model of device (S13.1), with its paper. It holds for every system of the installation."""

    maker: Text = Field(description="As `maker` of the cameras; at most 80 characters.")
    model: Text = Field(description="As `model` of the cameras; at most 80 characters.")
    certificate: Text = Field(description="Number of the certificate or report.")
    issuer: Text = Field(description="Who issued it.")
    issued: date = Field(description="When; not in the future.")
    valid_until: date = Field(description="Its last day.")
    paper: UUID = Field(description="`id` that `POST /papers` gave: PDF, OFD, JPEG, PNG or TIFF.")


class WorksIn(Strict):
    """The main works beside which the system is built (S14): all of it, what is left out is empty."""

    name: Text = Field(description="At most 120 characters.")
    design: date | None = Field(None, description="Day on which their design was done.")
    build: date | None = Field(None, description="Day on which they were built.")
    accept: date | None = Field(None, description="Day on which they were accepted.")
    use: date | None = Field(None, description="Day on which they were put in use.")


class WordsIn(Strict):
    """A reason."""

    words: Words = Field(description="Why.")


class DoneIn(Strict):
    """A day, and what there is to say."""

    on: date | None = Field(None, description=_TODAY)
    words: Words = Field("", description="What there is to say about it.")


class RemovalIn(Strict):
    """What is to be removed, why, and when. It is reported to the county's police at once; nobody permits it (S18)."""

    system: UUID = Field(description=_SYSTEM + " Accepted or in use.")
    whole: bool = Field(False, description="The whole system goes; then without `cameras`.")
    cameras: list[UUID] = Field([], description="`id` of `GET /cameras`, of this system.")
    ground: Text = Field(description=words_of_kind(RemovalGround) + ".")
    why: Text = Field(description="In a sentence or two, for the police; at most 500 characters.")
    planned: date = Field(description="Fifteen days after today or later; sooner is refused, with the first day.")


class PutOffIn(Strict):
    """Another day."""

    planned: date = Field(description="The report stays; `first_day` of the removal says from when on.")


class ChangeIn(Strict):
    """What is to change of a system in use (S34(7), N14). An approver of the unit decides, at the page."""

    kind: Text = Field(description=words_of_kind(ChangeKind) + ".")
    cameras: list[UUID] = Field([], description="Of `move`, `turn`, `replace`, `remove`: `id` of `GET /cameras`.")
    was: Text = Field("", description="Of the other kinds but `add`: how it is; at most 500 characters.")
    wanted: Text = Field(description="How it shall be; at most 500 characters.")
    why: Text = Field(description="At most 500 characters.")
    planned: date | None = Field(None, description="When; not in the past.")


class ChangeBegin(ChangeIn):
    """A change that is asked for."""

    system: UUID = Field(description=_SYSTEM + " Accepted or in use.")


class FoundIn(Strict):
    """What was changed without leave: it stays an incident (S34(7)); restored, or kept by an approver at the page."""

    system: UUID = Field(description=_SYSTEM + " Accepted or in use.")
    kind: Text = Field(description=words_of_kind(ChangeKind) + ".")
    cameras: list[UUID] = Field([], description="As of a change that is asked for.")
    was: Text = Field("", description="As of a change that is asked for.")
    wanted: Text = Field(description="How it is now; at most 500 characters.")
    why: Text = Field(description="How it was found and what is known; at most 500 characters.")
    on: date = Field(description="The day of it; the day of its discovery where that is not known.")


class PictureIn(Strict):
    """A picture of how it was or how it is; for what is not about cameras a paper does as well."""

    moment: Text = Field(description=words_of_kind(Moment) + ".")
    camera: UUID | None = Field(None, description="Which one, where the change is about cameras.")
    paper: UUID = Field(description="`id` that `POST /papers` gave.")


class PlanIn(Strict):
    """An interruption of recording, or a window in which alarms are kept back."""

    kind: Text = Field(description=words_of_kind(PlanKind) + ". A vote (S10(3)) is an interruption.")
    cause: Text = Field(description=words_of_kind(PlanCause) + ".")
    words: Text = Field(description="Who does what; it stands in the log. At most 200 characters.")
    begins: datetime = Field(description="With its time zone, such as 2026-12-01T08:00:00+08:00.")
    ends: datetime = Field(description="As `begins`; not past, and no longer than the installation lets one be.")
    cameras: list[UUID] = Field(
        description="`id` of `GET /cameras`: connected, and run or tended by the person's unit."
    )
    silences: list[Text] = Field(
        [],
        description="Kinds of alarms that a window keeps back: "
        + said_of([(one.key, one.label) for one in SILENCEABLE])
        + ".",
    )


class UpgradePaperIn(Strict):
    """A paper of an order: the plan, or what shows that it is done."""

    kind: Text = Field(
        description="; ".join(f"{one} = {one.label}" for one in (UpgradePaperSort.PLAN, UpgradePaperSort.DONE)) + "."
    )
    paper: UUID = Field(description="`id` that `POST /papers` gave.")
