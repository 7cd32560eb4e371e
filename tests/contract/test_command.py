"""The command as a person or a script runs it: what it prints, where, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import Any

import httpx
import pytest

from tests.contract.command import Command
from tests.contract.conftest import BIN, environment
from tests.waiting import free_ports, until

LINE = "bmi,y\n1,2\n2,4\n"
NOTHING_WRITTEN: list[Any] = []


def test_fit_copies_trains_and_says_what_came_out(run: Command) -> None:
    ended = run.program("fit", run.file("a.csv", LINE), "--target", "y")
    assert (ended.status, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "default: version f29ad5e02123, generation 1 (trained)"
    assert lines[1].startswith("2 rows of 1 table, solver exact, R² 1.0000, RMSE ")
    assert [line.split()[0] for line in lines[3:]] == ["y", "+"]
    assert lines[4].endswith("2 · bmi")
    assert run.keys("data/") == ["data/default/a.csv"]


def test_fit_with_json_prints_the_stored_document_alone(run: Command) -> None:
    ended = run("fit", run.file("a.csv", LINE), "--json")
    stored = (run.folder / ".lr-sgd/models/default/versions/f29ad5e02123/model.json").read_text()
    assert ended.out == stored + "\n"
    assert json.loads(ended.out)["version"] == "f29ad5e02123"


def test_fit_again_changes_nothing_and_without_data_trains_on_what_is_there(run: Command) -> None:
    run("fit", run.file("a.csv", LINE))
    before = run.keys()
    assert "generation 1 (unchanged)" in run("fit", "a.csv").out
    assert "generation 1 (unchanged)" in run("fit").out
    assert run.keys() == before


def test_a_table_with_other_bytes_is_refused_without_replace(run: Command) -> None:
    run("fit", run.file("a.csv", LINE))
    run.file("a.csv", LINE + "3,9\n")
    ended = run("fit", "a.csv", run.file("b.csv", "bmi,y\n4,8\n"))
    assert ended.status == 1
    assert ended.err == "lr-sgd: error: data/default/a.csv is in the store with other bytes; --replace replaces it\n"
    assert run.keys("data/") == ["data/default/a.csv"]
    assert "3 rows of 1 table" in run("fit", "a.csv", "--replace").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a.csv", "bad.csv"], "bad.csv, line 3, column 'y': expected a number, found 'oops'"),
        (["a.csv", "missing.csv"], "missing.csv: there is no such file"),
        (["a.csv", "sub/a.csv"], "sub/a.csv: has the same name as a.csv; names must be unique"),
        (["a.csv", "notes.txt"], "notes.txt: expected a name that ends in .csv"),
        (["a.csv", "--target", "z"], "a.csv: expected a column 'z', found only 'bmi', 'y'"),
        (["a.csv", "--features", "bmi,bmi"], "column 'bmi' is named twice"),
        (["a.csv", "--eta0", "1"], "expected a hyperparameter of exact (none), found 'eta0'"),
        ([], "expected a table such as data/default/table.csv in the bucket, found none"),
    ],
    ids=str,
)
def test_what_cannot_be_learned_copies_nothing(run: Command, words: list[str], message: str) -> None:
    run.file("a.csv", LINE)
    run.file("bad.csv", "bmi,y\n1,2\n1,oops\n")
    run.file("notes.txt", LINE)
    (run.folder / "sub").mkdir()
    run.file("sub/a.csv", LINE)
    ended = run("fit", *words)
    assert (ended.status, ended.out) == (1, "")
    assert message in ended.err
    assert ended.err.startswith("lr-sgd: error: ")
    assert run.keys() == NOTHING_WRITTEN


def test_a_url_inside_the_store_is_used_where_it_is(run: Command) -> None:
    run("fit", run.file("a.csv", LINE))
    url = (run.folder / ".lr-sgd").as_uri()
    assert "unchanged" in run("fit", f"{url}/data/default/a.csv").out
    assert run("fit", f"{url}/data/default/b.csv").status == 1
    assert run("fit", f"{url}/data/other/a.csv").status == 1


def test_a_url_of_a_bad_table_fails_as_its_file_would(run: Command) -> None:
    run("fit", run.file("a.csv", LINE))
    (run.folder / ".lr-sgd/data/default/b d.csv").write_text("bmi,y\n1,x\n")
    ended = run("fit", (run.folder / ".lr-sgd/data/default/b d.csv").as_uri())
    assert ended.status == 1
    assert "b d.csv, line 2, column 'y'" in ended.err


def test_a_recipe_that_would_lose_another_table_copies_nothing(run: Command) -> None:
    run("fit", run.file("a.csv", "a,b,y\n1,2,3\n2,1,4\n"))
    before = run.keys()
    ended = run("fit", run.file("b.csv", "c,y\n1,2\n2,5\n"), "--features", "c")
    assert ended.status == 1
    assert "data/default/a.csv" in ended.err
    assert run.keys() == before


def test_a_descent_that_diverges_copies_nothing(run: Command) -> None:
    table = run.file("a.csv", "x,y\n1,2\n2,3\n4,9\n8,1\n")
    ended = run("fit", table, "--solver", "sgd", "--eta0", "1e6", "--batch-size", "1")
    assert (ended.status, run.keys()) == (1, NOTHING_WRITTEN)


def test_tables_are_read_by_several_jobs_to_the_same_model(run: Command) -> None:
    tables = [run.file(f"{number}.csv", f"bmi,y\n{number},2\n2,{number}\n") for number in range(9)]
    alone = json.loads(run("fit", *tables, "--json", "--model", "alone").out)
    together = json.loads(run("fit", *tables, "--json", "--model", "together", "--jobs", "4").out)
    assert (together["coef"], together["intercept"]) == (alone["coef"], alone["intercept"])


def test_features_of_a_created_model_outlive_a_target_that_comes_later(run: Command) -> None:
    run("models", "create", "--features", " bmi ")
    document = json.loads(run("fit", run.file("a.csv", "bmi,z,y\n1,1,2\n2,7,4\n"), "--target", "y", "--json").out)
    assert document["feature_names"] == ["bmi"]


def test_an_alias_that_cannot_be_read_is_named_and_hides_no_other_model(run: Command) -> None:
    run("fit", run.file("a.csv", LINE))
    broken = run.folder / ".lr-sgd/models/broken/aliases/latest.json"
    broken.parent.mkdir(parents=True)
    broken.write_text('{"format": 2}')
    listed = run("models", "list")
    assert (listed.status, "default" in listed.out) == (0, True)
    assert listed.err.startswith("lr-sgd: warning: models/broken/aliases/latest.json")
    shown = run("models", "show", "broken")
    assert (shown.status, shown.err.count("\n")) == (1, 1)


def test_options_become_the_recipe_and_a_hyperparameter_alone_changes_only_itself(run: Command) -> None:
    run.file("a.csv", "a,b,y\n1,0,3\n0,1,4\n1,1,6\n2,1,8\n3,5,1\n")
    words = ["--features", "b,a", "--no-intercept", "--solver", "sgd", "--seed", "3", "--batch-size", "2"]
    document = json.loads(run("fit", "a.csv", "--json", *words).out)
    assert (document["feature_names"], document["intercept"], document["solver"]) == (["b", "a"], 0.0, "sgd")
    again = json.loads(run("fit", "--json", "--epochs", "500").out)
    assert again["hyperparameters"] == {**document["hyperparameters"], "epochs": 500}
    assert again["feature_names"] == ["b", "a"]


def test_both_solvers_agree_to_the_digits_that_the_routes_show(run: Command) -> None:
    from sklearn.datasets import load_diabetes  # noqa: PLC0415  -- slow to import

    data = load_diabetes()
    lines = [",".join([*data.feature_names, "y"])]
    lines += [",".join(map(repr, [*x, y])) for x, y in zip(data.data.tolist(), data.target.tolist(), strict=True)]
    run.file("d.csv", "\n".join(lines) + "\n")
    run("fit", "d.csv", "--target", "y")
    exact = run("predict", "d.csv").out.split()
    run("fit", "--solver", "sgd")
    descended = run("predict", "d.csv").out.split()
    assert len(exact) == 442
    assert [f"{float(x):.2f}" for x in exact] == [f"{float(x):.2f}" for x in descended]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.csv", "id,bmi\nx,1\ny,2.5\n"),
        ("bom.csv", "\ufeffbmi\r\n1\r\n2.5\r\n"),
        ("objects.jsonl", '{"bmi": 1}\n\n{"bmi": 2.5, "more": 1}\n'),
        ("lists.jsonl", "[1]\n[2.5]\n"),
        ("-", "bmi\n1\n2.5\n"),
    ],
)
def test_predict_prints_one_prediction_a_line(run: Command, name: str, text: str) -> None:
    run("fit", run.file("a.csv", LINE))
    ended = run("predict", name if name == "-" else run.file(name, text), stdin=text)
    assert (ended.status, ended.err) == (0, "")
    assert [float(line) for line in ended.out.split()] == pytest.approx([2.0, 5.0])


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "x\n1\n", "a.csv: expected a header with bmi, found x"),
        ("b.csv", "bmi\n1\nx\n", 'b.csv, line 3: expected a number, found "x"'),
        ("c.csv", "bmi,x\n1\n", "c.csv, line 2: expected 2 cells, found 1"),
        ("d.jsonl", '{"bmi": 1}\n{"bm": 1}\n', 'd.jsonl, line 2: expected the feature "bmi", found none'),
        ("e.jsonl", "[1]\nnope\n", "e.jsonl, line 2: expected JSON"),
        ("f.csv", "bmi\n1e308\n", "f.csv, line 2: the prediction is too large for a double"),
    ],
)
def test_a_row_that_cannot_be_predicted_is_named(run: Command, name: str, text: str, message: str) -> None:
    run("fit", run.file("t.csv", LINE))
    ended = run("predict", run.file(name, text))
    assert ended.status == 1
    assert message in ended.err


def test_predict_without_a_model_or_a_file_says_so(run: Command) -> None:
    assert "there is no model 'default'" in run("predict", run.file("a.csv", LINE)).err
    run("fit", "a.csv")
    assert "nothing.csv" in run("predict", "nothing.csv").err


def test_models_are_listed_and_shown(run: Command) -> None:
    assert "no models in" in run("models", "list").out
    run("fit", run.file("a.csv", LINE))
    run("fit", "a.csv", "--model", "other")
    assert [line.split()[0] for line in run("models", "list").out.splitlines()] == ["MODEL", "default", "other"]
    listed = json.loads(run("models", "list", "--json").out)
    assert [each["model"] for each in listed] == ["default", "other"]
    assert (listed[0]["version"], listed[0]["n_samples"]) == ("f29ad5e02123", 2)
    shown = json.loads(run("models", "show", "other", "--json").out)
    assert (shown["aliases"], shown["recipe"]["target"]) == (["latest"], "y")
    assert "· bmi" in run("models", "show").out
    missing = run("models", "show", "nothing")
    assert (missing.status, "there is no model 'nothing'" in missing.err) == (1, True)


def test_create_stores_a_recipe_before_there_is_data(run: Command) -> None:
    assert (
        run("models", "create", "m", "--target", "y", "--features", "bmi", "--solver", "sgd", "--seed", "5").status == 0
    )
    shown = json.loads(run("models", "show", "m", "--json").out)
    assert (shown["generation"], shown["version"], shown["document"]) == (1, None, None)
    assert run("models", "create", "m").err == "lr-sgd: error: model 'm' is there already\n"
    document = json.loads(run("fit", run.file("a.csv", "bmi,more,y\n1,1,2\n2,7,4\n"), "--model", "m", "--json").out)
    assert (document["feature_names"], document["hyperparameters"]["seed"]) == (["bmi"], 5)


def test_a_model_is_compared_rolled_back_and_promoted(run: Command) -> None:
    run("fit", run.file("a.csv", LINE))
    run("fit", run.file("b.csv", "bmi,y\n3,9\n"))
    listed = json.loads(run("models", "history", "--json").out)
    assert [each["generation"] for each in listed] == [2, 1]
    assert "table added: data/default/b.csv" in run("models", "diff", "1", "2").out
    assert run("models", "rollback", "1").out == "default: latest is version f29ad5e02123, generation 3\n"
    assert "generation 3 (unchanged)" in run("fit").out
    promoted = run("models", "promote", "f29ad5e02123", "--json")
    assert json.loads(promoted.out)["alias"] == "production"
    assert json.loads(run("models", "show", "--json").out)["aliases"] == ["latest", "production"]
    assert run("models", "history").out.splitlines()[1].split()[:2] == ["3", "f29ad5e02123"]
    assert run("models", "rollback", "77").status == 1


def test_a_table_is_checked_forgotten_and_let_in_again(run: Command) -> None:
    run("fit", run.file("a.csv", LINE))
    table, key = run.file("b.csv", "bmi,city,y\n3,x,9\n"), "data/default/b.csv"
    before = run.keys()
    checked = json.loads(run("check", table, "--json").out)
    assert (checked["table"]["n_samples"], checked["table"]["unused"]) == (1, ["city"])
    assert checked["error"]["rmse"] == pytest.approx(3.0)
    assert checked["versions"][0] == "f29ad5e02123"
    assert "nothing was kept" in run("check", table).out
    assert run.keys() == before
    fitted = json.loads(run("fit", table, "--json").out)
    assert (fitted["version"], fitted["coef"]) == (checked["versions"][1], [checked["coef"]["bmi"][1]])
    assert run("check", f"{(run.folder / '.lr-sgd').as_uri()}/{key}").status == 0
    said = run("models", "forget", key)
    assert said.out == f"{key}: forgotten; default is version f29ad5e02123, generation 3\n"
    assert not run.keys(key)
    for words in (["fit", table], ["check", table], ["models", "rollback", "2"]):
        refused = run(*words)
        assert (refused.status, refused.err.count("\n")) == (1, 1)
        assert "forgotten" in refused.err
    assert json.loads(run("models", "forget", key, "--json").out)["forgotten"] is True
    assert json.loads(run("models", "forget", "--undo", key, "--json").out)["forgotten"] is False
    assert json.loads(run("fit", table, "--json").out) == fitted
    assert json.loads(run("models", "sweep", "--json").out) == {"model": "default", "forgotten": [], "versions": []}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["models", "forget", "b.csv"], "expected the key of a table"),
        (["models", "forget", "data/default/never.csv"], "there is no such table"),
        (["models", "forget", "data/default/a.csv", "--model", "other"], "not of 'other'"),
        (["models", "forget", "--undo", "data/default/a.csv"], "was not forgotten"),
        (["models", "sweep", "--model", "other"], "there is no model 'other'"),
        (["check", "never.csv"], "there is no such file"),
        (["check", "bad.csv"], "bad.csv, line 2, column 'y'"),
    ],
    ids=str,
)
def test_what_cannot_be_forgotten_or_checked_changes_nothing(run: Command, words: list[str], message: str) -> None:
    run("fit", run.file("a.csv", LINE))
    run.file("bad.csv", "bmi,y\n1,x\n")
    before = run.keys()
    ended = run(*words)
    assert (ended.status, ended.out) == (1, "")
    assert message in ended.err
    assert run.keys() == before


@pytest.mark.parametrize(
    "words",
    [[], ["fitt"], ["fit", "--solver", "magic"], ["fit", "--model", "../x"], ["serve", "--port", "x"], ["models"]],
    ids=str,
)
def test_wrong_usage_ends_with_2_and_says_how_it_is_right(run: Command, words: list[str]) -> None:
    ended = run(*words)
    assert ended.status == 2
    assert "usage: lr-sgd" in ended.err


@pytest.mark.parametrize(
    "words", [["--help"], ["fit", "--help"], ["models", "create", "--help"], ["--version"]], ids=str
)
def test_help_is_there_at_once(run: Command, words: list[str]) -> None:
    ended = run.program(*words)
    assert ended.status == 0
    assert "lr-sgd" in ended.out


def test_a_store_that_is_down_ends_with_one_line(run: Command) -> None:
    ended = subprocess.run(
        [str(BIN / "lr-sgd"), "models", "list", "--store", "s3://bucket"],
        check=False,
        env=environment("", 0, AWS_ENDPOINT_URL_S3="http://127.0.0.1:9", LR_STORE_TIMEOUT_S="0.3"),
        capture_output=True,
        text=True,
        cwd=run.folder,
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("lr-sgd: error: no answer from s3://bucket")


def test_serve_says_where_it_is_and_ends_on_ctrl_c(run: Command) -> None:
    run("fit", run.file("a.csv", LINE))
    (port,) = free_ports(1)
    command = [str(BIN / "lr-sgd"), "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=run.folder, env=environment("", 0), stderr=subprocess.PIPE, text=True
    ) as process:
        until(lambda: reachable(port), "it serves")
        answer = httpx.post(f"http://127.0.0.1:{port}/stream", json={"record": "0.5"})
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert answer.json() == {"prediction": "[1.00]"}
    assert process.returncode == 0
    assert f"http://localhost:{port}/train" in err
    assert err.count("curl ") == 3
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_named(run: Command) -> None:
    (port,) = free_ports(1)
    import socket  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", port)):
        ended = run("serve", "--port", str(port))
    assert (ended.status, str(port) in ended.err) == (1, True)


def reachable(port: int) -> bool:
    """Tell whether something answers on a port."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def test_private_columns_are_declared_before_there_is_data_and_taken_back_by_nothing(run: Command) -> None:
    assert run("models", "create", "--drop", "name, id", "--hash", "ssn").status == 0
    recipe = json.loads(run("models", "show", "--json").out)["recipe"]
    assert (recipe["drop"], recipe["hash"]) == (["id", "name"], ["ssn"])
    table = run.file("a.csv", "id,bmi,y\n7,1,2\n8,2,4\n")
    assert run("fit", table).err == "lr-sgd: error: 'ssn' cannot be hashed: LR_HASH_KEY, the key for it, is not set\n"
    ended = run("fit", table, "--hash", "", "--drop", "id", "--json")
    assert json.loads(ended.out)["feature_names"] == ["bmi"]
    document = json.loads(run("fit", table, "--drop", "", "--features", "id,bmi", "--json").out)
    assert (document["feature_names"], "drop" in document) == (["id", "bmi"], False)
    ended = run("fit", table, "--drop", "y")
    assert (ended.status, ended.err) == (1, "lr-sgd: error: column 'y' is the target\n")


def test_a_hash_key_is_a_setting_that_no_message_shows(run: Command) -> None:
    ended = Command(run.folder, {"LR_HASH_KEY": "a-key-of-ours"})("fit", run.file("a.csv", LINE), "--hash", "bmi")
    assert ended.status == 1
    assert "a-key-of-ours" not in ended.out + ended.err
