"""Reads every module of obligations, so that `OBLIGATIONS` is complete."""

from __future__ import annotations

from custodes.law.duties import building, filing, linking, planning, running
from custodes.law.duties.registry import OBLIGATIONS

MODULES = (planning, building, filing, linking, running)

__all__ = ["MODULES", "OBLIGATIONS"]
