"""The services' images: built, started as they are deployed, and asked for their health."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.hub.backend import HubBackend
from dev.listening import Asked, loopback_server
from dev.processes import REPOSITORY
from tests.system.images.images import Image, Images
from tests.system.images.install import FOLDER

APP = REPOSITORY / "app"
HTTP_SERVICES = ("ingestion_api", "product_service")
MOST_BYTES = {"ai_worker": 170e6, "ingestion_api": 52e6, "product_service": 52e6}
"""What an image adds to its base, uncompressed: docs/explanation/hub.md says how much it is."""

ARM64 = ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64")
"""Wheels that Debian's C library takes; pip knows none of the older from the newest."""

WITHIN_SECONDS = 60

pytestmark = pytest.mark.xdist_group("images")
each_service = pytest.mark.parametrize("built", MOST_BYTES, indirect=True)


@pytest.fixture(scope="module")
def images() -> Images:
    """With what was built before."""
    return Images(FOLDER)


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, images: Images) -> Iterator[tuple[str, Image]]:
    """A service's name and its image, of the code as it is now."""
    service: str = request.param
    images.build(service, APP / service / "Dockerfile", APP)
    with images.mounted(service) as image:
        yield service, image


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not {what} within {WITHIN_SECONDS} s"
        time.sleep(0.1)


@each_service
def test_an_image_is_small(built: tuple[str, Image], images: Images) -> None:
    service, _ = built
    assert images.size(service) < MOST_BYTES[service]


@each_service
def test_an_image_holds_no_installer_and_of_the_code_only_its_own(
    built: tuple[str, Image],
) -> None:
    service, image = built
    assert list(image.root.glob("venv/lib/python3*/site-packages/pip")) == []
    assert {path.name for path in (image.root / "srv/app").iterdir()} == {
        "__init__.py",
        "hub",
        service,
    }


@each_service
def test_an_image_runs_as_nobody_in_particular_and_can_write_nowhere(
    built: tuple[str, Image],
) -> None:
    _, image = built
    assert image.run(["id"], {}).stdout.strip() == "uid=10001 gid=10001 groups=10001"
    for folder in ("/srv", "/venv", "/var/tmp"):
        done = image.run(["python", "-c", f"open('{folder}/x', 'w')"], {})
        assert "Read-only file system" in done.stderr


@pytest.mark.parametrize("built", HTTP_SERVICES, indirect=True)
def test_an_api_is_well_by_its_images_own_check_and_ends_on_sigterm(
    built: tuple[str, Image], hub: HubBackend, tmp_path: Path
) -> None:
    _, image = built
    environment = {**hub.environment, "HOST": "127.0.0.1", "PORT": "0", "DRAIN_SECONDS": "1"}
    log = tmp_path / "log"
    with image.started(environment, log=log) as process:
        wait_until(lambda: "listening" in log.read_text(), "listening")
        port = {"PORT": str(json.loads(log.read_text().splitlines()[0])["port"])}
        assert image.run(image.health_command, port).returncode == 0
        process.terminate()
        wait_until(lambda: image.run(image.health_command, port).returncode == 1, "unwell")
        assert process.wait(WITHIN_SECONDS) == 0
    assert json.loads(log.read_text().splitlines()[-1])["message"] == "stopped"


@pytest.mark.parametrize("built", ["ai_worker"], indirect=True)
def test_the_worker_polls_and_ends_on_sigterm(
    built: tuple[str, Image], hub: HubBackend, tmp_path: Path
) -> None:
    def no_message(_: Asked) -> tuple[int, object]:
        return 200, {}

    _, image = built
    with loopback_server(no_message) as queue:
        sqs = {"AWS_ENDPOINT_URL_SQS": queue.url, "POLL_SECONDS": "1"}
        environment = {**hub.environment, **sqs}
        log = tmp_path / "log"
        with image.started(environment, log=log) as process:
            wait_until(lambda: len(queue.asked) > 0, "polling")
            process.terminate()
            assert process.wait(WITHIN_SECONDS) == 0
    assert json.loads(log.read_text().splitlines()[-1])["message"] == "stopped"


@pytest.mark.parametrize("service", MOST_BYTES)
def test_all_that_an_image_installs_is_there_for_arm64_too(service: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--dry-run", "--quiet"),
            *("--only-binary=:all:", *(f"--platform={platform}" for platform in ARM64)),
            "--python-version=3.13",
            *("--target", str(tmp_path), "-c", str(APP / "constraints.txt")),
            *("-r", str(APP / service / "requirements.txt")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", MOST_BYTES)
def test_hadolint_finds_nothing(service: str) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [str(hadolint), "--no-color", str(APP / service / "Dockerfile")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
