"""`custodes gb28181`: one file a subcommand, joined in `app.py`."""
