"""Who may see which footage: a look's ground is asked about the facts that its room gathers, and nothing is added to its answer.

There is no other door: live pictures and recordings, copies that are handed out, films that are masked, single pictures. Each room
gathers once what its ground asks (`gathers`); `law.grounds.registry` has the grounds. Nobody may look at anything before two
administrators were enrolled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from custodes.access.ask import Ask, Granted, Refused
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.registry import GROUNDS
from custodes.people.bootstrap import unenrolled
from custodes.people.models import Person
from custodes.places.models import Camera


@dataclass(frozen=True, slots=True)
class GatheredFacts:
    """What a room knows of one wish.

    Attributes:
        facts: what the ground asks.
        granted: the answer, where nothing is unmet; called then alone.
        before, after: what the room finds unmet beside its ground, told before and after what the ground finds.
        due: the conditions of the ground that have to be met by now; None for all.
        only: the same facts for some of the cameras, nothing asked again; None where all are opened or none.
        alone: the facts of each camera as if it were the only one, in their order; goes with `only`.
    """

    facts: Any
    granted: Callable[[], Granted]
    before: tuple[Unmet, ...] = ()
    after: tuple[Unmet, ...] = ()
    due: Callable[[Any], tuple[Unmet, ...]] | None = None
    only: Callable[[tuple[Camera, ...]], GatheredFacts] | None = None
    alone: Callable[[], list[Any]] | None = None


Gather = Callable[[Person, Ask, datetime], GatheredFacts]
GATHERERS: dict[str, Gather] = {}
"""By the ground's name. A ground that nobody gathers for opens nothing."""


def gathers(ground: str, gather: Gather) -> None:
    """This function gathers the facts of this ground.

    Raises:
        ValueError: there is no such ground, or another function gathers for it.
    """
    if ground not in GROUNDS or GATHERERS.setdefault(ground, gather) is not gather:
        raise ValueError(f"{ground}: no ground, or gathered for twice")


def decide(person: Person, ask: Ask, at: datetime) -> Granted | Refused:
    """Whether this person may see all of what is asked for, at this moment.

    Raises:
        LookupError: no room gathers for the ground.
    """
    return _judge(ask.ground, _gathered(person, ask, at), at)


@dataclass(frozen=True)
class JudgedCameras:
    """A wish for several cameras, judged camera by camera.

    Attributes:
        ask: the wish for those that may be looked at; the whole wish when there is none.
        verdict: on `ask`.
        left_out: the others, each with what is not met.
    """

    ask: Ask
    verdict: Granted | Refused
    left_out: Mapping[Camera, tuple[Unmet, ...]]


def decide_each(person: Person, ask: Ask, at: datetime) -> JudgedCameras:
    """What this person may see of what is asked for: a camera that is closed by itself closes no other.

    A request and a supervised session are opened whole or not at all: what they reach was decided before.
    """
    found = _gathered(person, ask, at)
    if found.only is None or found.alone is None:
        return JudgedCameras(ask, _judge(ask.ground, found, at), {})
    unmet = GROUNDS[ask.ground].unmet
    each = zip(ask.cameras, found.alone(), strict=True)
    left_out = {camera: closed for camera, facts in each if (closed := unmet(facts, at))}
    if not left_out or len(left_out) == len(ask.cameras):
        return JudgedCameras(ask, _judge(ask.ground, found, at), {})
    kept = tuple(camera for camera in ask.cameras if camera not in left_out)
    return JudgedCameras(replace(ask, cameras=kept), _judge(ask.ground, found.only(kept), at), left_out)


def _gathered(person: Person, ask: Ask, at: datetime) -> GatheredFacts:
    gather = GATHERERS.get(ask.ground)
    if gather is None:
        raise LookupError(f"no room gathers for the ground {ask.ground}")
    return gather(person, ask, at)


def _judge(name: str, found: GatheredFacts, at: datetime) -> Granted | Refused:
    ground = GROUNDS[name]
    if found.due is not None:
        asked = found.due(found.facts)
    else:
        asked = (*ground.unmet(found.facts, at), *ground.awaiting(found.facts))
    unmet = (*found.before, *asked, *found.after) or unenrolled()
    return Refused(name, unmet) if unmet else found.granted()
