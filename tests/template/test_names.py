"""What is named how in the room."""

import ast
from collections import Counter

from tests.support import ROOT


def test_no_two_classes_share_a_name() -> None:
    names = Counter(
        node.name
        for path in (ROOT / "src/ecs_blue_green/template").glob("**/*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert "Template" in names
    assert [name for name, number in names.items() if number > 1] == []
