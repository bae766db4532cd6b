"""Which products a video is about: from its caption and its creator's own links."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol
from urllib.parse import unquote, urlsplit

from app.hub.product_url import LONGEST, product_url

LONGEST_URL = LONGEST
LONGEST_TITLE = 120
LONGEST_HASHTAG = 100

_SCHEME = re.compile(r"(?<![a-z0-9+.-])https://", re.IGNORECASE)
_ANY_ADDRESS = re.compile(r"[\w+.-]{0,12}://\S*")
_HASH = re.compile(r"(?<!\w)[#\uff03]")  # the wide one is from Japanese keyboards
_TAG_OR_MENTION = re.compile(r"(?<!\w)[#\uff03@][^\s#\uff03@]*")
_URL_PUNCTUATION = frozenset("-._~:/?#[]@!$&'()*+,;=%")
_AFTER_A_URL = ".,:;!?'"
_CLOSING = {")": "(", "]": "["}
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s+")
_BEFORE_WORDS = frozenset('$€£¥("“«')
_AFTER_WORDS = frozenset('$€£¥)!?%"”»')
_JOINERS = "\u200c\u200d"  # some scripts, and emoji, are spelt with them


@dataclass(frozen=True, kw_only=True)
class FoundUrl:
    """An address as it stands in a text, and the words before it on its line."""

    url: str
    words: str


def urls(text: str) -> Iterator[FoundUrl]:
    """Each https address of a public host, in the order of the text; everything else is left out:
    other schemes and ports, names with user info, international or private names, IP addresses.
    """
    read_to = 0
    for match in _SCHEME.finditer(text):
        if match.start() < read_to:
            continue
        url = _trimmed(
            "".join(takewhile(_in_url, text[match.start() : match.start() + LONGEST_URL + 1]))
        )
        before, read_to = text[read_to : match.start()], match.start() + len(url)
        if is_public_https(url):
            yield FoundUrl(url=url, words=title(re.split(r"[\r\n]", before)[-1]))


def is_public_https(url: str) -> bool:
    """Whether it is an https address that a page may link to, its host in plain ASCII.

    A name that looks like another in other letters is a trap where nobody chose it by hand.
    """
    try:
        product_url(url)
    except ValueError:
        return False
    host = urlsplit(url).netloc
    plain = host.isascii() and not any(
        label.startswith("xn--") for label in host.lower().split(".")
    )
    return plain and all(map(_in_url, url))


def canonical(url: str) -> str:
    """Equal for addresses that lead to the same page: the host's case, the port 443, an empty path
    and the place within the page make no difference. Parameters do: a shop pays by them.
    """
    parts = urlsplit(url)
    place = f"#{parts.fragment}" if parts.fragment[:1] in ("/", "!") else ""  # a page of its own
    query = f"?{parts.query}" if parts.query else ""
    return f"https://{parts.hostname}{parts.path or '/'}{query}{place}"


def hashtags(text: str) -> frozenset[str]:
    """In lower case, without the sign; a part of an address is none."""
    words = _ANY_ADDRESS.sub(" ", text)
    hashtags = (
        "".join(takewhile(_in_word, words[match.end() : match.end() + LONGEST_HASHTAG]))
        for match in _HASH.finditer(words)
    )
    return frozenset(hashtag_key(hashtag) for hashtag in hashtags if hashtag)


def hashtag_key(hashtag: str) -> str:
    """How two spellings of a hashtag are compared."""
    return unicodedata.normalize("NFKC", hashtag).lstrip("#").casefold()


def title(text: str) -> str:
    """A line's words, without tags, addresses and what decorates them; "" when there are none."""
    words = _TAG_OR_MENTION.sub(" ", _ANY_ADDRESS.sub(" ", text))
    shown = "".join(
        letter for letter in words if letter.isspace() or letter in _JOINERS or letter.isprintable()
    )
    line = _LIST_NUMBER.sub("", " ".join(shown.split()))
    bare = _bare(line)
    if not any(character.isalpha() for character in bare):
        return ""
    if len(bare) <= LONGEST_TITLE:
        return bare
    return bare[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


SHORTEST_WORD = 4
"""Letters of a path's only word that says something: less is an id, or "dp"."""


def readable(url: str) -> str:
    """A name for an address: "Red lip stick (shop.com)" of shop.com/p/red-lip-stick?id=7."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    words = title(re.sub(r"[-_+]+|\.html?$", " ", last))
    if " " not in words and not (words.isalpha() and len(words) >= SHORTEST_WORD):
        return host
    return f"{words[0].upper()}{words[1:]} ({host})"


def _in_url(character: str) -> bool:
    """Letters of other scripts may stand in a path; where words aren't spaced, text follows it."""
    if character.isascii():
        return character.isalnum() or character in _URL_PUNCTUATION
    wide = unicodedata.east_asian_width(character) in ("W", "F")
    return unicodedata.category(character)[0] in "LMN" and not wide


def _in_word(character: str) -> bool:
    """Also what is written over, under or around a letter."""
    return (
        character.isalnum()
        or character in f"_{_JOINERS}"
        or unicodedata.category(character)[0] == "M"
    )


def _bare(line: str) -> str:
    """Without what decorates a line at its ends."""
    at = [place for place, letter in enumerate(line) if _in_word(letter) or letter in _BEFORE_WORDS]
    to = [place for place, letter in enumerate(line) if _in_word(letter) or letter in _AFTER_WORDS]
    return line[at[0] : to[-1] + 1] if at and to else ""


def _trimmed(url: str) -> str:
    while url and (
        url[-1] in _AFTER_A_URL
        or (url[-1] in _CLOSING and url.count(url[-1]) > url.count(_CLOSING[url[-1]]))
    ):
        url = url[:-1]
    return url


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
        named = in_caption(caption)
        known = {canonical(product.url) for product in named}
        tags = hashtags(caption.text)
        tagged = (
            link
            for link in own_links(caption)
            if canonical(link.url) not in known and tags & set(map(hashtag_key, link.hashtags))
        )
        return (*named, *tagged)[:MOST_PRODUCTS]


def in_caption(caption: Caption) -> tuple[Product, ...]:
    """A product for each address of a public host, the first of equal ones; at most 20."""
    creators_links = {canonical(link.url): link for link in own_links(caption)}
    products: dict[str, Product] = {}
    for address in urls(caption.text):
        key = canonical(address.url)
        product = Product(title=address.words or readable(address.url), url=address.url)
        products.setdefault(key, creators_links.get(key, product))
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
