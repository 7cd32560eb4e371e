"""Asking a predict of one model, again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from tests.e2e_full.load import Answer

__all__ = ["Asking", "others"]

BODY = {"instances": [[1, 2, 3]]}


@dataclass(frozen=True, slots=True)
class Asking:
    """A client of a predict, and the model that it asks for."""

    client: httpx.Client
    model: str

    def ask(self) -> httpx.Response:
        """Ask for one prediction."""
        return self.client.post(f"/v1/models/{self.model}:predict", json=BODY)

    def says(self) -> str | None:
        """Return the body of a good answer."""
        response = self.ask()
        return response.text if response.status_code == 200 else None


def others(answers: list[Answer], expected: str) -> list[Answer]:
    """Return the answers that are none, or not as expected."""
    return [answer for answer in answers if (answer.status, answer.text) != (200, expected)]
