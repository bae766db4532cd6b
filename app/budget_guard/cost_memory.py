"""Costs as they were asked last, in the report bucket, and how often Cost Explorer was asked."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from botocore.exceptions import ClientError

from app.budget_guard.cost_explorer import Anomaly, CostExplorer, Costs, Row
from app.hub.clients import Client
from app.hub.table import HubTable, Update, When

LATEST = "costs/latest.json"
ESTIMATE = "estimate.json"
"""Where CI puts what `buylink costs STACK --format json` says, after a deployment."""

DAILY_REQUESTS = 2
REVIEW_REQUESTS = 3
"""Of a day, and of one with a review; $0.01 each."""

_MISSING = ("NoSuchKey", "AccessDenied")
"""S3 says the second of a missing object to who may not list the bucket."""

Parsed = TypeVar("Parsed")

Json: TypeAlias = Any
"""Of whatever shape: CI, or an older guard, wrote it."""

logger = logging.getLogger(__name__)


class RequestCount:
    """The requests of a day, in the item `<stack>#requests` of the guard's table."""

    def __init__(self, table: HubTable, stack: str) -> None:
        self._table = table
        self._key = {"stack": f"{stack}#requests"}

    def one_more(self, today: date, most: int) -> bool:
        """Count one before it is made; False when there were `most` already."""
        on = {"today": today.isoformat(), "one": 1}
        another = Update(
            key=self._key,
            expression="SET #requests = #requests + :one",
            values=on,
            when=When(expression="#asked_on = :today AND #requests < :most", values={"most": most}),
        )
        first = Update(
            key=self._key,
            expression="SET #asked_on = :today, #requests = :one",
            values=on,
            when=When(expression="attribute_not_exists(#asked_on) OR #asked_on < :today"),
        )
        return self._table.write_if_so(another) or self._table.write_if_so(first)


class CostMemory:
    """One stack's, through a boto3 S3 client; raises what the client raises."""

    def __init__(self, s3: Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def latest(self) -> Costs | None:
        """What was asked last, whenever that was; never asks. None: nothing that can be read."""
        return self._parsed(LATEST, _costs)

    def today(
        self,
        explorer: CostExplorer,
        today: date,
        monitor_arn: str | None = None,
    ) -> Costs:
        """What was asked today, else asked now; with a monitor, its anomalies too."""
        costs = self.latest()
        if costs is None or costs.asked_on != today:
            costs = explorer.costs(today)
            self.keep(LATEST, costs)
        if monitor_arn is not None and costs.anomalies is None:
            costs = replace(costs, anomalies=explorer.anomalies(today, monitor_arn))
            self.keep(LATEST, costs)
        return costs

    def estimate(self) -> Decimal | None:
        """US dollars a month, typically; None until CI has put one there that can be read."""
        return self._parsed(ESTIMATE, lambda bill: Decimal(bill["total"]["typical"]))

    def read(self, key: str) -> Json:
        """An object's JSON; None where there is none."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return json.loads(answer["Body"].read())

    def _parsed(self, key: str, parse: Callable[[Json], Parsed]) -> Parsed | None:
        """Neither a stop nor a report fails for what somebody else, or an older guard, wrote."""
        try:
            content = self.read(key)
            return None if content is None else parse(content)
        except (ArithmeticError, KeyError, TypeError, ValueError) as error:
            logger.warning("%s can't be read", key, exc_info=error)
            return None

    def keep(self, key: str, content: Costs | Mapping[str, object] | str) -> None:
        """Text is HTML, anything else becomes JSON."""
        is_page = isinstance(content, str)
        data = asdict(content) if isinstance(content, Costs) else content
        text = content if is_page else json.dumps(data, default=str)
        self._s3.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=text.encode(),
            ContentType="text/html; charset=utf-8" if is_page else "application/json",
        )


def _costs(item: Json) -> Costs:
    forecast, anomalies = item["forecast"], item["anomalies"]
    return Costs(
        asked_on=date.fromisoformat(item["asked_on"]),
        rows=tuple(
            Row(
                day=date.fromisoformat(row["day"]),
                service=row["service"],
                component=row["component"],
                amount=Decimal(row["amount"]),
            )
            for row in item["rows"]
        ),
        forecast=None if forecast is None else Decimal(forecast),
        anomalies=None if anomalies is None else tuple(map(_anomaly, anomalies)),
        complete=item["complete"],
    )


def _anomaly(item: Mapping[str, str]) -> Anomaly:
    return Anomaly(
        first_day=item["first_day"],
        last_day=item["last_day"],
        impact=Decimal(item["impact"]),
        where=item["where"],
    )
