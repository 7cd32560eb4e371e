from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_spec_validator import OpenAPIV31SpecValidator

if TYPE_CHECKING:
    from tests.contract.conftest import Service


def test_the_description_is_valid_openapi_and_every_path_of_it_is_a_route(service: Service) -> None:
    for client in (service.predict, service.train):
        document = client.get("/openapi.json").json()
        OpenAPIV31SpecValidator(document).validate()
        assert document["openapi"].startswith("3.1")
        for path, operations in document["paths"].items():
            for method in operations:
                answer = client.request(method.upper(), path.replace("{model}", "nothing"), content=b"[]")
                assert answer.status_code != 405, (method, path)
                assert answer.status_code != 404 or answer.json()["type"].endswith("/model-not-found"), (method, path)


def test_serve_describes_both_functions(service: Service) -> None:
    paths = service.predict.get("/openapi.json").json()["paths"]
    assert ("/train" in paths) is (service.door == "serve")
    assert "/stream" in paths
