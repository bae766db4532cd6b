"""What both APIs are made from: settings of the environment, and the AWS they stand on."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.hub import structured_log
from app.hub.clients import client
from app.hub.environment import (
    Settings,
    SettingsError,
    aws_region,
    nested,
    required,
    whole_number,
)
from app.hub.metrics import Metrics
from app.hub.mode import GuardMode
from app.hub.secret_values import RotatingSecret
from app.hub.table import HubTable
from app.hub.web.access import Access
from app.hub.web.auth import Auth
from app.hub.web.http_service import CHECK_SECONDS, Check, HubApp, serve
from app.hub.web.limits import Gate, Limits

LOG_ONE_IN = 10

logger = logging.getLogger("app")


def _without_slash(_: str, text: str) -> str:
    return text.rstrip("/")


@dataclass(frozen=True, kw_only=True)
class ApiSettings(Settings):
    """`stack` is the value of the tag Stack; `proxies`: see `app.hub.web.access`."""

    region: str = aws_region()
    table: str = required("TABLE_NAME", why="all that the hub keeps is in this table")
    state_table: str = required("STATE_TABLE", why="the guard's mode is in this table")
    stack: str = required("STACK_TAG", why="it is the key of the guard's mode")
    signing_key_arn: str = required(
        "JWT_SIGNING_KEY_ARN", why="creators' tokens are signed with this secret"
    )
    api_key_arn: str = required("API_KEY_ARN", why="clients show this secret")
    public_url: str = required(
        "PUBLIC_URL", why="people reach the hub at this address", parse=_without_slash
    )
    proxies: int = whole_number(
        "PROXIES",
        default=0,
        most=5,
        why="so many proxies of ours stand before this service, and each adds an address to "
        "X-Forwarded-For",
    )
    log_one_in: int = whole_number(
        "LOG_ONE_IN",
        default=LOG_ONE_IN,
        least=1,
        most=1_000_000,
        why="one of so many requests that succeed is logged",
    )
    limits: Limits = nested(Limits)


class Backend:
    """An API's table, access, limits and counts, and the checks of its readiness."""

    def __init__(self, service: str, settings: ApiSettings) -> None:
        dynamodb = client("dynamodb", settings.region)
        secretsmanager = client("secretsmanager", settings.region)
        guard = GuardMode(dynamodb, table=settings.state_table, stack=settings.stack)
        self.settings = settings
        self.secretsmanager = secretsmanager
        self.table = HubTable(dynamodb, settings.table)
        self.signing_keys = RotatingSecret(secretsmanager, settings.signing_key_arn)
        self.auth = Auth(
            signing_keys=self.signing_keys,
            api_keys=RotatingSecret(secretsmanager, settings.api_key_arn),
        )
        self.gate = Gate(settings.limits, guard, self.table)
        self.access = Access.by(self.auth, self.gate, proxies=settings.proxies)
        self.metrics = Metrics(service, settings.stack)
        impatient = client("dynamodb", settings.region, read_seconds=CHECK_SECONDS, attempts=1)
        self.checks: dict[str, Check] = {"table": HubTable(impatient, settings.table).answers}


def main(service: str, build: Callable[[Mapping[str, str]], HubApp]) -> None:
    """Serve what `build` makes of the environment; exit with 2 when its settings can't be used."""
    structured_log.configure(service)
    try:
        app = build(os.environ)
    except SettingsError as error:
        logger.error("%s", error)
        sys.exit(2)
    sys.exit(serve(app))
