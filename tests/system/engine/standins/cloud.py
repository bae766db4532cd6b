"""The offline provider's cloud: what was created, kept as one JSON file a resource."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from buylink.graph import Value


class Stored(TypedDict):
    """A resource as its file has it."""

    type: str
    id: str
    state: dict[str, Value]


@dataclass(frozen=True)
class Cloud:
    """A folder that stands for an AWS account."""

    folder: Path

    def write(self, kind: str, identifier: str, state: dict[str, Value]) -> None:
        content = Stored(type=kind, id=identifier, state=state)
        self._path(kind, identifier).write_text(json.dumps(content, indent=1, sort_keys=True))

    def read(self, kind: str, identifier: str) -> dict[str, Value] | None:
        path = self._path(kind, identifier)
        return json.loads(path.read_text())["state"] if path.is_file() else None

    def delete(self, kind: str, identifier: str) -> None:
        self._path(kind, identifier).unlink(missing_ok=True)

    def everything(self) -> list[Stored]:
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]

    def _path(self, kind: str, identifier: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(f"{kind}|{identifier}".encode()).hexdigest()[:24]
        return self.folder / f"{digest}.json"
