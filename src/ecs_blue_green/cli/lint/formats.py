"""What `lint` found, for programs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ...release import release
from ...template.rules import RULES
from ..templates import STANDARD_INPUT, TemplateFile
from ..terminal import Printable, json_lines, workflow_command
from .report import LintReport


def as_json(report: LintReport) -> list[Printable]:
    """Give a JSON object with the list ``findings``."""
    findings = [{"path": _named(template.path), **asdict(finding)} for template, finding in report.findings()]
    return json_lines({"findings": findings})


def as_github(report: LintReport) -> list[Printable]:
    """Give GitHub's workflow commands, one a line, which annotate the templates' files."""
    return [
        workflow_command(
            finding.severity,
            f"{finding.logical_id}: {finding.message} See `{finding.help}`".removeprefix(": "),
            **_github_location(template, finding.logical_id),
            title=finding.rule,
        )
        for template, finding in report.findings()
    ]


def _github_location(template: TemplateFile, logical_id: str) -> dict[str, str]:
    if template.path == STANDARD_INPUT:
        return {}
    return {"file": _posix(template.path), "line": str(template.line_of(logical_id))}


def as_sarif(report: LintReport) -> list[Printable]:
    """Give a SARIF 2.1.0 log, as code scanning services take it."""
    indices = {id: index for index, id in enumerate(RULES)}
    driver = {
        "name": "ecs-blue-green",
        "version": release(),
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.title},
                "help": {"text": f"See `{rule.help}`"},
                "defaultConfiguration": {"level": rule.severity},
            }
            for rule in RULES.values()
        ],
    }
    results = [
        {
            "ruleId": finding.rule,
            "ruleIndex": indices[finding.rule],
            "level": finding.severity,
            "message": {"text": f"{finding.logical_id}: {finding.message}".removeprefix(": ")},
            "locations": [
                {
                    **_physical(template.path, template.line_of(finding.logical_id)),
                    **_logical(template, finding.logical_id),
                }
            ],
        }
        for template, finding in report.findings()
    ]
    notifications = [
        {"level": "error", "message": {"text": str(error)}, "locations": [_physical(error.path, error.line)]}
        for error in report.unreadable
    ]
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {"executionSuccessful": not report.unreadable, "toolExecutionNotifications": notifications},
        ],
        "results": results,
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json_lines(log)


def _physical(path: str, line: int | None) -> dict[str, Any]:
    name = "stdin" if path == STANDARD_INPUT else path
    uri = Path(name).as_uri() if os.path.isabs(name) else quote(os.fsencode(Path(name).as_posix()))
    region = {} if line is None else {"region": {"startLine": line}}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, **region}}


def _logical(template: TemplateFile, logical_id: str) -> dict[str, Any]:
    if not logical_id:
        return {}
    path = template.construct_paths.get(logical_id)
    return {"logicalLocations": [{"name": logical_id, **({"fullyQualifiedName": path} if path else {})}]}


def _posix(path: str) -> str:
    return _named(Path(path).as_posix())


def _named(path: str) -> str:
    r"""Write a file's name, of which what is not UTF-8 is written out, such as ``\xff``."""
    return os.fsencode(path).decode(errors="backslashreplace")


FORMATS: Mapping[str, Callable[[LintReport], list[Printable]]] = {
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
