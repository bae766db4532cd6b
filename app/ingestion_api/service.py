"""The service, put together from its parts."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from fastapi import Depends, Response

from app.hub.clients import client
from app.hub.connections import TokenCipher
from app.hub.environment import Settings, nested, optional, required
from app.hub.intake import Intake
from app.hub.queue import touch
from app.hub.secret_values import RotatingSecret
from app.hub.web.api import ApiSettings, Backend
from app.hub.web.http_service import CHECK_SECONDS, HubApp, answer_readiness, build_app
from app.hub.web.limits import QueueDepth
from app.hub.web.middleware import ModeHeader
from app.ingestion_api.media_api import Originals, media_router
from app.ingestion_api.sign_in_api import sign_in_router
from app.ingestion_api.tiktok_calls import TikTokCalls
from app.ingestion_api.videos_api import videos_router


@dataclass(frozen=True, kw_only=True)
class IngestionSettings(Settings):
    """`api` is what both APIs need; where TikTok is, is in `TIKTOK_ENDPOINT_URL`, if anywhere."""

    api: ApiSettings = nested(ApiSettings)
    queue_url: str = required("QUEUE_URL", why="videos are queued there for the worker")
    originals_bucket: str = required(
        "ORIGINALS_BUCKET", why="uploaded videos are kept in this bucket"
    )
    tiktok_client_arn: str = required(
        "TIKTOK_CLIENT_ARN", why="creators sign in with the TikTok app of this secret"
    )
    token_key_id: str = required(
        "TOKEN_KEY_ID", why="creators' TikTok tokens are encrypted with this KMS key"
    )
    tiktok_endpoint_url: str | None = optional("TIKTOK_ENDPOINT_URL")


SERVICE = "ingestion-api"


def build(environment: Mapping[str, str]) -> HubApp:
    """The app, by its environment; nobody is asked anything yet. Raises SettingsError."""
    settings = IngestionSettings.from_environment(environment)
    tiktok = TikTokCalls(settings.tiktok_endpoint_url)
    backend = Backend(SERVICE, settings.api)
    region = settings.api.region
    sqs = client("sqs", region)
    intake = Intake(backend.table, sqs, settings.queue_url)
    depth = QueueDepth(sqs, settings.queue_url)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncGenerator[None]:
        yield
        backend.metrics.flush()

    app = build_app(SERVICE, log_one_in=settings.api.log_one_in, lifespan=lifespan)
    impatient = client("sqs", region, read_seconds=CHECK_SECONDS, attempts=1)
    queue = partial(touch, impatient, settings.queue_url)
    answer_readiness(app, {**backend.checks, "queue": queue})
    for router in (
        videos_router(backend, intake, depth, tiktok),
        media_router(
            backend, intake, depth, Originals(client("s3", region), settings.originals_bucket)
        ),
        sign_in_router(
            backend,
            RotatingSecret(backend.secretsmanager, settings.tiktok_client_arn),
            TokenCipher(client("kms", region), settings.token_key_id),
            tiktok,
        ),
    ):
        app.include_router(router, dependencies=[Depends(_uncached)])
    app.add_middleware(ModeHeader, guard=backend.gate.mode)
    return app


def _uncached(response: Response) -> None:
    """All answers are for one person; problem documents say so themselves."""
    response.headers["Cache-Control"] = "no-store"
