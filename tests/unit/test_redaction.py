from __future__ import annotations

import hmac
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from lr_core.data import cell
from lr_core.protocols import json
from lr_core.pseudonym import pseudonym
from lr_core.recipe import Recipe, redaction
from lr_core.redaction import Redaction, nameable, redacting

NAMES = ("bmi", "Jane Doe", "y")


def test_a_recipe_that_drops_and_hashes_nothing_redacts_nothing() -> None:
    assert redaction(Recipe(target="y", features=("bmi",)), "key") is None
    with redacting(None):
        assert (cell.shown("Jane"), json.shown("Jane"), nameable(NAMES)) == ("'Jane'", '"Jane"', list(NAMES))


def test_a_redacted_message_shows_no_cell_and_only_names_that_the_recipe_knows() -> None:
    with redacting(redaction(Recipe(target="y", features=("bmi",), drop=("name",)), None)):
        assert cell.shown("Jane") == "a cell that is not shown"
        assert nameable(NAMES) == ["bmi", "y"]
        assert (cell.shown_name("bmi"), cell.shown_name("Jane Doe")) == ("'bmi'", "a cell that is not shown")
    assert cell.shown("Jane") == "'Jane'"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Jane", "a string"),
        (1.5, "a number"),
        (7, "a number"),
        (True, "true or false"),
        (None, "null"),
        (["Jane"], "a list"),
        ({"name": "Jane"}, "an object"),
    ],
)
def test_of_a_redacted_value_a_message_shows_the_kind(value: object, kind: str) -> None:
    with redacting(Redaction(frozenset())):
        assert json.shown(value) == kind


def test_where_cells_are_only_hashed_a_message_shows_their_pseudonym() -> None:
    expected = hmac.new(b"key", b"Jane", sha256).hexdigest()[:16]
    with redacting(redaction(Recipe(hash=("name",)), "key")):
        assert cell.shown(" Jane ") == f"a cell of the pseudonym {expected}"
    with redacting(redaction(Recipe(hash=("name",), drop=("email",)), "key")):
        assert cell.shown("Jane") == "a cell that is not shown"


def test_a_pseudonym_is_the_beginning_of_hmac_sha256() -> None:
    # RFC 4231, test case 2.
    assert pseudonym("Jefe", "what do ya want for nothing?") == "5bdcc146bf60754e"
    assert pseudonym("Jefe", "\udcff") != pseudonym("Jefe", "\udcfe")  # bytes that are not UTF-8


def test_a_redaction_ends_with_its_context_and_holds_in_its_thread_alone() -> None:
    with ThreadPoolExecutor(1) as other, redacting(Redaction(frozenset())):
        assert other.submit(cell.shown, "Jane").result() == "'Jane'"
    with pytest.raises(ValueError, match="through"), redacting(Redaction(frozenset())):
        raise ValueError("through")
    assert cell.shown("Jane") == "'Jane'"
