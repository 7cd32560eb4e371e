from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.contract.conftest import Service

SUMMARY = [
    *("model", "version", "generation", "coef", "intercept"),
    *("evaluation", "n_samples", "trained", "excluded", "warnings"),
]
LINE = "bmi,y\n1,2\n2,4\n"


def new_model(service: Service, **tables: str) -> str:
    name = f"m{uuid4().hex[:8]}"
    for table, text in tables.items():
        service.put(f"data/{name}/{table}.csv", text)
    return name


def train(service: Service, model: str, **fields: Any) -> httpx.Response:
    return service.train.post("/train", json={"model": model, **fields})


def pointers(response: httpx.Response) -> list[str]:
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return [fault["pointer"] for fault in response.json()["errors"]]


def details(response: httpx.Response) -> str:
    return "\n".join(fault["detail"] for fault in response.json()["errors"])


def test_training_answers_with_a_summary(service: Service) -> None:
    model = new_model(service, a=LINE)
    answer = train(service, model)
    assert answer.status_code == 200
    summary = answer.json()
    assert list(summary) == SUMMARY
    assert summary["coef"] == pytest.approx([2.0])
    assert summary["intercept"] == pytest.approx(0.0)
    assert (summary["generation"], summary["n_samples"], summary["trained"], summary["excluded"]) == (1, 2, True, [])
    assert answer.headers["LR-Model-Version"] == summary["version"]


def test_the_vector_of_the_contract_is_the_version_that_training_gives(service: Service) -> None:
    service.put("data/default/a.csv", LINE)
    assert service.train.get("/train").json()["version"] == "f29ad5e02123"
    assert service.predict.get("/v1/models/default").headers["LR-Model-Version"] == "f29ad5e02123"


def test_training_again_on_the_same_tables_changes_nothing(service: Service) -> None:
    model = new_model(service, a=LINE)
    first = train(service, model).json()
    again = service.train.get("/train", params={"model": model}).json()
    assert again == {**first, "trained": False}


def test_another_table_gives_another_version_that_predict_serves_at_once(service: Service) -> None:
    model = new_model(service, a=LINE)
    first = train(service, model).json()
    service.put(f"data/{model}/b.csv", "y,bmi,more\n10,3,x\n")
    second = train(service, model).json()
    assert (second["generation"], second["trained"], second["n_samples"]) == (2, True, 3)
    assert second["version"] != first["version"]
    served = service.predict.post(f"/v1/models/{model}:predict", json={"instances": [[3]]})
    assert served.headers["LR-Model-Version"] == second["version"]
    assert served.json()["predictions"] == pytest.approx([second["intercept"] + 3 * second["coef"][0]])


def test_a_recipe_in_the_request_is_stored_and_used_by_the_next(service: Service) -> None:
    model = new_model(service, a="a,b,y,city\n1,0,3,x\n0,1,4,y\n1,1,6,z\n2,1,8,q\n")
    first = train(service, model, target="y", features=["b", {"name": "a"}], solver="sgd", hyperparameters={"seed": 1})
    assert first.json()["coef"] == pytest.approx([3.0, 2.0])
    assert service.train.get("/train", params={"model": model}).json() == {**first.json(), "trained": False}
    exact = train(service, model, solver="exact").json()
    assert exact["coef"] == pytest.approx(first.json()["coef"], abs=1e-6)
    assert exact["version"] != first.json()["version"]


def test_text_that_no_recipe_names_is_left_out_with_a_warning(service: Service) -> None:
    model = new_model(service, a="city,x,y\nBonn,1,2\nParis,2,4\n")
    summary = train(service, model).json()
    assert summary["coef"] == pytest.approx([2.0])
    assert any("city" in warning for warning in summary["warnings"])


def test_dependent_columns_are_named_in_a_warning(service: Service) -> None:
    model = new_model(service, a="a,b,y\n1,2,3\n2,4,6\n3,6,9\n")
    summary = train(service, model).json()
    assert any("'a', 'b'" in warning for warning in summary["warnings"])
    assert summary["coef"] == pytest.approx([0.6, 1.2])


def test_both_solvers_give_the_minimum_norm_where_columns_are_dependent(service: Service) -> None:
    model = new_model(service, a="a,b,k,y\n1,2,5,3.1\n2,4,5,6\n3,6,5,8.8\n5,10,5,15\n")
    exact, descended = train(service, model).json(), train(service, model, solver="sgd").json()
    assert descended["coef"] == pytest.approx(exact["coef"], abs=1e-6)
    assert descended["warnings"] == exact["warnings"]
    assert descended["evaluation"]["df_resid"] == exact["evaluation"]["df_resid"] == 2


