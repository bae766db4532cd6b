"""Links: found or made, shown on a page, changed by their creator."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.hub import creators, keys, links
from app.hub.creators import Creator
from app.hub.links import Link
from app.hub.product_url import LONGEST, ProductUrlError, host_of, product_url
from app.hub.table import ConditionFailedError, HubTable, Put
from tests.app.hub.samples import ANNA


def test_a_creator_is_found_by_id_and_by_handle(hub_table: HubTable) -> None:
    creators.save(hub_table, ANNA)
    assert creators.find(hub_table, ANNA.id) == ANNA
    assert creators.id_by_handle(hub_table, "anna.cooks") == ANNA.id
    assert creators.find(hub_table, "cnobody") is None
    assert creators.id_by_handle(hub_table, "nobody") is None


def test_a_creator_who_comes_again_stays_as_old_and_keeps_the_former_handle(
    hub_table: HubTable,
) -> None:
    creators.save(hub_table, ANNA)
    renamed = replace(ANNA, handle="anna", display_name="A", created_at="2027-01-01T00:00:00Z")
    creators.save(hub_table, renamed)
    assert creators.find(hub_table, ANNA.id) == replace(renamed, created_at=ANNA.created_at)
    for handle in ("anna", "anna.cooks"):
        assert creators.id_by_handle(hub_table, handle) == ANNA.id


def test_a_handle_belongs_to_who_showed_it_last(hub_table: HubTable) -> None:
    creators.save(hub_table, ANNA)
    other = Creator(
        id=creators.id_of("other"), handle="anna.cooks", display_name="O", created_at="2027"
    )
    creators.save(hub_table, other)
    assert creators.id_by_handle(hub_table, "anna.cooks") == other.id
    assert creators.find(hub_table, ANNA.id) == ANNA


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_an_id_is_16_letters_and_digits_and_always_the_same(open_id: str) -> None:
    creator_id = creators.id_of(open_id)
    assert creator_id == creators.id_of(open_id)
    assert creators.ID.fullmatch(creator_id)
    assert keys.creator(creator_id) == {"pk": f"CREATOR#{creator_id}", "sk": "PROFILE"}


FOUND = Link(
    id=links.found_id(ANNA.id, "https://shop.example/pan"),
    creator_id=ANNA.id,
    url="https://shop.example/pan",
    title="shop.example",
    source="found",
    created_at="2026-11-25T12:00:00Z",
    hashtags=("pan",),
)
PICTURES = {320: "thumbnails/1/aa-320.webp", 720: "thumbnails/1/bb-720.webp"}


def test_a_link_comes_back_as_it_was_added_and_is_added_once(hub_table: HubTable) -> None:
    full = replace(FOUND, video_id="1", thumbnails=PICTURES, active=False)
    links.add(hub_table, full)
    assert links.of_creator(hub_table, ANNA.id, FOUND.id) == full
    assert links.find(hub_table, FOUND.id) == full
    with pytest.raises(ConditionFailedError):
        links.add(hub_table, FOUND)


def test_a_link_is_removed_once(hub_table: HubTable) -> None:
    links.add(hub_table, FOUND)
    assert [links.remove(hub_table, ANNA.id, FOUND.id) for _ in range(2)] == [True, False]
    assert links.find(hub_table, FOUND.id) is None


def test_a_video_makes_the_links_that_are_new(hub_table: HubTable) -> None:
    hub_table.write_all([links.shown_in(FOUND, "1", PICTURES)])
    expected = replace(FOUND, video_id="1", thumbnails=PICTURES)
    assert links.of_creator(hub_table, ANNA.id, FOUND.id) == expected
    assert links.find(hub_table, FOUND.id) == expected


def test_a_video_changes_nothing_of_a_link_that_its_creator_changed_but_the_picture(
    hub_table: HubTable,
) -> None:
    theirs = replace(FOUND, title="My pan", hashtags=("mine",), active=False)
    links.add(hub_table, theirs)
    hub_table.write_all([links.shown_in(FOUND, "1", PICTURES)])
    shown = replace(theirs, video_id="1", thumbnails=PICTURES)
    assert links.of_creator(hub_table, ANNA.id, FOUND.id) == shown
    # Braked, there are no pictures: the one that is there stays.
    hub_table.write_all([links.shown_in(FOUND, "2", None)])
    assert links.of_creator(hub_table, ANNA.id, FOUND.id) == replace(shown, video_id="2")


def test_a_page_is_a_creator_and_the_newest_links_and_nothing_else(hub_table: HubTable) -> None:
    creators.save(hub_table, ANNA)
    hub_table.write(Put(item=dict(keys.tiktok(ANNA.id))))
    hub_table.write(Put(item=dict(keys.stats(ANNA.id, "2026-11-25", FOUND.id))))
    for number in range(102):
        stamp = f"2026-11-25T12:{number // 60:02}:{number % 60:02}Z"
        links.add(hub_table, replace(FOUND, id=links.new_id(), created_at=stamp))
    creator, shown = links.page(hub_table, ANNA.id)
    assert creator == ANNA
    assert [link.created_at for link in shown[:2]] == [
        "2026-11-25T12:01:41Z",
        "2026-11-25T12:01:40Z",
    ]
    assert len(shown) == links.MOST_LINKS
    assert links.page(hub_table, "cnobody") == (None, [])


TEXT = st.text(st.characters(codec="utf-8"))


@given(TEXT, TEXT)
def test_a_found_id_is_the_same_for_the_same_and_has_12_digits(one: str, other: str) -> None:
    ids = {links.found_id("c1", one), links.found_id("c1", other)}
    assert len(ids) == len({one, other})
    assert all(
        re.fullmatch(r"[0-9A-Za-z]{12}", identifier) for identifier in [*ids, links.new_id()]
    )


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("https://shop.example", "https://shop.example/"),
        ("https://SHOP.example:443/A?b=C#d", "https://shop.example/A?b=C#d"),
        ("https://shop.example./", "https://shop.example/"),
        ("https://bücher.example/é?ü=1", "https://xn--bcher-kva.example/%C3%A9?%C3%BC=1"),
        ("https://shop.example/a%20b/%zz", "https://shop.example/a%20b/%zz"),
        ("https://shop.example/?u=https://x.example/&v=[1]", None),
        ("https://a-b.c_d.example/;p=1,2/~me/@you", None),
    ],
)
def test_an_address_is_written_as_a_header_takes_it(given_url: str, expected: str | None) -> None:
    assert product_url(given_url) == (expected or given_url)


def test_a_host_is_shown_without_www() -> None:
    assert host_of("https://www.shop.example/a") == "shop.example"


hosts = st.text("abz019.-_[]:@%xｅ。１", max_size=20)  # noqa: RUF001  full-width on purpose
texts = st.text(max_size=60) | st.builds("https://{}/{}".format, hosts, st.text(max_size=20))


@given(texts)
@example("https://\ud800.example/")
@example("https://shop.example/\ud800")
@example("https://" + "a" * 64 + ".example/")
@example("https://a.example:٣/")
@example("https://℀.example/")
def test_whatever_is_given_is_refused_or_a_plain_https_address(text: str) -> None:
    try:
        url = product_url(text)
    except ProductUrlError:
        return
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url
    assert len(url) <= LONGEST
    parts = urlsplit(url)
    assert parts.scheme == "https"
    assert parts.netloc == parts.hostname
    assert not parts.netloc.rsplit(".", maxsplit=1)[-1].isdigit()
    assert product_url(url) == url
