"""Reads every module of obligations, so that `OBLIGATIONS` is complete."""

from __future__ import annotations

from custodes.law.duties import building, filing, keeping, operating, planning, routines, standards, using
from custodes.law.duties.registry import OBLIGATIONS

MODULES = (
    planning,
    building,
    filing,
    using,
    using,
    keeping,
    routines,
    operating,
    keeping,
    standards,
)

__all__ = ["MODULES", "OBLIGATIONS"]
