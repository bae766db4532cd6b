"""Products by rules: the addresses in a caption, and the own links that its hashtags call for."""

from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ai_worker.product_finder import (
    LONGEST_TITLE,
    LONGEST_URL,
    MOST_PRODUCTS,
    Caption,
    Product,
    RuleFinder,
    is_public_https,
)

LIPSTICK = Product(title="My lipstick", url="https://shop.example/lip", hashtags=("Lipstick",))
SERUM = Product(title="My serum", url="https://shop.example/serum", hashtags=("skincare", "glow"))


def find(text: str, *own_links: Product) -> list[tuple[str, str]]:
    products = RuleFinder().find(Caption(text=text, own_links=own_links))
    return [(product.title, product.url) for product in products]


def urls(text: str) -> list[str]:
    return [url for _, url in find(text)]


def test_the_words_before_an_address_on_its_line_are_its_title() -> None:
    caption = (
        "Get ready with me! #grwm\n"
        "1. Red lipstick 💄 → https://shop.example/a?utm_source=tiktok&id=7\n"
        "2) the serum: https://shop.example/b, brush - https://shop.example/c\n"
        "@friend #ad https://www.shop.example/p/soft-blush_stick.html?x=1\n"
        "https://shop.example/dp/B0C1D2E3F4"
    )
    assert find(caption) == [
        ("Red lipstick", "https://shop.example/a?utm_source=tiktok&id=7"),
        ("the serum", "https://shop.example/b"),
        ("brush", "https://shop.example/c"),
        ("Soft blush stick (shop.example)", "https://www.shop.example/p/soft-blush_stick.html?x=1"),
        ("shop.example", "https://shop.example/dp/B0C1D2E3F4"),
    ]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see https://shop.example/a.", "https://shop.example/a"),
        ("(https://shop.example/a)", "https://shop.example/a"),
        ("https://shop.example/a_(b)!?", "https://shop.example/a_(b)"),
        ("“https://shop.example/a”", "https://shop.example/a"),
        ("https://shop.example/a🔥", "https://shop.example/a"),
        ("これhttps://shop.example/aを見て。", "https://shop.example/a"),
        ("https://shop.exampleを見て", "https://shop.example"),
        ("https://shop.example/café", "https://shop.example/café"),
        ("https://shop.example:443/a", "https://shop.example:443/a"),
        ("HTTPS://Shop.Example/A", "HTTPS://Shop.Example/A"),
        ("https://shop.example/a\\@evil.example", "https://shop.example/a"),
        ("https://shop.example/\u202egpj.exe", "https://shop.example/"),
        ("<https://shop.example/a>", "https://shop.example/a"),
    ],
)
def test_an_address_ends_where_its_reader_would_say_it_ends(text: str, url: str) -> None:
    assert urls(text) == [url]


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "javascript:alert(1)",
        "xhttps://shop.example/",
        "https:/shop.example/",
        "https://",
        "https:///shop.example/",
        "https://user@shop.example/",
        "https://user:secret@shop.example/",
        "https://shop.example@evil.example/",
        "https://shop.example:8443/",
        "https://shop.example:port/",
        "https://bücher.example/",
        "https://xn--bcher-kva.example/",
        "https://shop.xn--p1ai/",
        "https://shop\uff0eexample/",
        "https://localhost/",
        "https://shop/",
        "https://printer.local/",
        "https://db.internal/",
        "https://router.lan/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[fe80::1%25eth0]/",
        "https://169.254.169.254/latest/meta-data",
        "https://-shop.example/",
        "https://shop..example/",
        "https://%73hop.example/",
        "https://boo\u212a.example/",  # becomes a k in lower case
        "https://" + "a." * 125 + "example/",
        "https://shop.example/" + "a" * LONGEST_URL,
        "https://" + "a" * 64 + ".example/",
        "https://[",
    ],
)
def test_what_a_page_should_not_link_to_is_left_out(url: str) -> None:
    assert find(f"Buy {url} now") == []
    link = Product(title="Mine", url=url, hashtags=("buy",))
    assert find("#buy", link) == []


@pytest.mark.parametrize("inside", [" ", "\n", "\t", "\\", "\0", "\u202e", '"', "<"])
def test_an_own_link_with_what_no_address_has_is_left_out(inside: str) -> None:
    link = Product(title="Mine", url=f"https://shop.example{inside}/a", hashtags=("buy",))
    assert find("#buy", link) == []


