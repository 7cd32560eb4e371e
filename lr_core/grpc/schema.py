"""Reading a `.proto` file: the part of proto3 that `inference.proto` is written in.

The generated modules that are usual have one registry for a process, in which two programs' `inference.*` clash; and
they are bulk that nobody reads. So the file itself is what the server reads, at its start, and a test compares the
result with that of the compiler.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto

__all__ = ["read"]

COMMENT = re.compile(r"//[^\n]*")
STATEMENT = re.compile(r"\s*([^{};]*?)\s*([{};])")
RPC = re.compile(r"rpc (\w+)\((stream )?(\w+)\) returns \((stream )?(\w+)\)")
FIELD = re.compile(r"(repeated )?(map<string, )?(\w+)>? (\w+) = (\d+)")
SCALARS = ("bool", "bytes", "double", "float", "int32", "int64", "string", "uint32", "uint64")


@dataclass(frozen=True, slots=True)
class Scope:
    """What stands between two braces.

    Attributes
    ----------
    made
        What its statements are added to: a file, a service, a message.
    path
        Full name of that, such as `.inference.ModelInferRequest`.
    oneof
        Which of a message's choices its fields are; None outside of any.
    """

    made: Any
    path: str
    oneof: int | None = None


def read(name: str, text: str) -> FileDescriptorProto:
    """Return what a file declares.

    Raises
    ------
    ValueError
        A statement has a form that is not known here.
    """
    file = FileDescriptorProto(name=name)
    scopes = [Scope(file, "")]
    for statement, end in STATEMENT.findall(COMMENT.sub("", text)):
        if end == "{":
            scopes.append(opened(scopes[-1], file.package, statement))
        elif end == "}":
            scopes.pop()
        else:
            declare(scopes[-1], file.package, statement)
    return file


def opened(scope: Scope, package: str, statement: str) -> Scope:
    """Add what a statement opens, and return the scope of what follows."""
    made = scope.made
    match statement.split():
        case ["service", name]:
            return Scope(made.service.add(name=name), f".{package}.{name}")
        case ["message", name]:
            is_outer = isinstance(made, FileDescriptorProto)
            messages = made.message_type if is_outer else made.nested_type
            return Scope(messages.add(name=name), f".{package}.{name}" if is_outer else f"{scope.path}.{name}")
        case ["oneof", name]:
            made.oneof_decl.add(name=name)
            return Scope(made, scope.path, len(made.oneof_decl) - 1)
    if found := RPC.fullmatch(statement):
        name, takes_stream, taken, gives_stream, given = found.groups()
        method = made.method.add(name=name, input_type=f".{package}.{taken}", output_type=f".{package}.{given}")
        method.options.SetInParent()
        if takes_stream:
            method.client_streaming = True
        if gives_stream:
            method.server_streaming = True
        return Scope(method, scope.path)
    raise ValueError(f"expected a message, a service, a method or a choice, found {statement!r}")


def declare(scope: Scope, package: str, statement: str) -> None:
    """Add what a statement without braces declares."""
    match statement.split():
        case ["syntax", "=", '"proto3"']:
            scope.made.syntax = "proto3"
        case ["package", name]:
            scope.made.package = name
        case _:
            found = FIELD.fullmatch(statement)
            if found is None:
                raise ValueError(f"expected a field, found {statement!r}")
            add_field(scope, package, found)


def add_field(scope: Scope, package: str, declaration: re.Match[str]) -> None:
    """Add a field to a message."""
    repeated, mapped, kind, name, number = declaration.groups()
    made = scope.made
    if mapped:
        kind = add_entry(scope, package, kind, name)
    field = made.field.add(name=name, number=int(number), label=FieldDescriptorProto.LABEL_OPTIONAL)
    if repeated or mapped:
        field.label = FieldDescriptorProto.LABEL_REPEATED
    if scope.oneof is not None:
        field.oneof_index = scope.oneof
    if kind in SCALARS:
        field.type = getattr(FieldDescriptorProto, f"TYPE_{kind.upper()}")
        return
    is_nested = kind in {each.name for each in made.nested_type}
    field.type, field.type_name = (
        FieldDescriptorProto.TYPE_MESSAGE,
        f"{scope.path if is_nested else f'.{package}'}.{kind}",
    )


def add_entry(scope: Scope, package: str, kind: str, name: str) -> str:
    """Add the message that an entry of a map is, and return its name (Protocol Buffers' specification, "Maps")."""
    entry = scope.made.nested_type.add(name=f"{name.title().replace('_', '')}Entry")
    entry.options.map_entry = True
    for field in ("string key = 1", f"{kind} value = 2"):
        declare(Scope(entry, f"{scope.path}.{entry.name}"), package, field)
    return str(entry.name)