def test_a_table_that_cannot_be_learned_is_named_and_stops_no_other(service: Service) -> None:
    model = new_model(service, a=LINE, b="bmi,y\n1,oops\n", c="x,z\n1,2\n", d="bmi,y\n3,6\n")
    summary = train(service, model, target="y", features=["bmi"]).json()
    assert summary["n_samples"] == 3
    assert [each["key"] for each in summary["excluded"]] == [f"data/{model}/b.csv", f"data/{model}/c.csv"]
    problem = summary["excluded"][0]["problem"]
    assert (problem["status"], problem["type"].rsplit("/", 1)[-1]) == (422, "invalid-input")
    assert problem["errors"][0]["detail"].startswith(f"data/{model}/b.csv, line 2, column 'y': expected a number")


def test_a_format_that_is_not_read_yet_is_refused_and_other_names_are_passed_over(service: Service) -> None:
    model = new_model(service, a=LINE)
    service.put(f"data/{model}/b.parquet", "x")
    service.put(f"data/{model}/_c.csv", "x")
    service.put(f"data/{model}/readme.txt", "x")
    assert [each["key"] for each in train(service, model).json()["excluded"]] == [f"data/{model}/b.parquet"]


def test_where_nothing_can_be_learned_all_faults_are_said_and_nothing_changes(service: Service) -> None:
    model = new_model(service, a="bmi,y\n1,oops\n2,x\n", b="")
    answer = train(service, model)
    assert pointers(answer) == ["", "", ""]
    assert f"data/{model}/a.csv, line 3, column 'y'" in details(answer)
    assert f"data/{model}/b.csv" in details(answer)
    assert list(service.store.list_objects(f"models/{model}/")) == []


def test_a_recipe_that_would_lose_a_table_that_counts_is_refused(service: Service) -> None:
    model = new_model(service, a="a,b,y\n1,2,3\n2,1,4\n", b="a,y\n3,5\n")
    first = train(service, model, target="y", features=["a"]).json()
    assert "b.csv" in details(train(service, model, features=["a", "b"]))
    assert service.train.get("/train", params={"model": model}).json() == {**first, "trained": False}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"targt": "y"}, ["/targt"]),
        ({"solver": "ridge2", "features": []}, ["/features", "/solver"]),
        ({"hyperparameters": {"eta0": 1}}, ["/hyperparameters/eta0"]),
        ({"solver": "sgd", "hyperparameters": {"epochs": 0}}, ["/hyperparameters/epochs"]),
        ({"dry_run": 1}, ["/dry_run"]),
    ],
    ids=str,
)
def test_a_wrong_recipe_is_refused_before_anything_is_read(
    service: Service, fields: dict[str, Any], expected: list[str]
) -> None:
    assert pointers(train(service, "nothing-there", **fields)) == expected
    assert list(service.store.list_objects("models/nothing-there/")) == []


def test_one_model_in_the_query_and_another_in_the_body_are_refused(service: Service) -> None:
    answer = service.train.post("/train", params={"model": "a"}, json={"model": "b"})
    assert pointers(answer) == ["/model"]


@pytest.mark.parametrize("name", ["../x", "a/b", "", "-x", "x" * 64, 3, None])
def test_a_name_that_cannot_be_is_refused(service: Service, name: object) -> None:
    assert pointers(service.train.post("/train", json={"model": name})) == ["/model"]


def test_no_table_is_no_dataset(service: Service) -> None:
    answer = train(service, "nothing-there")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/dataset-not-found")
    assert list(service.store.list_objects("models/nothing-there/")) == []


def test_a_step_that_is_too_large_is_said_to_diverge(service: Service) -> None:
    model = new_model(service, a="x,y\n1,2\n2,3\n4,9\n8,1\n")
    answer = train(service, model, solver="sgd", hyperparameters={"eta0": 1e6, "batch_size": 1})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/training-diverged")
    assert "eta0" in answer.json()["detail"]
    assert list(service.store.list_objects(f"models/{model}/")) == []


def test_after_the_last_table_went_the_model_is_not_there_until_one_comes(service: Service) -> None:
    model = new_model(service, a=LINE)
    first = train(service, model).json()
    service.store.delete(f"data/{model}/a.csv")
    emptied = train(service, model).json()
    assert [emptied[name] for name in ("version", "coef", "intercept", "evaluation")] == [None] * 4
    assert (emptied["generation"], emptied["n_samples"], emptied["trained"]) == (2, 0, True)
    answer = service.predict.get(f"/v1/models/{model}")
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (404, "model-not-found")
    assert train(service, model).status_code == 422
    service.put(f"data/{model}/a.csv", LINE)
    assert train(service, model).json()["version"] == first["version"]


def test_train_answers_at_its_root_too(service: Service) -> None:
    if service.door == "serve":  # there the root is predict's
        return
    model = new_model(service, a=LINE)
    assert service.train.post("/", json={"model": model}).json()["trained"] is True
    assert service.train.get("/", params={"model": model}).json()["trained"] is False


