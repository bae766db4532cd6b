"""The service, put together from its parts."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from app.hub.clients import client
from app.hub.environment import Settings, nested, required
from app.hub.metrics import Metrics
from app.hub.secret_values import RotatingSecret
from app.hub.table import HubTable
from app.hub.web.api import ApiSettings, Backend
from app.hub.web.http_service import HubApp, answer_readiness, build_app
from app.hub.web.middleware import ModeHeader
from app.hub.web.openapi import OpenApi, describe
from app.product_service.clicks import Clicks
from app.product_service.conversions import conversions_router
from app.product_service.links_api import links_router
from app.product_service.openapi import PAGES
from app.product_service.pages import Pages, Thumbnails
from app.product_service.redirects import Redirects
from app.product_service.site import Missing, Site
from app.product_service.stats_api import stats_router


@dataclass(frozen=True, kw_only=True)
class ProductSettings(Settings):
    """`api` is what both APIs need."""

    api: ApiSettings = nested(ApiSettings)
    webhook_key_arn: str = required(
        "WEBHOOK_KEY_ARN", why="conversions are signed with this secret"
    )
    thumbnails_bucket: str = required(
        "THUMBNAILS_BUCKET", why="the pictures of links are in this bucket"
    )


SERVICE = "product-service"
CLICKS_READ_SECONDS = 2.0


def build(environment: Mapping[str, str]) -> HubApp:
    """Raises SettingsError."""
    settings = ProductSettings.from_environment(environment)
    backend = Backend(SERVICE, settings.api)
    clicks = _clicks(backend)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncGenerator[None]:
        async with _writing(clicks, backend.metrics):
            yield

    app = build_app(SERVICE, log_one_in=settings.api.log_one_in, lifespan=lifespan)
    app.add_middleware(ModeHeader, guard=backend.gate.mode)
    answer_readiness(app, backend.checks)
    missing = Missing(Site(settings.api.public_url))
    redirects = Redirects(backend.table, clicks, missing)
    _add_pages(app, settings, backend, missing, redirects)
    webhook_keys = RotatingSecret(backend.secretsmanager, settings.webhook_key_arn)
    app.include_router(links_router(backend, redirects.forget))
    app.include_router(stats_router(backend))
    app.include_router(conversions_router(backend, webhook_keys))
    return app


def description(app: HubApp) -> OpenApi:
    """The API in OpenAPI."""
    return describe(app, PAGES)


def _clicks(backend: Backend) -> Clicks:
    # They are sent again each second: the client needn't.
    dynamodb = client(
        "dynamodb", backend.settings.region, read_seconds=CLICKS_READ_SECONDS, attempts=1
    )
    return Clicks(HubTable(dynamodb, backend.settings.table), backend.metrics)


@asynccontextmanager
async def _writing(clicks: Clicks, metrics: Metrics) -> AsyncGenerator[None]:
    """Write clicks until the last request was answered, and then what is left."""
    task = asyncio.create_task(clicks.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await clicks.close()
    metrics.flush()


def _add_pages(
    app: HubApp,
    settings: ProductSettings,
    backend: Backend,
    missing: Missing,
    redirects: Redirects,
) -> None:
    """As bare routes, in the order of how often they are asked for: FastAPI's cost more."""
    s3 = client("s3", settings.api.region)
    thumbnails = Thumbnails(s3, settings.thumbnails_bucket, missing)
    pages = Pages(backend.table, missing.site, thumbnails, missing)
    for path, endpoint in (
        ("/r/{link}", redirects.follow),
        ("/robots.txt", pages.robots),
        ("/{creator}", pages.creator),
        ("/", pages.index),
        ("/thumbnails/{path:path}", thumbnails.redirect),
    ):
        app.add_route(path, endpoint, methods=["GET"])
    unknown = app.router.default

    async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await unknown(scope, receive, send)
        else:
            await missing.answer(Request(scope))(scope, receive, send)

    app.router.default = nothing
