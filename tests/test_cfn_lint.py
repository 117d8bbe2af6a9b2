"""What cfn-lint finds in the templates that are kept as snapshots."""

from pathlib import Path

import pytest

from tests.linting import cfn_lint

SNAPSHOTS = sorted(Path(__file__).parent.glob("**/__snapshots__/*/*.json"))


@pytest.mark.parametrize("file", SNAPSHOTS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_cfn_lint_finds_nothing_but_the_hooks_section(file: Path) -> None:
    assert cfn_lint(file.read_text()) == []
