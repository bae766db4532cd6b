"""Run the service: `python -m app.product_service`. Settings: `app.product_service.service`."""

from app.hub.web.api import main
from app.product_service.service import SERVICE, build

if __name__ == "__main__":
    main(SERVICE, build)
