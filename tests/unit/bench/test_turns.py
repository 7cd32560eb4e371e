from __future__ import annotations

from bench.turns import in_turns


def test_who_goes_first_changes_and_each_keeps_what_it_found() -> None:
    order: list[str] = []

    def measure(name: str) -> str:
        order.append(name)
        return f"{name}{len(order)}"

    found = in_turns([lambda: measure("a"), lambda: measure("b")], 3)
    assert "".join(order) == "abbaab"
    assert found == [["a1", "a4", "a5"], ["b2", "b3", "b6"]]
