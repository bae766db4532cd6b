"""The audit of the owner's two documents says what is wrong in them, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from functools import cache

import pytest

from buylink.models.audit import HOLDS, OPEN, WRONG, Audit, Claim, audit
from buylink.models.loading import load
from tests.models.declared import OWN

WRONG_BY_HAND = {
    "linkhub": {
        # Unit prices are those of whole vCPUs: $0.024685 and $0.04937 at list price.
        (16, "costs.ecs-fargate.ingestion-api.unitPrice", "listPrice"),
        (17, "costs.ecs-fargate.product-service.unitPrice", "listPrice"),
        (18, "costs.ecs-fargate.ai-workers.unitPrice", "listPrice"),
        # 100 GB at $0.023 are $2.30, 1,000 requests at $0.0000002 less than a cent.
        (22, "costs.storage.s3-thumbnails.amount", "product"),
        (23, "costs.compute.lambda.amount", "product"),
        # 333 - 90 is 243.
        (27, "production.amount", "difference"),
        # 1,000 users are $211 in line 8.
        (151, "growth.users.1000.amount", "same"),
        # 50,000 GB at $0.023 are $1,150.
        (162, "growth.videos.100000.amount", "covers"),
        # At $0.10 a user $211 take 2,110.
        (237, "revenue.breakEven", "ratio"),
        # -2,010 %, -350 % and -40 %.
        (243, "roi.month-1.margin", "margin"),
        (244, "roi.month-3.margin", "margin"),
        (245, "roi.month-6.margin", "margin"),
    },
    "tiktok": {
        # 203M * 12 / 1.015B is $2.40 a year; the regions' means are months'.
        (10, "users.cost", "ratio"),
        (10, "users.cost", "between"),
        # 30 + 200 + 100 + 25 is 355.
        (15, "costs.compute.gpu.instances", "sum"),
        # 100 * 512 GiB and 50 * 768 GiB are 96 TB, the first alone 55 TB.
        (23, "costs.storage.cache.memory", "sum"),
        (183, "costs.storage.cache.redis.memory", "product"),
        # 2 + 3 + 1 + 1 + 0.5 is 7.5.
        (29, "costs.network.data-transfer.amount", "sum"),
        # Four to thirty times the list price on demand.
        (74, "costs.compute.general.api-gateway.amount", "listPrice"),
        (79, "costs.compute.general.core-services.amount", "listPrice"),
        (84, "costs.compute.general.recommendation-engine.amount", "listPrice"),
        (89, "costs.compute.general.background-processing.amount", "listPrice"),
        (94, "costs.compute.general.microservices.amount", "listPrice"),
        (108, "costs.compute.gpu.training.amount", "listPrice"),
        (113, "costs.compute.gpu.serving.amount", "listPrice"),
        (118, "costs.compute.gpu.features.amount", "listPrice"),
        (123, "costs.compute.gpu.experimental.amount", "listPrice"),
        (163, "costs.storage.database.mysql.amount", "listPrice"),
        (168, "costs.storage.database.cassandra.amount", "listPrice"),
        (181, "costs.storage.cache.redis.amount", "listPrice"),
        (186, "costs.storage.cache.elasticache.amount", "listPrice"),
        # 98M / 1.015B is $0.0966: $96.55 are of 1,000 users.
        (129, "users.compute", "ratio"),
        # 10 PB at $0.023 a GB are $230K.
        (139, "costs.storage.video.hot.s3-standard.amount", "product"),
        # 15B of revenue against 2.4B of cost are +84 %.
        (252, "revenue.grossMargin", "margin"),
        # 83, 35, 28 and 12.
        (274, "savings.infrastructure.amount", "sum"),
        (286, "savings.storage.amount", "sum"),
        (293, "savings.network.amount", "sum"),
        (300, "savings.operations.amount", "sum"),
        # 240M * 12 / 1.2B is $2.40.
        (311, "projections.2025.cost", "ratio"),
    },
}

RIGHT_BY_HAND = {
    "linkhub": {
        *("costs.amount", "costs.ecs-fargate.amount", "costs.ecs-fargate.withSpot"),
        *("costs.ecs-fargate.ingestion-api.amount", "costs.ecs-fargate.product-service.amount"),
        *("costs.ecs-fargate.ai-workers.amount", "costs.networking.nat-gateways.amount"),
        *("costs.networking.alb.amount", "costs.storage.s3-thumbnails.unitPrice"),
        *("costs.compute.lambda.unitPrice", "costs.security.secrets-manager.amount"),
        *("costs.security.secrets-manager.unitPrice", "production.costPerUser"),
        *("impact.high.threshold", "impact.medium.threshold", "impact.low.threshold"),
        *("strategies.implemented.fargate-spot.saving", "strategies.short-term.reserved.saving"),
        *("strategies.medium-term.graviton.saving", "growth.users.100.amount"),
        *(f"growth.users.{load}.costPerUser" for load in (100, 1000, 10000, 100000)),
        *(f"growth.videos.{load}.storage" for load in (1000, 10000, 100000)),
        *(f"growth.videos.{load}.amount" for load in (100, 1000, 10000)),
        *(f"roi.month-{month}.revenue" for month in (1, 3, 6, 12)),
        *(f"roi.month-{month}.cost" for month in (1, 3, 6, 12)),
        "roi.month-12.margin",
    },
    "tiktok": {
        *("costs.amount", "costs.compute.amount", "costs.compute.share", "costs.storage.amount"),
        *("costs.storage.share", "costs.network.amount", "costs.network.share"),
        *("costs.tooling.amount", "costs.tooling.share", "costs.compute.general.amount"),
        *("costs.compute.gpu.amount", "costs.storage.video.amount", "costs.storage.video.volume"),
        *(f"costs.storage.video.{tier}.amount" for tier in ("hot", "warm", "cold")),
        *(f"costs.storage.video.{tier}.hdfs.amount" for tier in ("hot", "warm")),
        *("costs.storage.video.warm.s3-ia.amount", "costs.storage.video.cold.glacier.amount"),
        *("costs.storage.video.cold.tape.amount", "costs.storage.database.amount"),
        *("costs.storage.cache.amount", "costs.network.byteplus-cdn.amount"),
        *(
            "costs.storage.video.hot.s3-standard.unitPrice",
            "costs.storage.video.warm.s3-ia.unitPrice",
        ),
        *("costs.storage.video.cold.glacier.unitPrice", "costs.network.byteplus-cdn.traffic"),
        *("costs.network.cloudfront.traffic", "costs.network.byteplus-cdn.europe.share"),
        *(
            "costs.network.byteplus-cdn.asia-pacific.share",
            "costs.network.byteplus-cdn.north-america.share",
        ),
        *("costs.network.byteplus-cdn.rest-of-world.share", "costs.tooling.monitoring.amount"),
        *("costs.tooling.security.amount", "alternatives.cloudfront.more"),
        *("alternatives.cloudflare.more", "alternatives.saving.saving", "revenue.perUser"),
        *("summary.scale", "summary.users", "savings.amount", "projections.2025.growth"),
        *("break-even.requiredRevenue", "break-even.gap", "investment.roi", "investment.payback"),
        *(
            f"costs.compute.gpu.{use}.gpus"
            for use in ("training", "serving", "features", "experimental")
        ),
    },
}
"""Figures that are right by every rule that derives them."""


@cache
def audited(name: str) -> Audit:
    return audit(load(OWN[name]))


def claim_of(name: str, figure: str, rule: str) -> Claim:
    (claim,) = (
        claim
        for claim in audited(name).claims
        if (claim.figure, claim.rule) == (figure, rule) and claim.derived
    )
    return claim


@pytest.mark.parametrize("name", OWN)
def test_the_audit_finds_exactly_what_was_found_by_hand(name: str) -> None:
    wrong = {(claim.line, claim.figure, claim.rule) for claim in audited(name).wrong}
    assert wrong == WRONG_BY_HAND[name]


@pytest.mark.parametrize("name", OWN)
def test_what_is_right_by_hand_holds(name: str) -> None:
    holding = {claim.figure for claim in audited(name).holding if claim.uses != (claim.figure,)}
    wrong = {claim.figure for claim in audited(name).wrong}
    assert RIGHT_BY_HAND[name] <= holding - wrong


@pytest.mark.parametrize("name", OWN)
def test_what_holds_was_derived_by_hand_too(name: str) -> None:
    derived = {claim.figure for claim in audited(name).holding if claim.rule != "same"}
    wrong = {figure for _, figure, _ in WRONG_BY_HAND[name]}
    assert derived - wrong == RIGHT_BY_HAND[name] & derived


@pytest.mark.parametrize("name", OWN)
def test_every_stated_figure_has_a_claim_in_each_of_its_lines(name: str) -> None:
    model = load(OWN[name])
    stated = {
        (line, figure.path)
        for figure in model.figures.values()
        if figure.figure and not figure.source
        for line in (figure.at, *figure.again)
    }
    assert {(claim.line, claim.figure) for claim in audited(name).claims} == stated


@pytest.mark.parametrize("name", OWN)
def test_every_claim_has_its_arithmetic_or_its_reason(name: str) -> None:
    for claim in audited(name).claims:
        assert claim.reason if claim.verdict == OPEN else claim.arithmetic and claim.tolerance, (
            claim
        )


@pytest.mark.parametrize(
    ("name", "figure", "rule", "derived", "arithmetic"),
    [
        (
            "linkhub",
            "production.amount",
            "difference",
            243,
            "333 USD/month - (180 USD/month * 50 %)",
        ),
        ("linkhub", "revenue.breakEven", "ratio", 2110, "211 USD/month / (5 USD/user/month * 2 %)"),
        ("linkhub", "roi.month-1.margin", "margin", -2010, "(10 USD/month - 211 USD/month) / 10"),
        (
            "tiktok",
            "users.cost",
            "ratio",
            "2.4",
            "203M USD/month / 1.015B user = 2.4 USD/user/year",
        ),
        (
            "tiktok",
            "costs.network.data-transfer.amount",
            "sum",
            7_500_000,
            "2M + 3M + 1M + 1M + 500K",
        ),
        (
            "tiktok",
            "costs.storage.video.hot.s3-standard.amount",
            "product",
            230_000,
            "10 PB * 0.023 USD/GB/month = 230K USD/month",
        ),
    ],
)
def test_a_finding_says_how_it_was_worked_out(
    name: str, figure: str, rule: str, derived: int | str, arithmetic: str
) -> None:
    claim = claim_of(name, figure, rule)
    assert claim.verdict == WRONG
    assert claim.low is not None
    assert round(claim.low, 9) == Decimal(derived)
    assert arithmetic in claim.arithmetic


@pytest.mark.parametrize(
    ("figure", "ground"),
    [
        ("break-even.requiredRevenue", "users.cost"),
        ("break-even.gap", "users.cost"),
        ("savings.amount", "savings.storage.amount"),
    ],
)
def test_what_rests_on_a_wrong_figure_says_so(figure: str, ground: str) -> None:
    (claim,) = (claim for claim in audited("tiktok").claims if claim.figure == figure)
    assert claim.verdict == HOLDS
    assert ground in claim.rests_on


@pytest.mark.parametrize("line", [7, 70, 270])
def test_a_line_that_repeats_a_wrong_figure_says_so(line: int) -> None:
    (claim,) = (
        claim
        for claim in audited("linkhub").claims
        if (claim.figure, claim.line) == ("production.amount", line)
    )
    assert (claim.verdict, claim.rests_on) == (HOLDS, ("production.amount",))


def test_a_price_that_pays_for_more_than_is_stated_cannot_be_checked() -> None:
    claim = claim_of("linkhub", "costs.networking.nat-gateways.unitPrice", "covers")
    assert claim.verdict == OPEN
    assert "32.85 USD/gateway/month" in claim.arithmetic
    assert "it also pays for the data processed" in claim.reason


NUMBER = re.compile(r"(?<![\w#.])\d[\d,]*(?:\.\d+)?(?:[KMB](?![A-Za-z])|B\+|B )?(?![\w.]*xlarge)")
NO_FIGURES = (
    r"^#+ .*?\d\. ",  # a heading's number
    r"^\d+\. ",  # a list's
    r"^### Priority \d",
    r"^classDef .*",
    r"^\*\*(Last Updated|Next Review)\*\*.*",  # dates
    r"\(2024\)",
    r"^### 2025",
)


def numbers_in(line: str) -> Counter[str]:
    for pattern in NO_FIGURES:
        line = re.sub(pattern, "", line.strip())
    return Counter(number.strip(" +") for number in NUMBER.findall(line))


@pytest.mark.parametrize("name", OWN)
def test_a_model_holds_every_figure_of_its_document(name: str) -> None:
    model = load(OWN[name])
    assert model.document
    held: dict[int, Counter[str]] = {}
    for stated in model.figures.values():
        if stated.figure and stated.at and not stated.source:
            for line, figure in ((stated.at, stated.figure), *stated.again.items()):
                held.setdefault(line, Counter()).update(figure.tokens)
    missing = {
        number: left
        for number, line in enumerate(model.document.lines, 1)
        if (left := numbers_in(line) - held.get(number, Counter()))
    }
    assert missing == {}


@pytest.mark.parametrize(("name", "figures"), [("linkhub", 130), ("tiktok", 200)])
def test_the_models_are_not_small(name: str, figures: int) -> None:
    assert len(load(OWN[name]).figures) > figures
