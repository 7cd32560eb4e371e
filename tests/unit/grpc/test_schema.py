"""The schema that the server reads is the one that the compiler of Protocol Buffers makes of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

from lr_core.grpc import messages
from lr_core.grpc.schema import read

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = messages.SOURCE


def compiled(folder: Path) -> Any:
    """Return what the compiler makes of the file, less the names of fields in JSON, which no service needs."""
    made = folder / "inference.bin"
    assert protoc.main(["protoc", f"-I{SOURCE.parent}", f"-o{made}", SOURCE.name]) == 0
    (file,) = FileDescriptorSet.FromString(made.read_bytes()).file
    for message in file.message_type:
        forget_json(message)
    return file


def forget_json(message: Any) -> None:
    for field in message.field:
        field.ClearField("json_name")
    for nested in message.nested_type:
        forget_json(nested)


def test_the_schema_is_what_the_compiler_makes_of_it(tmp_path: Path) -> None:
    assert read(SOURCE.name, SOURCE.read_text()) == compiled(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["enum Colour {\n  RED = 0;\n}", "message A {\n  optional int32 b = 1;\n}", 'import "other.proto";'],
)
def test_a_form_that_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected .*, found "):
        read("x.proto", text)
