"""The stand-in as a process and in a browser; and what the TikTok folder is made of."""

import subprocess
import sys

import httpx

from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.public_pages import read_embed
from app.hub.tiktok.urls import VideoUrl
from dev.hub.tiktok import CLIENT_KEY, StandIn
from dev.hub.tiktok_samples import COVER, VIDEOS
from dev.processes import REPOSITORY
from tests.app.conftest import StartService

# In a process of its own: what the TikTok modules import beyond the standard library and `app`.
IMPORTS = """
import pkgutil, sys
from importlib import import_module
before = set(sys.modules)
import app.hub.tiktok
for module in pkgutil.iter_modules(app.hub.tiktok.__path__, "app.hub.tiktok."):
    import_module(module.name)
new = {name.split(".")[0] for name in set(sys.modules) - before}
print(sorted(new - sys.stdlib_module_names))
"""


def test_as_a_process_it_says_where_it_listens_and_stops_cleanly(
    start_service: StartService,
) -> None:
    process = start_service("dev.hub.tiktok")
    process.wait_for("listening")
    (listening,) = process.logged("listening")
    video = VideoUrl(video_id=VIDEOS[0].video_id)
    assert read_embed(TikTokClient(listening["url"]), video).title == VIDEOS[0].caption
    process.stop()


def test_a_browser_chooses_a_creator_on_a_page(tiktok: StandIn) -> None:
    query = {"client_key": CLIENT_KEY, "response_type": "code", "state": '"><script>'}
    url = f"{tiktok.url}/v2/auth/authorize/"
    page = httpx.get(url, params=query, trust_env=False)
    assert page.status_code == 200
    assert "Continue as @anna.cooks" in page.text
    assert "creator=anna.cooks" in page.text
    assert "<script>" not in page.text
    unknown = httpx.get(url, params=query | {"client_key": "other"}, trust_env=False)
    assert unknown.status_code == 400


def test_what_it_does_not_know_is_not_found(tiktok: StandIn) -> None:
    for host in ("www.tiktok.com", "open.tiktokapis.com", "p16-sign.tiktokcdn-us.com"):
        answer = httpx.get(f"{tiktok.url}/nothing", headers={"Host": host}, trust_env=False)
        assert answer.status_code == 404


def test_every_sample_has_a_creator_and_a_code_of_its_own(client: TikTokClient) -> None:
    assert len({video.video_id for video in VIDEOS}) == len(VIDEOS)
    assert len({video.short_code for video in VIDEOS}) == len(VIDEOS)
    for video in VIDEOS:
        assert read_embed(client, VideoUrl(video_id=video.video_id)).author_handle == video.handle


def test_the_cover_is_a_small_jpeg() -> None:
    content = COVER.read_bytes()
    assert content.startswith(b"\xff\xd8\xff")
    assert content.endswith(b"\xff\xd9")
    assert len(content) < 20_000


def test_the_tiktok_folder_needs_the_standard_library_and_its_package_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], cwd=REPOSITORY, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "['app']"
