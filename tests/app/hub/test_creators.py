"""Creators and their handles."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.hub import creators, keys
from app.hub.creators import Creator
from app.hub.table import HubTable
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
    found = creators.id_of(open_id)
    assert found == creators.id_of(open_id)
    assert creators.ID.fullmatch(found)
    assert keys.creator(found) == {"pk": f"CREATOR#{found}", "sk": "PROFILE"}
