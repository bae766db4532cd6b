"""The arithmetic of colder storage classes, by hand from S3's price list."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buylink.costs.meters.s3_classes import CLASSES as METERED
from buylink.costs.meters.s3_classes import MONITORED, SMALLEST_MONITORED, TIERED, billing_rule
from buylink.costs.meters.s3_classes import STANDARD as STANDARD_CLASS
from buylink.costs.prices.book import packaged
from buylink.settings.storage import INTELLIGENT, STANDARD, TIERS, compare, loss_message

CLASSES = [*TIERS, "INTELLIGENT_TIERING"]
MONTHS = st.integers(1, 120).map(Decimal)


def test_the_prices_are_those_of_the_price_book() -> None:
    prices = packaged().in_region("us-east-1")
    assert prices.price(METERED[STANDARD_CLASS].storage).first == STANDARD
    for name, tier in TIERS.items():
        metered = METERED[name]
        assert prices.price(metered.storage).first == tier.stored, name
        assert prices.price(metered.transition).first == tier.moved, name
        assert (tier.smallest_kb, tier.least_days) == (metered.smallest_kb, metered.least_days)
        assert (tier.overhead_kb, tier.overhead_standard_kb) == (
            metered.overhead_kb,
            metered.index_kb,
        )
    tiered = METERED[TIERED]
    assert prices.price(tiered.transition).first == INTELLIGENT.moved
    assert prices.price(MONITORED.meter).first == INTELLIGENT.monitored
    assert INTELLIGENT.smallest_kb == billing_rule(SMALLEST_MONITORED)
    assert [price for _, price in INTELLIGENT.stored] == [
        prices.price(use.meter).first for use in tiered.stored[:3]
    ]


def test_a_million_thumbnails_of_20_kb_cost_44_cents_a_month_and_153_in_infrequent_access() -> None:
    # 1,000,000 x 20 KB = 19.07 GB x $0.023 = $0.44; billed as 128 KB: 122.07 GB x $0.0125 = $1.53;
    # and 1,000,000 moves x $0.01 a thousand = $10.
    comparison = compare("STANDARD_IA", 20, Decimal(1))
    assert round(comparison.standard, 2) == Decimal("0.44")
    assert round(comparison.colder, 2) == Decimal("1.53")
    assert comparison.moving == Decimal(10)


def test_glacier_bills_40_kb_more_for_each_object_8_of_them_as_standard() -> None:
    # (100 + 32) KB x 1,000,000 = 125.89 GB x $0.0036 x 3 months = $1.36, and 8 KB: 7.63 GB x
    # $0.023 x 3 = $0.53.
    comparison = compare("GLACIER", 100, Decimal(3))
    assert round(comparison.colder, 2) == Decimal("1.89")


def test_a_short_stay_is_billed_for_the_least_days() -> None:
    assert (
        compare("GLACIER_IR", 1000, Decimal(1)).colder
        == compare("GLACIER_IR", 1000, Decimal(3)).colder
    )


def test_intelligent_tiering_moves_what_nobody_reads_and_bills_for_watching() -> None:
    # 1 MB x 1,000,000 = 976.56 GB: one month at 0.023, two at 0.0125, nine at 0.004, and
    # 1,000,000 x $0.0000025 x 12 for watching.
    comparison = compare("INTELLIGENT_TIERING", 1000, Decimal(12))
    stored = Decimal(1000) * 1_000_000 / (1024 * 1024)
    by_hand = stored * (Decimal("0.023") + 2 * Decimal("0.0125") + 9 * Decimal("0.004")) + 30
    assert comparison.colder == by_hand
    assert INTELLIGENT.stored[-1][0] is None


@pytest.mark.parametrize("storage_class", CLASSES)
@given(size=st.integers(1, 127), months=st.just(Decimal(1)))
def test_what_is_under_128_kb_never_pays_back_in_a_month(
    storage_class: str, size: int, months: Decimal
) -> None:
    assert compare(storage_class, size, months).saving < 0


@given(st.sampled_from(CLASSES), st.integers(1, 100_000), MONTHS)
def test_the_message_is_there_exactly_when_money_is_lost(
    storage_class: str, size: int, months: Decimal
) -> None:
    message = loss_message(storage_class, size, months)
    assert (message is None) == (compare(storage_class, size, months).saving > 0)


@given(st.sampled_from(CLASSES), st.integers(128, 50_000), MONTHS)
def test_a_larger_object_never_makes_a_move_worse(
    storage_class: str, size: int, months: Decimal
) -> None:
    months = max(months, Decimal(6))  # past every class's least days
    assert (
        compare(storage_class, size * 2, months).saving
        >= compare(storage_class, size, months).saving
    )
