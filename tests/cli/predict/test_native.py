"""What `predict` prints of services that ECS itself deploys in steps."""

import copy
import json
from pathlib import Path

import pytest

from tests.cli.support import invoke, invoke_on_terminal, schema, write
from tests.template.update.native import BLUE, SERVICE, Edit, image, put, template

NATIVE_OUTCOMES: list[tuple[Edit, str, int, str]] = [
    (image("example.com/app:v2"), "native-deployment", 0, "native deployment"),
    (put(SERVICE, DesiredCount=5), "in-place-update", 0, "in-place update"),
    (put(BLUE, Port=8080), "outage", 1, "outage"),
]


@pytest.mark.parametrize(
    ("edit", "outcome", "code", "title"), NATIVE_OUTCOMES, ids=[outcome for _, outcome, _, _ in NATIVE_OUTCOMES]
)
def test_outcomes_of_services_in_every_format(edit: Edit, outcome: str, code: int, title: str, tmp_path: Path) -> None:
    new = copy.deepcopy(template())
    edit(new)
    paths = ["--no-lint", "--deployed", write(tmp_path / "old.json", template()), write(tmp_path / "new.json", new)]
    lines = invoke("predict", *paths)
    assert (lines.exit_code, lines.stderr) == (code, "")
    assert lines.stdout.splitlines()[0].startswith(f"{tmp_path}/new.json: {outcome}: ")
    predicted = json.loads(invoke("predict", "--json", *paths).stdout)
    schema("predict").validate(predicted)
    assert predicted["outcome"] == outcome
    for shown in (invoke("predict", "--format", "markdown", *paths).stdout, invoke_on_terminal("predict", *paths)[1]):
        assert title in shown
