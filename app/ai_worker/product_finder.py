"""Which products a video is about: from its caption and its creator's own links."""

from dataclasses import dataclass
from typing import Protocol

from app.ai_worker.caption_text import (
    canonical,
    hashtag_key,
    hashtags,
    is_public_https,
    readable,
    urls,
)

MOST_PRODUCTS = 20


@dataclass(frozen=True, kw_only=True)
class Product:
    """A title and an https address; `hashtags` attach it to videos, as its creator wishes.

    One that is found in a caption has no hashtags: #ad there would attach it to every video.
    """

    title: str
    url: str
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Caption:
    """A video's text as posted, and the links that its creator has made."""

    text: str
    own_links: tuple[Product, ...] = ()


class FinderUnavailableError(Exception):
    """The finder can't answer now; the same caption may well be answered later."""


class ProductFinder(Protocol):
    """Rules (`RuleFinder`), or a model (`bedrock_finder.BedrockFinder`)."""

    def find(self, caption: Caption) -> tuple[Product, ...]:
        """At most 20 products, whose addresses all stand in the caption or in the own links.

        Raises FinderUnavailableError when it is worth another try.
        """
        ...


class RuleFinder:
    """Each https address in the caption is a product, and each own link that shares a hashtag."""

    def find(self, caption: Caption) -> tuple[Product, ...]:
        """In the order of the caption, then of the own links; never raises.

        A title is the words before the address on its line, or else made of the address. Where the
        address is an own link's, that is the product.
        """
        found = in_caption(caption)
        known = {canonical(product.url) for product in found}
        tags = hashtags(caption.text)
        tagged = (
            link
            for link in own_links(caption)
            if canonical(link.url) not in known and tags & set(map(hashtag_key, link.hashtags))
        )
        return (*found, *tagged)[:MOST_PRODUCTS]


def in_caption(caption: Caption) -> tuple[Product, ...]:
    """A product for each address of a public host, the first of equal ones; at most 20."""
    own = {canonical(link.url): link for link in own_links(caption)}
    products: dict[str, Product] = {}
    for found in urls(caption.text):
        key = canonical(found.url)
        product = Product(title=found.words or readable(found.url), url=found.url)
        products.setdefault(key, own.get(key, product))
        if len(products) == MOST_PRODUCTS:
            break
    return tuple(products.values())


def own_links(caption: Caption) -> tuple[Product, ...]:
    """The creator's links that can be linked to, the first of equal ones."""
    links: dict[str, Product] = {}
    for link in caption.own_links:
        if is_public_https(link.url):
            links.setdefault(canonical(link.url), link)
    return tuple(links.values())
