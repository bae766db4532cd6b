"""Everything that the hub's services stand on, new and empty, and the variables that say so."""

import json

from app.local.tiktok import CLIENT_KEY, CLIENT_SECRET
from tests.app.aws_server import AwsServer

STACK = "buylink-test"
PUBLIC_URL = "https://hub.example"
SIGNING_KEY, API_KEY, WEBHOOK_KEY = "s" * 64, "i" * 64, "w" * 64


def hub_environment(aws: AwsServer, **changes: str) -> dict[str, str]:
    """A hub's variables: more than any one service reads; `changes` replace some."""
    tiktok_client = json.dumps({"client_key": CLIENT_KEY, "client_secret": CLIENT_SECRET})
    return {
        **aws.environment,
        "TABLE_NAME": aws.hub_table(),
        "STATE_TABLE": aws.state_table(),
        "STACK_TAG": STACK,
        "JWT_SIGNING_KEY_ARN": aws.secret(SIGNING_KEY),
        "API_KEY_ARN": aws.secret(API_KEY),
        "WEBHOOK_KEY_ARN": aws.secret(WEBHOOK_KEY),
        "TIKTOK_CLIENT_ARN": aws.secret(tiktok_client),
        "TOKEN_KEY_ID": aws.kms_key(),
        "PUBLIC_URL": PUBLIC_URL,
        "QUEUE_URL": aws.queue().url,
        "ORIGINALS_BUCKET": aws.bucket(),
        "THUMBNAILS_BUCKET": aws.bucket(),
        "REQUESTS_PER_SECOND": "1000",
        **changes,
    }
