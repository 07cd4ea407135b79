"""The bytes of one fragment, read from its file."""

from __future__ import annotations

import os

from custodes.video.archive.fragments import FragmentRef


class FootageGone(Exception):
    """The bytes of a fragment are not there (any more): purged, or the volume is absent or damaged."""


def read_fragment(ref: FragmentRef) -> bytes:
    """The bytes of a fragment.

    Raises:
        FootageGone: they are not there.
    """
    try:
        fd = os.open(ref.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            data = os.pread(fd, ref.size, ref.offset)
        finally:
            os.close(fd)
    except OSError as error:
        raise FootageGone(f"segment {ref.sequence} can't be read: {error.strerror}") from error
    if len(data) != ref.size:
        raise FootageGone(f"segment {ref.sequence} ends before its fragment at {ref.offset}")
    return data
