"""The tables of this app."""

from custodes.access.models.grant import Grant, Ground

__all__ = ["Grant", "Ground"]
