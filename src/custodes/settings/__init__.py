"""The settings of an installation: `model.Settings`, put together from one part for each subject; `page` writes docs/settings.md."""

from custodes.settings.model import Settings, get_settings

__all__ = ["Settings", "get_settings"]
