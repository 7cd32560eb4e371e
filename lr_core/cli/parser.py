"""What the command understands, and its help."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lr_core import __version__
from lr_core.access.roles import ROLES
from lr_core.names import NAME_RULE, is_name
from lr_core.repository.keys import LATEST
from lr_core.solvers.hyperparameters import SOLVERS, hyperparameters
from lr_core.solvers.schedule import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lr_core.settings import Settings

__all__ = ["parse"]

MOST_JOBS = 64

EPILOG = """\
examples:
  lr-sgd fit houses.csv --target price     learn a table and publish the model
  lr-sgd predict rows.csv                  one prediction a line
  lr-sgd serve                             train and predict over HTTP on this machine
  lr-sgd models list                       what there is

Tables and models live in a store: a folder (file://), or a bucket (s3://) whose server and credentials are named by
AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the authority that has signed the
server's certificate by AWS_CA_BUNDLE. LR_STORE names it once for all commands.
"""


DEAD_LETTERS = (
    ("list", "list the events that could not be handled", "lr_core.cli.deadletters:list_letters"),
    ("show", "show an event, and why it could not be handled", "lr_core.cli.deadletters:show"),
    ("resend", "send events again, and delete what was taken", "lr_core.cli.deadletters:resend"),
)
LETTER = "the letter's whole key, as `deadletters list` shows it"
MODELS = (
    ("list", "list the models", "lr_core.cli.models:list_models"),
    ("show", "show what a model is, and how it is trained", "lr_core.cli.models:show"),
    ("create", "store how a model is to be trained, before there is data for it", "lr_core.cli.models:create"),
    ("history", "show what an alias has been", "lr_core.cli.life:history"),
    ("diff", "show what two versions differ in", "lr_core.cli.life:diff"),
    ("rollback", "make `latest` what it was, version and recipe", "lr_core.cli.life:rollback"),
    ("promote", "point another alias at a version", "lr_core.cli.life:promote"),
    ("forget", "forget a table: no model keeps a trace of its rows", "lr_core.cli.forget:forget"),
    ("sweep", "end what was cut off, and delete versions that nothing names", "lr_core.cli.forget:sweep"),
)

EITHER = "a version (twelve characters) or a generation"
WORDS = {
    "show": {"name": "the model (default: that of --model)"},
    "create": {"name": "the model (default: that of --model)"},
    "diff": {"a": EITHER, "b": EITHER},
    "rollback": {"target": EITHER},
    "promote": {"version": "a version (twelve characters)"},
    "forget": {"key": "the table's whole key, such as data/default/table.csv"},
}

DESCENT: tuple[tuple[str, type, str], ...] = (
    ("alpha", float, "strength of the squared penalty"),
    ("eta0", float, "first step size, as a fraction of what the curvature allows"),
    ("learning-rate", str, f"how the step size goes on: {', '.join(SCHEDULES)}"),
    ("epochs", int, "the most passes over the rows"),
    ("batch-size", int, "rows a step"),
    ("tol", float, "stop where no component of the gradient is larger, in standardised units"),
    ("seed", int, "seed of the order of the rows"),
)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; `run` among them carries the command out. Wrong usage exits with 2."""
    parser = argparse.ArgumentParser(
        prog="lr-sgd",
        description="Linear regression as a serverless service: tables in, a model published, predictions out.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"lr-sgd {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_fit(commands)
    add_predict(commands)
    add_check(commands)
    add_serve(commands)
    add_grpc(commands)
    add_models(commands)
    add_dead_letters(commands)
    add_keys(commands)
    return parser.parse_args(arguments)


def add_fit(commands: Any) -> None:
    """Add `fit`."""
    text = """Check the tables, copy them into the store under data/MODEL/, train on all that is there, publish.
A bad table stops everything before anything is copied. Without DATA, train on what is in the store."""
    parser = command(commands, "fit", "learn tables and publish a model", text, "lr_core.cli.fit:fit")
    parser.add_argument("data", nargs="*", metavar="DATA", help="a CSV file with a header, or a URL inside the store")
    parser.add_argument("--replace", action="store_true", help="replace tables of the same name that have other bytes")
    parser.add_argument(
        "--jobs", type=jobs, default=1, metavar="N", help="how many tables to read at once (default: 1)"
    )
    add_recipe(parser)
    add_json(parser, "print the model document, and nothing else, on stdout")


def add_predict(commands: Any) -> None:
    """Add `predict`."""
    text = """Predict rows from a file, one prediction a line. A CSV file has a header that names at least the features;
a file of JSON lines has an object, or a list in the order of the features, on each line."""
    parser = command(commands, "predict", "predict rows of a file", text, "lr_core.cli.predict:predict")
    parser.add_argument("rows", metavar="ROWS", help="a CSV or JSON lines file, or - for standard input")
    parser.add_argument(
        "--stream", type=target, metavar="HOST:PORT", help="ask a server of `lr-sgd grpc` and not the store"
    )
    parser.add_argument(
        "--authority", metavar="NAME", help="what the server is called, where HOST:PORT is a gateway before it"
    )
    parser.add_argument("--tls", action="store_true", help="speak TLS with the server of --stream")
    parser.add_argument(
        "--cacert", metavar="FILE", help="the CA certificates, in PEM, to trust with --tls in place of the usual ones"
    )


def add_check(commands: Any) -> None:
    """Add `check`."""
    text = """Say what learning a table beside the others would change: its rows and columns, the error of the present
model on it, and the coefficients before and after. Nothing is copied, published or kept."""
    parser = command(commands, "check", "say what learning a table would change", text, "lr_core.cli.check:check")
    parser.add_argument("table", metavar="TABLE", help="a CSV file with a header, or the URL of one inside the store")
    add_json(parser, "print JSON on stdout")


def add_serve(commands: Any) -> None:
    """Add `serve`."""
    text = "Serve both functions on this machine: POST /train trains, all other routes predict. Ctrl-C ends it."
    parser = command(commands, "serve", "serve both functions over HTTP", text, "lr_core.cli.serve:serve")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=port, default=5000, help="port to listen on (default: 5000)")


def add_grpc(commands: Any) -> None:
    """Add `grpc`."""
    text = """Serve predictions by gRPC: inference.GRPCInferenceService of the Open Inference Protocol with Triton's
ModelStreamInfer, health and reflection. Ctrl-C ends it."""
    parser = command(commands, "grpc", "serve predictions by gRPC", text, "lr_core.cli.grpc:grpc")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=port, default=8001, help="port to listen on (default: 8001)")


def add_models(commands: Any) -> None:
    """Add `models` and its commands."""
    parser = commands.add_parser(
        "models", help="list, show, create, compare and move models", description="Models of the store."
    )
    actions = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for title, summary, run in MODELS:
        each = command(actions, title, summary, f"{summary[0].upper()}{summary[1:]}.", run)
        for word, text in WORDS.get(title, {}).items():
            optional = word == "name"
            each.add_argument(
                word, nargs="?" if optional else None, type=name if optional else str, metavar=word.upper(), help=text
            )
        if title in {"history", "promote"}:
            default = LATEST if title == "history" else "production"
            each.add_argument("--alias", type=name, metavar="NAME", help=f"which alias (default: {default})")
        if title == "create":
            add_recipe(each)
        if title == "forget":
            each.add_argument("--undo", action="store_true", help="let the bytes be learned again; put the table back")
        add_json(each, "print JSON on stdout")


def add_dead_letters(commands: Any) -> None:
    """Add `deadletters` and its commands."""
    text = "Events that could not be handled, kept in the store under dead-letters/."
    parser = commands.add_parser("deadletters", help="list, show and resend events that failed", description=text)
    actions = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for title, summary, run in DEAD_LETTERS:
        each = command(actions, title, summary, f"{summary[0].upper()}{summary[1:]}.", run)
        if title == "show":
            each.add_argument("key", metavar="KEY", help=LETTER)
        if title == "resend":
            each.add_argument("keys", nargs="+", metavar="KEY", help=f"{LETTER}; several may be given")
            each.add_argument("--sink", metavar="URL", help="who takes them: a broker, or train (default: K_SINK)")
        add_json(each, "print JSON on stdout")


def add_keys(commands: Any) -> None:
    """Add `keys` and its command."""
    parser = commands.add_parser("keys", help="make API keys", description="API keys for callers of the functions.")
    actions = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    text = "Make a key, and the entry that lets it in: a server keeps a hash. Nothing is stored; both are printed once."
    each = command(actions, "create", "make a key and print it", text, "lr_core.cli.keys:create")
    each.add_argument(
        "--role", action="append", required=True, choices=ROLES, help="what it may do; may be given several times"
    )
    each.add_argument("--name", type=name, metavar="NAME", help="whose it is (default: its roles)")
    add_json(each, "print JSON on stdout")


def command(commands: Any, title: str, summary: str, text: str, run: str) -> argparse.ArgumentParser:
    """Add a command with the options that all have; `run` names its function, which is imported when it is called."""
    parser: argparse.ArgumentParser = commands.add_parser(
        title,
        help=summary,
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=late(run))
    parser.add_argument(
        "--store", metavar="URL", help="s3://bucket or file:///folder (default: LR_STORE, else .lr-sgd here)"
    )
    parser.add_argument("--model", type=name, metavar="NAME", help="which model (default: LR_MODEL, else 'default')")
    return parser


def late(run: str) -> Callable[..., None]:
    """Return a function that imports another one only when it is called: `--help` and `serve` need no numpy."""
    module, _, function = run.partition(":")

    def run_late(options: argparse.Namespace, settings: Settings) -> None:
        getattr(import_module(module), function)(options, settings)

    return run_late


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """Add the fields of a recipe; what is not given stays as the model's last training had it."""
    group = parser.add_argument_group("how to train (default: as the model was trained last)")
    group.add_argument("--target", metavar="COLUMN", help="the column to predict (first training: the last column)")
    group.add_argument(
        "--features", metavar="A,B", help="columns to predict it from (first training: all other numbers)"
    )
    group.add_argument("--intercept", action=argparse.BooleanOptionalAction, help="fit a constant, or none")
    group.add_argument("--solver", choices=SOLVERS, help="least squares, or gradient descent in mini-batches")
    group.add_argument(
        "--missing", choices=("refuse", "drop"), help="refuse a table with missing values, or drop such rows"
    )
    group.add_argument("--drop", metavar="A,B", help="columns whose cells nothing is to see; '' for none")
    group.add_argument(
        "--hash",
        metavar="A,B",
        help="columns of whose cells only pseudonyms are to be seen, by LR_HASH_KEY; '' for none",
    )
    sgd = parser.add_argument_group("gradient descent (--solver sgd)")
    usual = hyperparameters("sgd", {})
    for option, kind, text in DESCENT:
        default = usual[option.replace("-", "_")]
        sgd.add_argument(f"--{option}", type=kind, metavar=kind.__name__.upper(), help=f"{text} (default: {default})")


def add_json(parser: argparse.ArgumentParser, text: str) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help=text)


def name(text: str) -> str:
    """Read the name of a model."""
    if not is_name(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name; expected {NAME_RULE}")
    return text


def jobs(text: str) -> int:
    """Read a number of threads."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_JOBS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of jobs: expected one from 1 to {MOST_JOBS}")
    return int(text)


def target(text: str) -> str:
    """Read the host and the port of a server."""
    host, _, number = text.rpartition(":")
    if not host or "/" in text:
        raise argparse.ArgumentTypeError(f"{text!r} is no server: expected HOST:PORT, such as localhost:8001")
    port(number)
    return text


def port(text: str) -> int:
    """Read the number of a port."""
    if not (text.isascii() and text.isdigit() and int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: expected a number from 0 to 65535")
    return int(text)
