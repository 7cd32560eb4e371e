from __future__ import annotations

from hashlib import sha256

from lr_core.identity import inputs_digest, listing_digest
from lr_core.recipe import Recipe

TABLE = b"bmi,y\n1,2\n2,4\n"
RECIPE = Recipe(target="y", features=("bmi",)).to_json()


def test_the_vector_of_the_contract_has_its_version() -> None:
    table = ("data/default/a.csv", sha256(TABLE).hexdigest())
    assert inputs_digest(RECIPE, [table])[:12] == "f29ad5e02123"


def test_the_order_of_tables_does_not_count_and_their_keys_do() -> None:
    one, two = ("data/m/a.csv", "1"), ("data/m/ü.csv", "2")
    assert inputs_digest(RECIPE, [one, two]) == inputs_digest(RECIPE, [two, one])
    assert inputs_digest(RECIPE, [one]) != inputs_digest(RECIPE, [("data/m/b.csv", "1")])


def test_a_table_that_is_kept_out_of_a_listing_counts_as_null() -> None:
    assert listing_digest(RECIPE, [("k", None)]) != listing_digest(RECIPE, [("k", "null")])
