"""Dates in English pages: ISO as well, so that both languages show the same."""

DATE_FORMAT = "Y-m-d (D)"
SHORT_DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "H:i:s"
DATETIME_FORMAT = "Y-m-d H:i:s"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
