"""Dates as Chinese offices write them in lists: ISO, with the weekday where there is room."""

DATE_FORMAT = "Y-m-d（D）"
SHORT_DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "H:i:s"
DATETIME_FORMAT = "Y-m-d H:i:s"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
