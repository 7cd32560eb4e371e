"""`lr-sgd deadletters list|show|resend`: events that could not be handled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from lr_core.cli import options as given
from lr_core.errors import LrError
from lr_core.events import binding
from lr_core.repository import letters
from lr_core.repository.keys import LETTERS
from lr_core.settings import url
from lr_core.sink import Sink

if TYPE_CHECKING:
    from argparse import Namespace

    from lr_core.repository.letters import Letter
    from lr_core.settings import Settings
    from lr_core.store import Store

__all__ = ["list_letters", "resend", "show"]

BROKERS_OWN = frozenset({"knativebrokerttl", "knativearrivaltime"})
"""What a broker adds to an event on its way; an event that is sent again gets it anew."""


def list_letters(options: Namespace, settings: Settings) -> None:
    """Print a line for each letter, the last one first."""
    store = given.opened(options, settings)
    found = [(key, letter[0]) for key in letters.keys(store) if (letter := letters.read(store, key))]
    rows = [row(key, letter) for key, letter in sorted(found, key=lambda each: each[1].at, reverse=True)]
    if options.json:
        print(json.dumps(rows))
    elif not rows:
        print(f"no dead letters in {store.url}")
    else:
        print("\n".join(line(each) for each in rows))


def show(options: Namespace, settings: Settings) -> None:
    """Print an event and why it could not be handled."""
    store = given.opened(options, settings)
    letter, _ = existing(store, options.key)
    if options.json:
        print(msgspec.json.encode(letter).decode())
    else:
        print(described(options.key, letter))


def resend(options: Namespace, settings: Settings) -> None:
    """Send events again and delete those that were taken; one that fails again comes back."""
    store = given.opened(options, settings)
    sink = sink_of(options, settings)
    for key in options.keys:
        letter, etag = existing(store, key)
        headers, body = message(letter)
        sink.send(headers, body)
        gone = letters.delete_unless_changed(store, key, etag)
        said = {"key": key, "sink": sink.url, "deleted": gone}
        print(json.dumps(said) if options.json else f"{key}: sent to {sink.url}" + ("" if gone else "; it came back"))


def sink_of(options: Namespace, settings: Settings) -> Sink:
    """Return who takes the events."""
    if options.sink:
        return Sink(url("--sink", options.sink))
    if settings.sink is None:
        raise LrError("expected --sink URL, or K_SINK: the broker's URL, or train's as http://HOST/train")
    return Sink(settings.sink)


def existing(store: Store, key: str) -> tuple[Letter, str]:
    """Return a letter and its ETag."""
    found = letters.read(store, key) if key.startswith(LETTERS) else None
    if found is None:
        raise LrError(f"there is no dead letter {key} in {store.url}; lr-sgd deadletters list names those that are")
    return found


def message(letter: Letter) -> tuple[dict[str, str], bytes]:
    """Return a letter's event as a message in binary mode, without what a broker added to it."""
    event = {name: value for name, value in letter.event.items() if name not in BROKERS_OWN}
    return binding.to_binary(binding.decode({"content-type": binding.STRUCTURED}, msgspec.json.encode(event)))


def row(key: str, letter: Letter) -> dict[str, Any]:
    """Return what a list says of a letter."""
    return {
        "key": key,
        "at": letter.at,
        "type": letter.event["type"],
        "subject": letter.event.get("subject"),
        "code": letter.error["code"],
        "problem": reasons(letter)[0],
    }


def line(each: dict[str, Any]) -> str:
    """Return a row as text: which letter, and below it what it is about."""
    about = each["subject"] or each["type"]
    return f"{each['key']}\n  {each['at']}  {each['code'] or 'no answer'}  {about}: {each['problem']}"


def reasons(letter: Letter) -> list[str]:
    """Return what was answered, as a person reads it: the faults of a problem document, else the text."""
    said = letter.error["data"] or ""
    try:
        problem = json.loads(said)
        return [fault["detail"] for fault in problem.get("errors", [])] or [problem.get("detail") or problem["title"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return said.splitlines() or ["nothing was answered"]


def described(key: str, letter: Letter) -> str:
    """Return all that is known of a letter, as a person reads it."""
    event, error = letter.event, letter.error
    names = ("type", "source", "id", "subject", "time")
    lines = [key, *(f"  {name:<8} {event[name]}" for name in names if event.get(name))]
    lines += [f"  given up {letter.at} by {error['destination'] or '-'}, which answered {error['code'] or 'nothing'}"]
    lines += [f"  {reason}" for reason in reasons(letter)]
    if event.get("data") is not None:
        lines.append(f"  data     {json.dumps(event['data'], ensure_ascii=False)}")
    return "\n".join(lines)
