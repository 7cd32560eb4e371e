"""A planted name: tables that hold it where messages are likely to quote them, and a look at all that was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lr_core.store import Store

__all__ = ["BAD", "GOOD", "NAME", "NUMBER", "bytes_of", "found", "objects"]

NAME = "Quirina Plantée"
NUMBER = "8675309271"
"""What tells a person by a number, which would be learned by default."""

GOOD = f"person,ssn,bmi,note,y\n{NAME},{NUMBER},1,a,2\nB,100,2,b,4\nC,200,3,c,7\n"
BAD = {
    "shifted": f"person,ssn,bmi,note,y\nA,B,{NAME},{NUMBER},{NAME}\n",
    "headless": f"{NAME},{NUMBER},1,a,2\n{NAME},{NUMBER},2,b,3\n",
    "numberless": f"bmi;y;{NAME}\n1;2;3\n",
    "twice": f"person,ssn,bmi,{NAME},{NAME},y\nA,1,2,3,4,5\n",
    "ragged": f"person,ssn,bmi,note,y\n{NAME},{NUMBER},1,a,2,{NAME}\n",
    "quoted": f'person,ssn,bmi,note,y\n"{NAME},{NUMBER},1,a,2\n',
    "infinite": f"person,ssn,bmi,note,y\n{NAME},1,{NUMBER * 40},a,2\n",
    "empty": f"person,ssn,bmi,note,y\n{NAME},{NUMBER},,a,2\n",
    "missing": f"person,ssn,note,y\n{NAME},{NUMBER},a,2\n",
    "latin": f"person,ssn,bmi,note,y\n{NAME},{NUMBER},1,a,2\n",
}
"""Tables that cannot be learned, by what is wrong with them."""


def bytes_of(name: str) -> bytes:
    """Return a bad table's bytes."""
    return BAD[name].encode("latin-1" if name == "latin" else "utf-8")


TRACES = tuple(trace.encode() for trace in ("quirina", "plant", "8675309", "8.675309"))
"""In lower case: the name, each part of it, and the number, however it is written."""


def found(where: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return what holds a trace of what was planted, with some of what stands around it."""
    return [
        (name, data[max(0, place - 80) : place + 80])
        for name, data in where
        for trace in TRACES
        if (place := data.lower().find(trace)) >= 0
    ]


def objects(store: Store) -> Iterator[tuple[str, bytes]]:
    """Yield the objects of a bucket, but for tables, with their keys."""
    for item in store.list_objects(""):
        yield f"key {item.key}", item.key.encode()
        if not item.key.startswith("data/"):
            yield item.key, store.get(item.key).data
