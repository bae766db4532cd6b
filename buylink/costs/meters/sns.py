"""SNS topics and their subscriptions. https://aws.amazon.com/sns/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from buylink.costs.meters.charge import (
    MESSAGE_KB,
    Charge,
    Free,
    MeterContext,
    MeterSpec,
    Unpriced,
    UsageKey,
    by_chunks,
    get_stated,
)
from buylink.costs.prices.book import Meter
from buylink.graph import Resource

REQUESTS: Final = UsageKey(name="monthly_requests", unit="request", about="the requests of a month")
NOTICES: Final = UsageKey(
    name="monthly_requests", unit="notification", about="the notifications of a month"
)
PUBLISH: Final = Meter("SNS", "SNS standard publish request")
HTTP: Final = Meter("SNS", "SNS HTTP(S) notification")
EMAIL: Final = Meter("SNS", "SNS email notification")
_SUBSCRIBERS: Final = {
    UsageKey(
        name="http_subscriptions", unit="subscription", about="webhooks that this graph lacks"
    ): HTTP,
    UsageKey(
        name="email_subscriptions", unit="subscription", about="addresses that this graph lacks"
    ): EMAIL,
}
_UNPRICED: Final = tuple(
    UsageKey(name=name, unit=unit, about=about)
    for name, unit, about in (
        ("kinesis_subscriptions", "subscription", "deliveries to Firehose"),
        ("mobile_push_subscriptions", "subscription", "mobile push notifications"),
        ("macos_subscriptions", "subscription", "push notifications to macOS"),
        ("sms_subscriptions", "subscription", "text messages"),
        ("sms_notification_price", "USD", "text messages"),
    )
)
_DELIVERIES: Final = {"email": EMAIL, "email-json": EMAIL, "http": HTTP, "https": HTTP}
_FREE: Final = {"sqs": "SQS", "lambda": "Lambda"}


def _topic(topic: Resource, context: MeterContext) -> Iterator[Charge | Unpriced]:
    if get_stated(topic, "fifoTopic") is True:
        yield Unpriced(reason="no price for a FIFO topic")
    else:
        yield by_chunks(topic, context, PUBLISH, REQUESTS)
    for key, meter in _SUBSCRIBERS.items():
        if stated := context.usage(topic).get(key.name):
            each = by_chunks(topic, context, meter, REQUESTS)
            yield replace(each, quantity=each.quantity and each.quantity * stated.amount)


def _subscription(
    subscription: Resource, context: MeterContext
) -> Iterator[Charge | Free | Unpriced]:
    protocol = str(get_stated(subscription, "protocol"))
    if protocol in _FREE:
        yield Free(reason=f"deliveries to {_FREE[protocol]} are free")
    elif protocol in _DELIVERIES:
        yield by_chunks(subscription, context, _DELIVERIES[protocol], NOTICES)
    else:
        yield Unpriced(reason=f"no price for deliveries by {protocol}")


METERS: Final = (
    MeterSpec(
        type="aws:sns/topic:Topic",
        terraform="aws_sns_topic",
        measure=_topic,
        usage_keys=(REQUESTS, MESSAGE_KB, *_SUBSCRIBERS),
        unpriced_keys=_UNPRICED,
    ),
    MeterSpec(
        type="aws:sns/topicSubscription:TopicSubscription",
        terraform="aws_sns_topic_subscription",
        measure=_subscription,
        usage_keys=(NOTICES, MESSAGE_KB),
    ),
)
