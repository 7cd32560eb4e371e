from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_spec_validator import OpenAPIV31SpecValidator

from lr_core.http.openapi.predict import PREDICT
from lr_core.http.openapi.train import TRAIN

if TYPE_CHECKING:
    from tests.contract.conftest import Service

WITH_A_MODEL = [
    ("/", "get"),
    ("/", "post"),
    ("/stream", "post"),
    ("/batch", "post"),
    ("/v1/models/{model}", "get"),
    ("/v1/models/{model}:predict", "post"),
    ("/v1/models/{model}:explain", "post"),
    ("/v2/models/{model}", "get"),
    ("/v2/models/{model}/ready", "get"),
    ("/v2/models/{model}/infer", "post"),
    ("/v2/models/{model}/versions/{version}/infer", "post"),
]


def test_the_description_is_valid_openapi_and_every_path_of_it_is_a_route(service: Service) -> None:
    for client in (service.predict, service.train):
        document = client.get("/openapi.json").json()
        OpenAPIV31SpecValidator(document).validate()
        assert document["openapi"].startswith("3.1")
        for path, operations in document["paths"].items():
            for method in operations:
                answer = client.request(method.upper(), path.replace("{model}", "nothing"), content=b"[]")
                assert answer.status_code != 405, (method, path)
                assert "lists what there is" not in answer.text, (method, path)  # which a path that is no route is told


def test_every_answer_made_with_a_model_is_described_to_name_its_version() -> None:
    operations = [PREDICT["paths"][path][method] for path, method in WITH_A_MODEL]
    for operation in operations:
        header = operation["responses"]["200"]["headers"]["LR-Model-Version"]
        assert (header["required"], header["schema"]["pattern"]) == (True, "^[0-9a-f]{12}$")
    trained = TRAIN["paths"]["/train"]["get"]["responses"]["200"]["headers"]["LR-Model-Version"]
    assert not trained.get("required"), "a model that was emptied has no version"


def test_when_to_try_again_is_described_as_seconds() -> None:
    for document in (PREDICT, TRAIN):
        header = document["components"]["responses"]["503"]["headers"]["Retry-After"]
        assert (header["required"], header["schema"]["type"]) == (True, "integer")
    of_v2 = PREDICT["paths"]["/v2/models/{model}/infer"]["post"]["responses"]["503"]
    assert of_v2["headers"]["Retry-After"] == header


def test_the_problem_of_a_table_that_was_left_out_is_described_as_one() -> None:
    summary = TRAIN["paths"]["/train"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    excluded = summary["properties"]["excluded"]["items"]["properties"]["problem"]
    assert excluded == {"$ref": "#/components/schemas/Problem"}


def test_serve_describes_both_functions(service: Service) -> None:
    paths = service.predict.get("/openapi.json").json()["paths"]
    assert ("/train" in paths) is (service.door == "serve")
    assert "/stream" in paths
