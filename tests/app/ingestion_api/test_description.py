"""The API's description, held to what the service does."""

from pathlib import Path

from app.hub.web.openapi import describe
from app.ingestion_api.service import build
from app.ingestion_api.sign_in_api import PATH
from dev.hub.backend import API_KEY
from tests.app.ingestion_api.running_api import RunningApi, new_video_id, video_url
from tests.app.ingestion_api.test_settings import LEAST
from tests.app.schemathesis_run import assert_as_described


def test_the_service_does_what_its_description_says(api: RunningApi, tmp_path: Path) -> None:
    creator, token = api.creator()
    videos = [api.posted(token) for _ in range(3)]
    for video_id in videos[:2]:
        api.put_original(video_id, b"ftyp", "video/mp4")
    assert_as_described(
        api.service,
        describe(build(api.backend.environment)),
        tmp_path,
        api_key=API_KEY,
        parameters={
            "path.video_id": videos,
            "body.url": [video_url(new_video_id()) for _ in range(5)],
            "body.creator": [creator.id],
        },
    )
    answers = {(it["method"], it["status"]) for it in api.service.logged("request")}
    assert {("GET", 200), ("GET", 302), ("POST", 201), ("POST", 202)} <= answers
    assert not [it for it in api.service.lines if it.get("level") == "ERROR"]


def test_every_operation_says_who_may_call_it_and_what_refuses() -> None:
    paths = describe(build(LEAST))["paths"]
    assert len(paths) == 6
    for path, operations in paths.items():
        for method, operation in operations.items():
            refused = {"429", "503"} | (set() if path.startswith(PATH) else {"401", "403", "422"})
            assert refused <= set(operation["responses"]), (method, path)
            assert ("security" in operation) is not path.startswith(PATH), (method, path)
