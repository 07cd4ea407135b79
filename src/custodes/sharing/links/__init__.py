"""Platforms, links and what a link may have (S21 to S24): entered, asked for, tested, put in force, granted, ended."""
