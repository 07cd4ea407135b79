"""The archive's site, for the recorder's tests too."""

from tests.video.archive.conftest import sealed, site

__all__ = ["sealed", "site"]
