"""What both APIs are made from: settings of the environment, and the AWS they stand on."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from app.hub import structured_log
from app.hub.clients import client
from app.hub.environment import SettingsError, region, required, whole_number
from app.hub.metrics import Metrics
from app.hub.mode import GuardMode
from app.hub.secret_values import RotatingSecret
from app.hub.table import HubTable
from app.hub.web.auth import Auth
from app.hub.web.http_service import HubApp, serve
from app.hub.web.limits import Gate, Limits
from app.hub.web.readiness import READ_SECONDS, Check

LOG_ONE_IN = 10

_WHYS = {
    "TABLE_NAME": "all that the hub keeps is in this table",
    "STATE_TABLE": "the guard's mode is in this table",
    "STACK_TAG": "it is the key of the guard's mode",
    "JWT_SIGNING_KEY_ARN": "creators' tokens are signed with this secret",
    "API_KEY_ARN": "clients show this secret",
    "PUBLIC_URL": "people reach the hub at this address",
}

logger = logging.getLogger("app")


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """`stack` is the value of the tag Stack; `public_url` has no slash at its end; `proxies`:
    see `app.hub.web.client_address`."""

    region: str
    table: str
    state_table: str
    stack: str
    signing_key_arn: str
    api_key_arn: str
    public_url: str
    proxies: int
    log_one_in: int
    limits: Limits

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read TABLE_NAME, STATE_TABLE, STACK_TAG, JWT_SIGNING_KEY_ARN, API_KEY_ARN, PUBLIC_URL and
        AWS_REGION; PROXIES (0 to 5), LOG_ONE_IN (1 to 1,000,000) and those of `Limits`, which have
        defaults.

        Raises SettingsError for what is missing or can't be used.
        """
        given = required(environment, _WHYS)
        return cls(
            region=region(environment),
            table=given["TABLE_NAME"],
            state_table=given["STATE_TABLE"],
            stack=given["STACK_TAG"],
            signing_key_arn=given["JWT_SIGNING_KEY_ARN"],
            api_key_arn=given["API_KEY_ARN"],
            public_url=given["PUBLIC_URL"].rstrip("/"),
            proxies=whole_number(
                environment,
                "PROXIES",
                default=0,
                most=5,
                why="so many proxies of ours stand before this service, and each adds an address "
                "to X-Forwarded-For",
            ),
            log_one_in=whole_number(
                environment,
                "LOG_ONE_IN",
                default=LOG_ONE_IN,
                least=1,
                most=1_000_000,
                why="one of so many requests that succeed is logged",
            ),
            limits=Limits.from_environment(environment),
        )


class Backend:
    """An API's table, door, limits and counts, and the checks of its readiness."""

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
        self.metrics = Metrics(service, settings.stack)
        impatient = client("dynamodb", settings.region, read_seconds=READ_SECONDS, attempts=1)
        self.checks: dict[str, Check] = {"table": HubTable(impatient, settings.table).answers}


def main(service: str, build: Callable[[Mapping[str, str]], HubApp]) -> None:
    """Serve what `build` makes of the environment; exit with 2 when its settings can't be used."""
    structured_log.configure(service)
    try:
        app = build(os.environ)
    except SettingsError as error:
        logger.error("%s", error)  # noqa: TRY400  the text says it all; a stack would not help
        sys.exit(2)
    sys.exit(serve(app))