def test_equal_addresses_are_one_product_with_the_first_title() -> None:
    caption = (
        "Lipstick https://shop.example?id=1\n"
        "again https://SHOP.example:443/?id=1#reviews\n"
        "another https://shop.example/?id=2"
    )
    assert find(caption) == [
        ("Lipstick", "https://shop.example?id=1"),
        ("another", "https://shop.example/?id=2"),
    ]


def test_a_page_told_apart_by_its_fragment_alone_is_another_product() -> None:
    caption = "https://shop.example/#/a https://shop.example/#/b"
    assert urls(caption) == ["https://shop.example/#/a", "https://shop.example/#/b"]


def test_no_more_than_twenty_products_are_found() -> None:
    caption = " ".join(f"https://shop.example/{number}" for number in range(30))
    assert len(urls(caption + " #lipstick")) == MOST_PRODUCTS == 20
    nineteen = " ".join(f"https://shop.example/{number}" for number in range(19))
    assert find(nineteen + " #lipstick #glow", LIPSTICK, SERUM)[19:] == [
        (LIPSTICK.title, LIPSTICK.url)
    ]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("new look #lipstick", ["My lipstick"]),
        ("new look #LIPSTICK#glow", ["My lipstick"]),
        ("#glow #skincare #lipstick", ["My lipstick", "My serum"]),
        ("\uff03\uff47\uff4c\uff4f\uff57", ["My serum"]),
        ("#glow:https://shop.example", ["shop.example", "My serum"]),
        ("#lipsticks", []),
        ("lipstick", []),
        ("a#lipstick", []),
        ("http://page.example/#lipstick", []),
    ],
)
def test_a_hashtag_attaches_the_own_links_that_have_it(text: str, titles: list[str]) -> None:
    assert [title for title, _ in find(text, LIPSTICK, SERUM)] == titles


def test_an_own_link_in_the_caption_keeps_what_its_creator_wrote() -> None:
    products = RuleFinder().find(
        Caption(text="Cheap! https://SHOP.example/lip#top #lipstick", own_links=(LIPSTICK,))
    )
    assert products == (LIPSTICK,)


def test_a_product_of_the_caption_has_no_hashtags_that_would_attach_it_to_other_videos() -> None:
    [product] = RuleFinder().find(Caption(text="#ad Brush https://shop.example/brush"))
    assert product == Product(title="Brush", url="https://shop.example/brush", hashtags=())


def test_a_title_is_cut_between_words_and_has_nothing_invisible_in_it() -> None:
    [(title, _)] = find("word " * 100 + "https://shop.example/")
    assert len(title) <= LONGEST_TITLE
    assert title.endswith("word…")
    [(title, _)] = find("Safe\u202e\u0000\u200b word https://shop.example/")
    assert title == "Safe word"


def test_words_of_every_script_stay_whole() -> None:
    hindi = Product(title="Mine", url="https://shop.example/1", hashtags=("लिपस्टिकी",))
    assert find("लाल लिपस्टिकी: https://shop.example/2 #लिपस्टिकी", hindi) == [
        ("लाल लिपस्टिकी", "https://shop.example/2"),
        ("Mine", "https://shop.example/1"),
    ]


@pytest.mark.parametrize("part", ["[", "@a.", "https://", "https://a.example/(", "a[", "#", "://"])
def test_a_long_text_takes_no_longer_than_its_length(part: str) -> None:
    begun = monotonic()
    find(part * (100_000 // len(part)))
    assert monotonic() - begun < 5  # a minute, if each place of it were looked at from each


parts = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "https://",
            "shop.example",
            "/a",
            "?b=c",
            "#tag",
            "@",
            ":",
            "\n",
            " ",
            "\\",
            "[",
            "]",
            "。",
        ]
    ),
)
captions = st.lists(parts, max_size=30).map("".join)
creators_links = st.lists(
    st.builds(
        Product, title=st.text(max_size=9), url=captions, hashtags=st.tuples(st.text(max_size=4))
    ),
    max_size=3,
)


@settings(deadline=None, max_examples=300)
@given(text=captions, own_links=creators_links)
def test_whatever_the_caption_every_address_is_https_and_was_given(
    text: str, own_links: list[Product]
) -> None:
    products = RuleFinder().find(Caption(text=text, own_links=tuple(own_links)))
    assert len(products) <= MOST_PRODUCTS
    for product in products:
        assert product.url.lower().startswith("https://")
        assert is_public_https(product.url)
        assert product.url in text or product in own_links
        assert product in own_links or 0 < len(product.title) <= 400
