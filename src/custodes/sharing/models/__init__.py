"""Tables of sharing."""

from custodes.sharing.models.directory import Directory, DirectoryEntry, DirectoryState
from custodes.sharing.models.step import SharingStep

__all__ = ["Directory", "DirectoryEntry", "DirectoryState", "SharingStep"]
