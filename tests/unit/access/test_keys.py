from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from lr_core.access import keys
from lr_core.access.keys import entry, known, new_key, read_keys
from lr_core.errors import SettingsError
from lr_core.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_is_known_by_its_hash_alone() -> None:
    key, other = new_key(), new_key()
    (kept,) = read_keys(Settings(api_keys=entry("app", ["predict"], key)))
    caller = known([kept], key)
    assert caller is not None
    assert (caller.name, set(caller.roles)) == ("key app", {"predict"})
    assert known([kept], other) is None
    assert key not in repr(kept)


def test_the_entry_has_the_form_of_the_contract() -> None:
    assert entry("app", ["predict", "train"], "k") == f"app:predict+train:{sha256(b'k').hexdigest()}"


def test_keys_are_long_and_of_their_own() -> None:
    made = {new_key() for _ in range(100)}
    assert len(made) == 100
    assert all(len(key) == 46 and key.startswith("lr_") and key.isascii() for key in made)


def test_several_keys_are_good_at_once_from_the_variable_and_from_the_file(tmp_path: Path) -> None:
    old, new, third = new_key(), new_key(), new_key()
    file = tmp_path / "keys"
    file.write_text(f"# who may train\n{entry('ci', ['train'], third)}  # the pipeline\n\n")
    settings = Settings(
        api_keys=f"{entry('app', ['predict'], old)},\n {entry('app', ['predict'], new)}", api_keys_file=str(file)
    )
    kept = read_keys(settings)
    found = [known(kept, key) for key in (old, new, third)]
    assert [caller and caller.name for caller in found] == ["key app", "key app", "key ci"]
    assert known(kept[1:], old) is None, "which is what taking an entry away does"


def test_every_key_is_compared_and_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(kept: bytes, said: bytes) -> bool:
        compared.append((kept, said))
        return kept == said

    monkeypatch.setattr(keys, "compare_digest", compare)
    made = [new_key() for _ in range(3)]
    kept = read_keys(Settings(api_keys=" ".join(entry("a", ["predict"], key) for key in made)))
    assert known(kept, made[0]) is not None
    assert [each for each, _ in compared] == [sha256(key.encode()).digest() for key in made]


def test_what_is_no_text_of_ascii_is_nobodys_key() -> None:
    kept = read_keys(Settings(api_keys=entry("a", ["predict"], new_key())))
    for said in ("", "\x00", "ÿ" * 100, "\ud800", "a\nb"):
        assert known(kept, said) is None


@pytest.mark.parametrize(
    "value",
    [
        " ",
        ",",
        "lr_averysecretkeythatwasputintheplaceofitshash",
        "app:predict:lr_averysecretkeythatwasputintheplaceofitshash",
        f"app::{'0' * 64}",
        f"app:root:{'0' * 64}",
        f"app:predict+:{'0' * 64}",
        f"../x:predict:{'0' * 64}",
        f"app:predict:{'0' * 63}",
        f"app:predict:{'g' * 64}",
    ],
)
def test_an_entry_of_another_form_stops_the_start_and_is_not_quoted(value: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_keys(Settings(api_keys=value))
    assert "LR_API_KEYS" in str(error.value)
    assert "averysecret" not in str(error.value)


def test_a_file_that_cannot_be_read_or_names_no_key_stops_the_start(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("# nobody yet\n")
    for path in (empty, tmp_path / "none", tmp_path, tmp_path / "a\x00b"):
        with pytest.raises(SettingsError, match="LR_API_KEYS_FILE"):
            read_keys(Settings(api_keys_file=str(path)))


def test_settings_do_not_show_what_they_know_of_keys() -> None:
    shown = repr(Settings(api_keys=entry("app", ["predict"], "k"), jwks='{"keys": []}'))
    assert "app" not in shown
    assert 'keys":' not in shown
