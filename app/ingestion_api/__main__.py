"""Run the service: `python -m app.ingestion_api`. Settings: `app.ingestion_api.service`."""

from app.hub.web.api import main
from app.ingestion_api.service import SERVICE, build

main(SERVICE, build)
