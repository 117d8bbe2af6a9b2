"""That one finds one's way: names in the package. Who may import whom is import-linter's, in `dev.py lint`."""

import ast
from collections import defaultdict

from tests.support import ROOT

SOURCE = ROOT / "src/ecs_blue_green"
MODULES = sorted(SOURCE.glob("**/*.py"))


def test_no_two_public_classes_share_a_name() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for module in MODULES:
        for node in ast.parse(module.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(module.relative_to(SOURCE)))
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_no_module_repeats_the_name_of_its_folder() -> None:
    repeating = [module for module in MODULES if module.stem.startswith(module.parent.name)]
    assert repeating == []