def test_a_recipe_whose_target_by_default_is_a_feature_is_refused_and_spoils_nothing(service: Service) -> None:
    model = new_model(service, a=LINE)
    assert pointers(train(service, model, features=["bmi", "y"])) == ["/features"]
    assert train(service, model).json()["coef"] == pytest.approx([2.0])
    assert pointers(train(service, model, features=["bmi", "y"], target=None)) == ["/features"]
    assert train(service, model).json()["trained"] is False


def test_the_same_model_in_the_query_and_in_the_body_is_one_model(service: Service) -> None:
    model = new_model(service, a=LINE)
    assert service.train.post("/train", params={"model": model}, json={"model": model}).status_code == 200


def test_a_good_table_that_became_bad_is_excluded_where_the_recipe_stays(service: Service) -> None:
    model = new_model(service, a=LINE, b="bmi,y\n3,7\n")
    train(service, model)
    service.put(f"data/{model}/b.csv", "bmi,y\n3,x\n")
    summary = train(service, model, target="y").json()
    assert [each["key"] for each in summary["excluded"]] == [f"data/{model}/b.csv"]


def test_a_table_with_many_faults_says_only_some_in_the_alias(service: Service) -> None:
    model = new_model(service, a=LINE, b="bmi,y\n" + "x,1\n" * 50)
    (excluded,) = train(service, model, target="y", features=["bmi"]).json()["excluded"]
    assert len(excluded["problem"]["errors"]) == 10


BAD_TABLES = {
    "missing": ("bmi,y\n1,2\n,4\n", "line 3, column 'bmi': expected a number, found an empty cell"),
    "text": ("bmi,y\n1,2\nabc,4\n", "line 3, column 'bmi': expected a number, found 'abc'"),
    "twice": ("bmi,bmi,y\n1,2,3\n", "line 1: expected unique names of columns, found 'bmi' 2 times"),
    "huge": ("bmi,y\n1,1e999\n", "line 2, column 'y': expected a number below 1.8e308, found '1e999'"),
    "ragged": ("bmi,y\n1,2\n1,2,3\n", "line 3: expected 2 cells, found 3"),
    "comma": ('bmi,y\n"1,5",2\n', "line 2, column 'bmi': expected a number, found '1,5' (write a decimal point"),
    "percent": ("bmi,y\n5%,2\n", "line 2, column 'bmi': expected a number, found '5%'"),
    "header": ("bmi,y\n", "expected rows with a number beside the target 'y', found none"),
}


@pytest.mark.parametrize("kind", BAD_TABLES)
def test_a_bad_table_is_named_with_line_and_column(service: Service, kind: str) -> None:
    text, message = BAD_TABLES[kind]
    model = new_model(service, a=text)
    assert f"data/{model}/a.csv" in details(train(service, model))
    assert message in details(train(service, model))


GOOD_TABLES = {
    "bom": "\ufeffbmi,y\n1,2\n2,4\n",
    "crlf": "bmi,y\r\n1,2\r\n2,4\r\n",
    "quoted": '"bmi","y"\n"1","2"\n"2","4"\n',
    "no newline at the end": "bmi,y\n1,2\n2,4",
}


@pytest.mark.parametrize("kind", GOOD_TABLES)
def test_a_table_that_is_only_unusual_is_read_right(service: Service, kind: str) -> None:
    model = new_model(service, a=GOOD_TABLES[kind])
    assert train(service, model).json()["coef"] == pytest.approx([2.0])


def test_one_row_and_a_constant_column_are_learned(service: Service) -> None:
    one = train(service, new_model(service, a="bmi,y\n1,2\n")).json()
    assert (one["coef"], one["intercept"], one["evaluation"]["r2"]) == ([0.0], 2.0, None)
    constant = train(service, new_model(service, a="bmi,k,y\n1,5,2\n2,5,4\n")).json()
    assert constant["coef"] == pytest.approx([2.0, 0.0])


def test_a_dry_run_says_what_would_be_and_changes_nothing(service: Service) -> None:
    model = new_model(service, a=LINE)
    said = train(service, model, dry_run=True)
    assert said.status_code == 200, said.text
    summary = said.json()
    assert list(summary) == [*SUMMARY, "before"]
    assert (summary["generation"], summary["before"], summary["trained"]) == (None, None, True)
    assert service.predict.get(f"/v1/models/{model}").status_code == 404
    first = train(service, model).json()
    service.put(f"data/{model}/b.csv", "bmi,y\n5,1\n")
    before = train(service, model, dry_run=True).json()["before"]
    assert before == {**first, "trained": False}
    assert service.predict.get(f"/v1/models/{model}").headers["LR-Model-Version"] == first["version"]


def test_a_dry_run_is_true_or_false(service: Service) -> None:
    model = new_model(service, a=LINE)
    assert pointers(train(service, model, dry_run="yes")) == ["/dry_run"]
    assert train(service, model, dry_run=False).json()["generation"] == 1
