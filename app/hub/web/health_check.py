"""Ask the service in this container for its health: `python -m app.hub.web.health_check`.

For Docker's HEALTHCHECK and the container health check of an ECS task definition: the image has
no curl. Exits 0 when the service answers 200, else 1 with the reason on standard error.
"""

import os
import sys
from urllib.request import urlopen

from app.hub.environment import SettingsError
from app.hub.web.listen_settings import HEALTH_PATH, ListenSettings

TIMEOUT_SECONDS = 2


def main() -> str | None:
    """Return None when healthy, else the reason, as `sys.exit` takes it."""
    try:
        port = ListenSettings.from_environment(os.environ).port
        with urlopen(f"http://127.0.0.1:{port}{HEALTH_PATH}", timeout=TIMEOUT_SECONDS):
            return None
    except (OSError, SettingsError) as error:
        return f"health check: expected 200, got: {error}"


if __name__ == "__main__":
    sys.exit(main())
