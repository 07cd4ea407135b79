"""Telling people and programs of alarms (docs/design/alarms.md §4)."""
