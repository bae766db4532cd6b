"""Run the service: `python -m app.product_service`. Settings: `app.hub.web.listen_settings`."""

import sys

from app.hub.web.http_service import build_app, serve

sys.exit(serve(build_app("product-service")))
