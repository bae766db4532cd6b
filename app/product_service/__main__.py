"""Run the service: `python -m app.product_service`. Settings: `app.hub.listen_settings`."""

import sys

from app.hub.http_service import build_app, serve

sys.exit(serve(build_app("product-service")))
