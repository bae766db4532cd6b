"""Run the service: `python -m app.ingestion_api`. Settings: `app.hub.listen_settings`."""

import sys

from app.hub.http_service import build_app, serve

sys.exit(serve(build_app("ingestion-api")))
