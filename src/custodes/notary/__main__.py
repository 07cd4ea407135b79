"""``python -m custodes.notary``: the same as ``custodes notary``."""

from custodes.logs import configure_logs
from custodes.notary.process import config_of, run
from custodes.settings import get_settings
from custodes.video.clock import SystemClock

if __name__ == "__main__":
    configure_logs(process="notary")
    run(config_of(get_settings()), SystemClock())
