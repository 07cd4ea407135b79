"""The State Council's regulation (Order 799) as a whole."""

from __future__ import annotations

from custodes.law.clauses.national import building, supervision, using

CLAUSES = building.GENERAL + building.BUILDING + using.USING + supervision.SUPERVISION
