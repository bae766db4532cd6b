"""What the API takes and gives, as JSON: names in camelCase, money as decimal text."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic.alias_generators import to_camel

from app.hub import links
from app.hub.product_url import LONGEST, product_url

LINK_ID = rf"^[0-9A-Za-z]{{{links.ID_LENGTH}}}$"
MOST_HASHTAGS = 20

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _no_controls(text: str) -> str:
    if not text.isprintable():
        raise ValueError("expected text that can be shown, got control characters")
    return text


def _iso_date(value: object) -> object:
    """Pydantic takes seconds since 1970 too."""
    if isinstance(value, str) and not _DATE.fullmatch(value):
        raise ValueError("expected a date such as 2026-11-25")
    return value


Day = Annotated[date, BeforeValidator(_iso_date)]
Url = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST), AfterValidator(product_url)
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(_no_controls),
]
Hashtag = Annotated[str, StringConstraints(pattern=r"^\w{1,60}$", to_lower=True)]
Hashtags = Annotated[list[Hashtag], Field(max_length=MOST_HASHTAGS)]
LinkId = Annotated[str, StringConstraints(pattern=LINK_ID)]
Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
"""A JSON number may have been rounded by whoever wrote it."""


class _Model(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid", strict=True
    )


class NewLink(_Model):
    """A link as it is made; `hashtags` attach videos to it."""

    url: Url = Field(
        description="https, to a host of the public internet",
        examples=["https://shop.example/lamp"],
    )
    title: Title = Field(examples=["A red lamp"])
    hashtags: Hashtags = []
    active: bool = True


class LinkChange(_Model):
    """What is left out, or null, stays as it is."""

    url: Url | None = None
    title: Title | None = Field(default=None, examples=["A blue lamp"])
    hashtags: Hashtags | None = None
    active: bool | None = None

    def changes(self) -> dict[str, object]:
        """By the names of `Link`."""
        changes: dict[str, object] = {
            name: value for name, value in dict(self).items() if value is not None
        }
        if self.hashtags is not None:
            changes["hashtags"] = tuple(self.hashtags)
        return changes


class LinkOut(_Model):
    """A link; `thumbnails` are paths by width in pixels, `shortUrl` is what to share."""

    id: str
    short_url: str
    url: str
    title: str
    hashtags: tuple[str, ...]
    active: bool
    source: Literal["found", "made"]
    created_at: str
    video_id: str | None
    thumbnails: dict[int, str]

    @classmethod
    def of(cls, link: links.Link, public_url: str) -> Self:
        """As it is shown to its owner."""
        return cls(
            id=link.id,
            short_url=f"{public_url}/r/{link.id}",
            url=link.url,
            title=link.title,
            hashtags=link.hashtags,
            active=link.active,
            source=link.source,
            created_at=link.created_at,
            video_id=link.video_id,
            thumbnails={width: f"/{key}" for width, key in (link.thumbnails or {}).items()},
        )


class LinkList(_Model):
    """The newest first, at most 100."""

    links: list[LinkOut]


class Figures(_Model):
    """`conversions` are sales; `revenue` is by currency, less refunds, as decimal text."""

    clicks: int
    conversions: int
    revenue: dict[str, str]


class DayFigures(Figures):
    """Of a UTC day."""

    day: date


class LinkFigures(Figures):
    """Of a link."""

    link: str


class StatsOut(_Model):
    """Days and links without figures are left out; the days are from `from` to `to`, both in."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    totals: Figures
    days: list[DayFigures]
    links: list[LinkFigures]


class Conversion(_Model):
    """A sale or a refund; `amount` is positive for both. An event is counted once."""

    event_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_.:-]{1,64}$")]
    link: LinkId
    type: Literal["sale", "refund"]
    amount: Amount = Field(description="As text, such as '12.50'", examples=["12.50"])
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(
        description="ISO 4217", examples=["EUR"]
    )
    occurred_at: AwareDatetime


class Counted(_Model):
    """A conversion that was counted, on the UTC day when it happened."""

    event_id: str
    link: str
    day: date
