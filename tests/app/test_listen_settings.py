"""The environment variables of an HTTP service."""

import pytest

from app.hub.environment import SettingsError
from app.hub.web.http_service import FINISH_SECONDS
from app.hub.web.listen_settings import MAX_DRAIN_SECONDS, ListenSettings

ECS_LONGEST_STOP_SECONDS = 120


def test_an_empty_environment_listens_on_every_interface_at_8080() -> None:
    settings = ListenSettings.from_environment({})
    assert settings == ListenSettings(host="0.0.0.0", port=8080, drain_seconds=20)  # noqa: S104


def test_every_setting_is_read() -> None:
    given = {"HOST": "127.0.0.1", "PORT": "65535", "DRAIN_SECONDS": "45"}
    settings = ListenSettings.from_environment(given)
    assert settings == ListenSettings(host="127.0.0.1", port=65535, drain_seconds=45)


@pytest.mark.parametrize("value", ["", " 80", "-1", "8.0", "80a", "²", "٣"])
@pytest.mark.parametrize("name", ["PORT", "DRAIN_SECONDS"])
def test_what_is_not_a_whole_number_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: expected a whole number from 0 to "):
        ListenSettings.from_environment({name: value})


def test_a_drain_that_ecs_would_not_wait_for_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"got '46': .* 120 seconds"):
        ListenSettings.from_environment({"DRAIN_SECONDS": "46"})


def test_the_longest_stop_is_well_inside_what_ecs_waits() -> None:
    assert MAX_DRAIN_SECONDS + FINISH_SECONDS <= ECS_LONGEST_STOP_SECONDS - 10
