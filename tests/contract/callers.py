"""Callers of the functions: keys of every role, and both functions that know them, behind a door."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from lr_core.access.keys import entry, new_key
from lr_core.access.roles import ROLES
from lr_core.store import open_store
from tests.contract.conftest import Service, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

__all__ = ["KEYS", "closed", "closed_settings", "fault", "key"]

KEYS = {role: new_key() for role in ROLES}
TABLE = "bmi,y\n1,2\n2,4\n"


def closed_settings() -> dict[str, str]:
    """Return the settings that let in who has one of `KEYS`."""
    return {"LR_API_KEYS": ",".join(entry(role, [role], made) for role, made in KEYS.items())}


def key(role: str) -> dict[str, str]:
    """Return the headers of a caller with a role."""
    return {"x-api-key": KEYS[role]}


@contextmanager
def closed(door: str, folder: Path, **more: str) -> Iterator[Service]:
    """Run both functions behind a door, for who has a key, with the model of a table."""
    url = (folder / "bucket").as_uri()
    settings = closed_settings() | more
    with ExitStack() as stack:
        predict = stack.enter_context(running(door, "predict", url, **settings))
        train = predict if door == "serve" else stack.enter_context(running(door, "train", url, **settings))
        service = Service(predict, train, open_store(url), door)
        service.put("data/default/a.csv", TABLE)
        assert train.get("/train", headers=key("train")).status_code == 200
        yield service


def fault(answer: httpx.Response, status: int, kind: str = "") -> Any:
    """Hold an answer to the contract of faults, and return its body."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    if answer.request.url.path.startswith("/v2"):
        assert answer.headers["content-type"] == "application/json"
        assert list(body) == ["error"]
        return body
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["type"].rsplit("/", 1)[-1] == kind
    return body
