"""The Django project: settings, addresses, middleware, translations, and the shell around every page."""
