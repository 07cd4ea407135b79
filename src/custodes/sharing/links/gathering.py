"""From a link's rows to what its guards ask about."""

from __future__ import annotations

from custodes.people.models import Unit
from custodes.places.models import System
from custodes.sharing.directory.added import clause_of
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.links.guards import LinkFacts
from custodes.sharing.links.platforms import own_of
from custodes.sharing.models import Link

HANDLING = ("ask", "examine", "test", "pass_test", "fail_test", "secret", "repoint", "void_test", "trial")
"""Steps by which somebody takes part in bringing a link about, or changes where it leads."""


def handlers_of(link: Link) -> frozenset[int]:
    """Who asked for it in the office, examined and tested it, entered its password or changed where it leads."""
    steps = link.steps.filter(event__in=HANDLING)
    if link.system is not None:
        steps = steps.exclude(event="ask")  # the unit's own people ask; putting it in force is the office's
    return frozenset(steps.values_list("by", flat=True))


def facts_of(link: Link) -> LinkFacts:
    """All that the guards need to know, as the register stands now."""
    last = link.tests.order_by("-at").first()
    return LinkFacts(
        of_platform=link.platform_id is not None,
        own_platform=own_of(link.office) is not None,
        closed=link.system is not None and is_closed(link.system),
        clause=clause_of(link.unit, link.office).clause if link.unit is not None else "",
        passed_at=last.at if last is not None and last.passed else None,
        suspended_at=link.suspended_at,
    )


def facts_of_system(system: System, office: Unit) -> LinkFacts:
    """Of a link that is only going to be asked for."""
    return LinkFacts(
        of_platform=False,
        own_platform=own_of(office) is not None,
        closed=is_closed(system),
        clause=clause_of(system.unit, office).clause,
    )


def is_closed(system: System) -> bool:
    """Whether no path leads to it: classified, of state security or in its hands (S20)."""
    return not nameable(System.objects.filter(pk=system.pk)).exists()
