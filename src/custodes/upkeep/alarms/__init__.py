"""告警: everything that needs a person, in one model (docs/design/alarms.md)."""
