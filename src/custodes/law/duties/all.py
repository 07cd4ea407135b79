"""Reads every module of obligations, so that `OBLIGATIONS` is complete."""

from __future__ import annotations

from custodes.law.duties import (
    building,
    filing,
    hours,
    keeping,
    linking,
    maintaining,
    operating,
    planning,
    routines,
    staff,
    standards,
    using,
)
from custodes.law.duties.registry import OBLIGATIONS

MODULES = (
    planning,
    building,
    filing,
    linking,
    using,
    maintaining,
    keeping,
    routines,
    staff,
    operating,
    hours,
    standards,
)

__all__ = ["MODULES", "OBLIGATIONS"]
