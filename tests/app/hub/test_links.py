"""Links: found or made, shown on a page, changed by their creator."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hub import creators, keys, links
from app.hub.links import Link
from app.hub.table import ConditionFailedError, HubTable, Put
from tests.app.hub.samples import ANNA

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
    assert [it.created_at for it in shown[:2]] == ["2026-11-25T12:01:41Z", "2026-11-25T12:01:40Z"]
    assert len(shown) == links.MOST_LINKS
    assert links.page(hub_table, "cnobody") == (None, [])


TEXT = st.text(st.characters(codec="utf-8"))


@given(TEXT, TEXT)
def test_a_found_id_is_the_same_for_the_same_and_has_12_digits(one: str, other: str) -> None:
    ids = {links.found_id("c1", one), links.found_id("c1", other)}
    assert len(ids) == len({one, other})
    assert all(re.fullmatch(r"[0-9A-Za-z]{12}", it) for it in [*ids, links.new_id()])
