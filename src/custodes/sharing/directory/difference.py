"""What a version changed: systems that came, that went, and that are published under another name."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.sharing.models import Directory, DirectoryEntry


@dataclass(frozen=True, slots=True)
class Difference:
    """Between a version and the one before it; of the first version everything came."""

    came: tuple[DirectoryEntry, ...] = ()
    went: tuple[DirectoryEntry, ...] = ()
    renamed: tuple[tuple[DirectoryEntry, DirectoryEntry], ...] = ()

    @property
    def none(self) -> bool:
        """Whether they list the same."""
        return not (self.came or self.went or self.renamed)


def difference(row: Directory, former: Directory | None) -> Difference:
    """What `row` lists otherwise than `former`; `renamed` has pairs (before, after)."""
    new = {one.system_id: one for one in row.entries.all() if one.listed}
    old = {one.system_id: one for one in former.entries.all() if one.listed} if former else {}
    return Difference(
        tuple(one for pk, one in new.items() if pk not in old),
        tuple(one for pk, one in old.items() if pk not in new),
        tuple(
            (old[pk], one)
            for pk, one in new.items()
            if pk in old and (old[pk].name, old[pk].unit_name) != (one.name, one.unit_name)
        ),
    )


def former_of(row: Directory) -> Directory | None:
    """With which a version is compared: the one that it superseded, or, of one that is being worked on, the current one."""
    if row.public:
        return row.previous
    return Directory.objects.filter(unit=row.unit_id, published_on__isnull=False).order_by("-version").first()
