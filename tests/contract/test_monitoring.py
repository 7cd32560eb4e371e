"""The alert rules and the dashboard: they ask for what there is, and their own tools find nothing wrong with them.

`make monitoring` builds the tools; without them these tests leave out what needs them.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import yaml

from lr_core.telemetry.exposition import exposition
from tests.contract.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MONITORING = ROOT / "knative" / "monitoring"
TOOLS = ROOT / "build" / "tools"
METRIC = re.compile(r"\b(?:lr|process)_[a-z0-9_]+")
RECORDED = re.compile(r"\blr:[a-z0-9_:]+")
SERIES_OF_COUNTERS = ("_bucket", "_count", "_sum")


def tool(name: str) -> str:
    """Return the path of a tool, or leave a test out."""
    found = shutil.which(name, path=TOOLS) or shutil.which(name)
    if found is None:
        pytest.skip(f"there is no {name}: `make monitoring` builds it")
    return found


def checked(*command: str | Path) -> str:
    """Run a tool in the folder of the rules; it must be content."""
    ended = subprocess.run(command, cwd=MONITORING, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def rules() -> list[dict[str, Any]]:
    groups = yaml.decode((MONITORING / "alerts.yaml").read_bytes())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MONITORING / "dashboard.json").read_text())
    return found


def targets() -> Iterator[str]:
    """Yield what the dashboard asks."""
    for panel in dashboard()["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def metrics() -> set[str]:
    """Name the series that a process may show."""
    text = exposition("text/plain")[0].decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    buckets = {f"{name}{end}" for name, kind in kinds.items() if kind == "histogram" for end in SERIES_OF_COUNTERS}
    return {name for name, kind in kinds.items() if kind != "histogram"} | buckets


def test_alerts_and_dashboard_ask_for_metrics_that_there_are() -> None:
    there, recorded = metrics(), {rule["record"] for rule in rules() if "record" in rule}
    variables = " ".join(str(one["query"]) for one in dashboard()["templating"]["list"])
    for expression in [rule["expr"] for rule in rules()] + [*targets(), variables]:
        assert set(METRIC.findall(expression)) <= there, expression
        assert set(RECORDED.findall(expression)) <= recorded, expression


def test_each_service_answers_at_the_port_that_is_asked() -> None:
    (asked,) = re.findall(r"replacement: \$1:(\d+)", (MONITORING / "scrape.yaml").read_text())
    texts = {file.name: file.read_text() for file in MONITORING.parent.glob("*.yaml")}
    services = {name for name, text in texts.items() if "\napiVersion: serving.knative.dev/v1\nkind: Service\n" in text}
    opened = f'- name: LR_METRICS_PORT\n              value: "{asked}"\n'
    assert {name for name, text in texts.items() if opened in text} == services
    assert f"port: {asked}," in texts["policies.yaml"]


def test_each_alert_is_tested() -> None:
    tests = yaml.decode((MONITORING / "alerts.test.yaml").read_bytes())["tests"]
    fired = {one["alertname"] for test in tests for one in test["alert_rule_test"] if one.get("exp_alerts")}
    silent = {one["alertname"] for test in tests for one in test["alert_rule_test"] if not one.get("exp_alerts")}
    alerts = {rule["alert"] for rule in rules() if "alert" in rule}
    assert fired == alerts
    assert silent >= alerts - {"LrTablesRefused"}  # whose expression is seen to be zero


def test_promtool_finds_the_rules_and_the_configuration_right() -> None:
    promtool = tool("promtool")
    assert "SUCCESS" in checked(promtool, "check", "rules", "--lint=all", "--lint-fatal", "alerts.yaml")
    assert "SUCCESS" in checked(promtool, "test", "rules", "alerts.test.yaml")
    assert "SUCCESS" in checked(promtool, "check", "config", "scrape.yaml")


def test_promtool_reads_what_the_dashboard_asks(tmp_path: Path) -> None:
    spans = {"$__rate_interval": "1m", "$namespace": "n", "$job": "j", "$instance": "i"}
    written: list[dict[str, str]] = []
    for expression in targets():
        for name, value in spans.items():
            expression = expression.replace(name, value)  # noqa: PLW2901  -- as Grafana does
        written.append({"record": f"dashboard:{len(written)}", "expr": expression})
    file = tmp_path / "dashboard.yaml"
    file.write_bytes(yaml.encode({"groups": [{"name": "dashboard", "rules": written}]}))
    assert f"{len(written)} rules found" in checked(tool("promtool"), "check", "rules", file)


def test_promtool_finds_the_metrics_well_named() -> None:
    text = exposition("text/plain")[0]
    ended = subprocess.run([tool("promtool"), "check", "metrics"], input=text, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_grafanas_own_types_read_the_dashboard() -> None:
    assert checked(tool("check-dashboard"), "dashboard.json").startswith("lr-sgd: ")
