"""What is kept and watched: objects, tables, logs, metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.planning.options.choices.offer import Choice, Offer
from buylink.planning.options.result import Degree

SHORT_RETENTION: Final = 7
EARLY_DAYS: Final = 7
"""Uploads are read once, within minutes, by the worker."""
YEAR: Final = 365


def watching(offer: Offer) -> Iterator[Choice]:
    """Container Insights, the dashboard and the logs."""
    levels = {
        "disabled": ("No Container Insights", "medium", "CPU, memory and the hub's alarms stay"),
        "enabled": ("Container Insights by service", "low", "no series of single tasks"),
        "enhanced": ("Enhanced Container Insights", "low", "series of every task and container"),
    }
    for level, (title, risk, why) in levels.items():
        if level != offer.settings.cluster.container_insights:
            rated: tuple[Degree, Degree] = ("medium" if risk == "medium" else "low", "low")
            values = {"cluster.containerInsights": level}
            yield offer.choice(f"insights-{level}", title, values, rated, why)
    if offer.settings.monitoring.dashboard:
        yield offer.choice(
            "watching-dashboard",
            "Without the CloudWatch dashboard",
            {"monitoring.dashboard": False},
            ("low", "low"),
            "alarms stay; its graphs are a console query away, and free below four an account",
        )
    if offer.settings.logs.retention_days > SHORT_RETENTION:
        yield offer.choice(
            "logs-retention",
            f"Logs for {SHORT_RETENTION} days",
            {"logs.retentionDays": SHORT_RETENTION},
            ("medium", "low"),
            "what is taken in costs far more than what is kept; an older fault can't be read up",
        )


def storage(offer: Offer) -> Iterator[Choice]:
    """Moves and expiry of objects, at their real size."""
    originals = offer.settings.storage.originals
    early = [{"afterDays": EARLY_DAYS, "storageClass": "GLACIER_IR"}]
    intelligent = [{"afterDays": 0, "storageClass": "INTELLIGENT_TIERING"}]
    yield offer.choice(
        "s3-glacier",
        f"Uploads to Glacier Instant Retrieval after {EARLY_DAYS} days",
        offer.of_bucket("originals", "transitions", early),
        ("low", "low"),
        "read as fast as before, at $0.03 a GB; who reads uploads often pays more",
    )
    yield offer.choice(
        "s3-intelligent",
        "Uploads in Intelligent-Tiering",
        offer.of_bucket("originals", "transitions", intelligent),
        ("low", "low"),
        "S3 moves what nobody reads, for a fee an object; reading costs nothing",
    )
    if originals.transitions:
        yield offer.choice(
            "s3-standard",
            "Uploads stay in Standard",
            offer.of_bucket("originals", "transitions", []),
            ("low", "low"),
            "what tiering saves already",
        )
    yield offer.choice(
        "s3-thumbnails",
        "Thumbnails in Intelligent-Tiering",
        offer.of_bucket("thumbnails", "transitions", intelligent),
        ("low", "low"),
        f"{offer.settings.storage.thumbnails.typical_kb} KB is the size that a move is judged by",
    )
    if (originals.expire_days or 0) > YEAR:
        yield offer.choice(
            "s3-expire",
            f"Uploads for one year, not {originals.expire_days} days",
            offer.of_bucket("originals", "expireDays", YEAR),
            ("medium", "low"),
            "creators' older uploads are gone",
        )


def data(offer: Offer) -> Iterator[Choice]:
    """Recovery of the tables."""
    if offer.settings.tables.point_in_time_recovery:
        yield offer.choice(
            "data-recovery",
            "Tables without point-in-time recovery",
            {"tables.pointInTimeRecovery": False},
            ("high", "low"),
            "a table that somebody spoils stays spoiled",
        )
