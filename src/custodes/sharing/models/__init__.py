"""Tables of sharing."""

from custodes.sharing.models.cooperation import Cooperation, CooperationState
from custodes.sharing.models.directory import Directory, DirectoryEntry, DirectoryState
from custodes.sharing.models.grant import BESIDE, STATED, GrantState, LinkGrant, Verb
from custodes.sharing.models.link import Link, LinkStanding, LinkState, LinkTest, LinkTrial, Outcome, TestPart
from custodes.sharing.models.platform import Platform, PlatformLevel, PlatformRole
from custodes.sharing.models.served import Served, ServedEnd, Stated
from custodes.sharing.models.tree import NodeKind, SharedCamera, SharedNode, TreeChange

__all__ = [
    "BESIDE",
    "STATED",
    "Cooperation",
    "CooperationState",
    "Directory",
    "DirectoryEntry",
    "DirectoryState",
    "GrantState",
    "Link",
    "LinkGrant",
    "LinkStanding",
    "LinkState",
    "LinkTest",
    "LinkTrial",
    "NodeKind",
    "Outcome",
    "Platform",
    "PlatformLevel",
    "PlatformRole",
    "Served",
    "ServedEnd",
    "SharedCamera",
    "SharedNode",
    "Stated",
    "TestPart",
    "TreeChange",
    "Verb",
]
