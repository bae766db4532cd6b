"""The API's description, held to what the service does."""

from pathlib import Path

from app.product_service.service import build, description
from dev.hub.backend import API_KEY, HubBackend
from dev.processes import ServiceProcess
from tests.app.schemathesis_run import assert_as_described


def test_the_service_does_what_its_description_says(
    service: ServiceProcess, hub: HubBackend, tmp_path: Path
) -> None:
    creator = hub.creator("described")
    links = [hub.link(creator).id for _ in range(3)]
    assert_as_described(
        service,
        description(build(hub.environment)),
        tmp_path,
        api_key=API_KEY,
        parameters={
            "path.creator_id": [creator.id],
            "path.link_id": links,
            "path.link": links,
            "path.creator": [creator.handle],
            "path.video": ["7301"],
            "path.picture": ["0123456789ab-320.webp"],
        },
        environment={"SIGNING_KEY": hub.webhook_key.value, "SIGNING_KEY_ID": hub.webhook_key.id},
    )
    answers = {(request["method"], request["status"]) for request in service.logged("request")}
    assert {("GET", 200), ("GET", 302), ("POST", 201), ("PATCH", 200), ("DELETE", 204)} <= answers


def test_every_operation_says_who_may_call_it_and_what_refuses() -> None:
    paths = description(build(ENVIRONMENT))["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            if path.startswith("/v1/"):
                assert operation["security"], (method, path)
                assert {"401", "422", "429", "503"} <= set(operation["responses"]), (method, path)


ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    **dict.fromkeys(
        (
            *("TABLE_NAME", "STATE_TABLE", "STACK_TAG", "JWT_SIGNING_KEY_ARN", "API_KEY_ARN"),
            *("PUBLIC_URL", "WEBHOOK_KEY_ARN", "THUMBNAILS_BUCKET"),
        ),
        "given",
    ),
}
