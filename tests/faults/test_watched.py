from __future__ import annotations

from lr_core.store import Store, open_store
from tests.faults.injection import KINDS
from tests.faults.watched import Trace, Watched


def test_the_watcher_sees_every_public_method_of_a_store() -> None:
    trace = Trace()
    store = Watched(open_store("memory://"), trace)
    etag = store.create("a/b", b"one")
    etag = store.replace("a/b", b"two", etag)
    with store.open("a/b", etag) as stream:
        assert (store.get("a/b").data, stream.read()) == (b"two", b"two")
    assert store.get_unless("a/b", etag) is None
    assert [item.key for item in store.list_objects("a/")] == ["a/b"]
    assert store.list_folders("") == ["a"]
    store.delete("a/b")
    public = {name for name in dir(Store) if not name.startswith("_") and callable(getattr(Store, name))}
    assert {call.method for call in trace.calls} == public
    assert [call.number for call in trace.calls] == list(range(1, len(public) + 1))
    assert public >= KINDS.keys()
