"""The hub on this machine: `make app`. Ctrl-C ends it; nothing of it is kept.

A moto server plays AWS, `dev.hub.tiktok` plays TikTok, and both APIs and the worker run as in
their containers, on loopback alone.
"""

import json
import secrets
import signal
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from app.hub import creators, links
from app.hub.creators import Creator
from app.hub.links import Link
from app.hub.table import HubTable
from app.hub.tiktok.urls import VideoUrl
from app.hub.times import stamp
from dev.hub import tiktok_samples
from dev.hub.aws import AwsServer, AwsServerError
from dev.hub.resources import HubResources, make_guarded
from dev.hub.services import ServiceError, Services
from dev.hub.tiktok import CLIENT_KEY, CLIENT_SECRET, stand_in
from dev.hub.tiktok_samples import VIDEOS, Video

LOGS = Path("out/app")
GENERATED = ("jwt-signing-key", "ingestion-api-key", "product-api-key", "webhook-signing-key")

FAILED = 1


def main() -> int:
    """The exit code: 0 ended by Ctrl-C, 1 something did not start or ended by itself."""
    console = Console(highlight=False, soft_wrap=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    # SIGTERM ends it as Ctrl-C does; a shell starts what runs in its background deaf to Ctrl-C.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            _run(stack, console)
    except KeyboardInterrupt:
        console.print("stopped")
        return 0
    except (AwsServerError, ServiceError) as error:
        console.print(str(error), style="red", markup=False)
    return FAILED


def _run(stack: ExitStack, console: Console) -> None:
    console.print("starting an AWS, a TikTok and the hub's services ...")
    aws = AwsServer(LOGS)
    stack.callback(aws.stop)
    tiktok = stack.enter_context(stand_in())
    keys = {purpose: secrets.token_urlsafe(48) for purpose in GENERATED}
    app = json.dumps({"client_key": CLIENT_KEY, "client_secret": CLIENT_SECRET})
    resources = HubResources.make(aws, "buylink-local", {**keys, "tiktok-client": app})
    make_guarded(aws, resources, "buylink-local")
    creator = add_samples(HubTable(aws.client("dynamodb"), resources.table))
    services = Services(aws, resources, tiktok_url=tiktok.url, logs=LOGS)
    stack.callback(services.stop)
    services.start()
    _tell(console, services, keys, creator)
    services.wait()


def _tell(console: Console, services: Services, keys: dict[str, str], creator: Creator) -> None:
    console.print(
        f"""
HUB={services.product_url}         # {services.product_url}/{creator.handle}
INGESTION={services.ingestion_url}   # sign in: {services.ingestion_url}/v1/sign-in/tiktok
INGESTION_KEY={keys["ingestion-api-key"]}
PRODUCT_KEY={keys["product-api-key"]}
WEBHOOK_KEY={keys["webhook-signing-key"]}
CREATOR={creator.id}
AWS={services.aws_url}

curl -s $INGESTION/v1/videos -H "X-Api-Key: $INGESTION_KEY" -H 'Content-Type: application/json' \\
  -d '{{"creator": "{creator.id}", "url": "{_url(VIDEOS[0])}"}}'

The services' logs are in {LOGS}/. Ctrl-C stops everything.""",
        markup=False,
    )


def _url(video: Video) -> str:
    return VideoUrl(video_id=video.video_id, handle=video.handle).url


_LONG_AGO = stamp(datetime(2026, 1, 1, tzinfo=UTC))


def add_samples(table: HubTable) -> Creator:
    """Creators as after their sign-in, and a link of one's own; returns the one who has it."""
    added = [_creator(sample) for sample in tiktok_samples.CREATORS]
    for creator in added:
        creators.save(table, creator)
    first = added[0]
    links.add(
        table,
        Link(
            id=links.found_id(first.id, _OWN_URL),
            creator_id=first.id,
            url=_OWN_URL,
            title="My soup pot",
            source="made",
            created_at=_LONG_AGO,
            hashtags=("soup",),
        ),
    )
    return first


_OWN_URL = "https://shop.example.com/p/soup-pot"


def _creator(sample: tiktok_samples.Creator) -> Creator:
    return Creator(
        id=creators.id_of(sample.open_id),
        handle=sample.handle,
        display_name=sample.display_name,
        created_at=_LONG_AGO,
    )


if __name__ == "__main__":
    sys.exit(main())
