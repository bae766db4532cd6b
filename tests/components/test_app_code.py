"""The reader of the services' code sees what they call and read, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.components import app_needs
from tests.components.app_code import code_of

LIBRARY = """
import os
from app.client import client

class Store:
    def __init__(self, dynamodb):
        self._dynamodb = dynamodb

    def get(self):
        return self._dynamodb.get_item()

    def drop(self):
        return self._dynamodb.delete_table()

def unused():
    return client("sqs").purge_queue()
"""
SERVICE = """
import os
from app import library
from app.library import Store, unused
from app.client import client
from app.hub.environment import required

class Settings:
    table = required("TABLE_NAME", why="why")

def main(environment):
    Settings()
    environment.get("PORT", "8080")
    return Store(client("dynamodb"))

class Droppable(Protocol):
    def drop(self): ...

class Other:
    def drop(self): ...

main(os.environ).get()
"""


def written(folder: Path, **files: str) -> Path:
    (folder / "app").mkdir()
    for name, text in {"client": "def client(name): ...", **files}.items():
        (folder / "app" / f"{name}.py").write_text(text)
    return folder


def test_what_is_only_imported_is_not_called(tmp_path: Path) -> None:
    code = code_of(written(tmp_path, library=LIBRARY, service=SERVICE), "app.service")
    assert app_needs.actions(code) == {"dynamodb:GetItem"}


@pytest.mark.parametrize(
    ("more", "action"),
    [
        ("main(os.environ).drop()", "dynamodb:DeleteTable"),
        ("[Store(client('dynamodb')).drop]", "dynamodb:DeleteTable"),
        ("unused()", "sqs:PurgeQueue"),
        ("library.unused()", "sqs:PurgeQueue"),
        ("def endpoint(it: Annotated[int, Depends(unused())]): ...\nendpoint", "sqs:PurgeQueue"),
        ("client('s3').generate_presigned_url('get_object')", "s3:GetObject"),
        ("client('s3').generate_presigned_post()", "s3:PutObject"),
        ("client('sqs').send_message_batch()", "sqs:SendMessage"),
        ("def f(it: Store): it.drop()\nf", "dynamodb:DeleteTable"),
        ("def f(it: Droppable): it.drop()\nf", "dynamodb:DeleteTable"),
        ("def f(it): it.drop()\nf", "dynamodb:DeleteTable"),
    ],
)
def test_one_more_call_is_seen(tmp_path: Path, more: str, action: str) -> None:
    folder = written(tmp_path, library=LIBRARY, service=f"{SERVICE}\n{more}\n")
    assert action in app_needs.actions(code_of(folder, "app.service"))


@pytest.mark.parametrize(
    "more",
    [
        "def f(it: Other): it.drop()\nf",
        "def f(it: str): it.drop()\nf",
        "class A:\n    def __init__(self, it: Other): self.it = it\n"
        "    def __call__(self): self.it.drop()\nA",
        "def f():\n    it = Other()\n    it.drop()\nf",
    ],
)
def test_a_method_of_another_class_is_not_taken_for_it(tmp_path: Path, more: str) -> None:
    folder = written(tmp_path, library=LIBRARY, service=f"{SERVICE}\n{more}\n")
    assert app_needs.actions(code_of(folder, "app.service")) == {"dynamodb:GetItem"}


def test_variables_are_seen_however_they_are_read(tmp_path: Path) -> None:
    more = "os.environ['HOST'], whole_number('SECONDS', default=1)"
    folder = written(tmp_path, library=LIBRARY, service=f"{SERVICE}\n{more}\n")
    assert app_needs.variables(code_of(folder, "app.service")) == (
        {"TABLE_NAME"},
        {"TABLE_NAME", "PORT", "HOST", "SECONDS"},
    )
