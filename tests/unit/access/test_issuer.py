from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from lr_core.access.caller import NotYetKnown
from lr_core.access.fetching import source_of
from lr_core.access.issuer import PAUSE_S, TTL_S, Issuer
from lr_core.errors import IssuerUnavailable, SettingsError
from tests.issuing import key_set, publishing
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path


class Source:
    """A key set that a test changes, and a clock that it moves."""

    def __init__(self, *names: str) -> None:
        self.names: tuple[str, ...] | None = names
        self.n_read, self.now_s = 0, 1000.0

    def __call__(self) -> bytes:
        self.n_read += 1
        if self.names is None:
            raise IssuerUnavailable("away")
        return key_set(*self.names).encode()

    def clock(self) -> float:
        return self.now_s


def asked(*names: str) -> tuple[Source, Issuer]:
    """Return an issuer whose keys were read."""
    source = Source(*names)
    issuer = Issuer(source, source.clock)
    assert issuer.key(names[0], waits=True) is not None
    return source, issuer


def test_keys_are_read_once_for_all_who_ask() -> None:
    source, issuer = asked("a", "b")
    for _ in range(10):
        assert issuer.key("b", waits=False) is not None
    assert source.n_read == 1


def test_who_does_not_wait_is_told_that_it_would_have_to() -> None:
    source = Source("a")
    issuer = Issuer(source, source.clock)
    with pytest.raises(NotYetKnown):
        issuer.key("a", waits=False)
    assert source.n_read == 0
    assert issuer.key("a", waits=True) is not None


def test_a_key_that_is_not_there_is_looked_for_once_in_a_while_whatever_is_asked() -> None:
    source, issuer = asked("a")
    for number in range(1000):
        assert issuer.key(f"guessed {number}", waits=True) is None
    assert source.n_read == 1, "right after the first reading there is nothing new"
    source.now_s += PAUSE_S + 1
    for number in range(1000):
        assert issuer.key(f"guessed {number}", waits=True) is None
    assert source.n_read == 2


def test_a_new_key_of_the_issuer_is_found_by_its_first_token() -> None:
    source, issuer = asked("a")
    source.names = ("a", "b")
    source.now_s += PAUSE_S + 1
    with pytest.raises(NotYetKnown):
        issuer.key("b", waits=False)
    assert issuer.key("b", waits=True) is not None
    assert source.n_read == 2


def test_an_outage_locks_nobody_out_who_was_in() -> None:
    source, issuer = asked("a")
    source.names = None
    for _ in range(5):
        source.now_s += 100 * TTL_S
        n_read = source.n_read
        assert issuer.key("a", waits=False) is not None
        until(lambda n_read=n_read: source.n_read > n_read, "it was asked again, in vain")  # type: ignore[misc]
        assert issuer.key("new", waits=True) is None


def test_a_key_set_that_lost_all_its_keys_is_an_outage_too() -> None:
    source, issuer = asked("a")
    source.names = ()
    source.now_s += PAUSE_S + 1
    assert issuer.key("b", waits=True) is None
    assert issuer.key("a", waits=False) is not None


def test_a_key_that_the_issuer_withdrew_is_forgotten_by_the_next_reading() -> None:
    source, issuer = asked("a", "b")
    source.names = ("b",)
    source.now_s += TTL_S + 1
    assert issuer.key("a", waits=False) is not None, "nobody waits for that reading"
    until(lambda: source.n_read == 2, "it was read again")
    until(lambda: issuer.key("b", waits=False) is not None and not issuer._turn.locked(), "the reading has ended")
    assert issuer.key("a", waits=False) is None


def test_before_the_first_answer_nobody_can_be_told_and_the_issuer_is_not_pressed() -> None:
    source = Source()
    source.names = None
    issuer = Issuer(source, source.clock)
    for _ in range(100):
        with pytest.raises(IssuerUnavailable):
            issuer.key("a", waits=True)
    assert source.n_read == 1
    source.names = ("a",)
    source.now_s += PAUSE_S + 1
    assert issuer.key("a", waits=True) is not None


def test_many_who_wait_wait_for_one_reading() -> None:
    source, may_end = Source("a"), Event()

    def slow() -> bytes:
        may_end.wait(60)
        return source()

    issuer, found = Issuer(slow, source.clock), []
    issuer.start()
    waiting = [Thread(target=lambda: found.append(issuer.key("a", waits=True))) for _ in range(8)]
    for each in waiting:
        each.start()
    may_end.set()
    for each in waiting:
        each.join(60)
    assert [key is not None for key in found] == [True] * 8
    assert source.n_read == 1


def test_a_token_without_a_key_id_means_the_only_key() -> None:
    _, issuer = asked("a")
    assert issuer.key(None, waits=False) is not None
    _, issuer = asked("a", "b")
    assert issuer.key(None, waits=True) is None


@pytest.mark.parametrize(
    "more", [{"use": "enc"}, {"alg": "HS256"}, {"alg": "none"}, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "?"}, {"n": 5}]
)
def test_a_key_that_does_not_verify_signatures_of_others_is_passed_over(more: dict[str, object]) -> None:
    good = key_set("b").removeprefix('{"keys": [').removesuffix("]}")
    data = key_set("a", **more).replace("]}", f", {good}]}}").encode()
    issuer = Issuer(lambda: data)
    assert issuer.key("a", waits=True) is None
    assert issuer.key("b", waits=True) is not None


def test_a_file_is_read_again_for_a_new_key(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(key_set("a"))
    source = source_of(str(file))
    assert b'"a"' in source()
    file.write_text(key_set("b"))
    assert b'"b"' in source()
    file.unlink()
    with pytest.raises(IssuerUnavailable):
        source()


@pytest.mark.parametrize(
    "setting", ["keys.json", "{", '{"keys": 5}', '{"keys": ["a"]}', "ftp://x/y", "http://u:p@x/y", "[" * 5000, "\x00"]
)
def test_what_is_no_key_set_stops_the_start(setting: str) -> None:
    with pytest.raises(SettingsError, match="LR_JWKS"):
        source_of(setting)


def test_a_server_that_sends_elsewhere_or_too_much_or_nonsense_is_no_issuer() -> None:
    with publishing(key_set("a")) as published:
        assert b'"a"' in source_of(published.url)()
        published.status, published.headers = 302, {"location": "http://127.0.0.1:1/keys.json"}
        with pytest.raises(IssuerUnavailable, match="302"):
            source_of(published.url)()
        published.status, published.headers, published.body = 200, {}, " " * (2**20 + 1)
        with pytest.raises(IssuerUnavailable):
            source_of(published.url)()
        url = published.url
    with pytest.raises(IssuerUnavailable):
        source_of(url)()
