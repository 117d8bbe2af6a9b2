"""What users import, and what its documentation says."""

import ast
import inspect
import pydoc
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from constructs import Construct

import ecs_blue_green
from ecs_blue_green import lifecycle, testing
from tests.support import ROOT

SOURCE = ROOT / "src/ecs_blue_green"


def test_all_lists_every_public_name_in_order() -> None:
    assert ecs_blue_green.__all__ == sorted(ecs_blue_green._MODULES)
    assert {name for name in dir(ecs_blue_green) if name in ecs_blue_green._MODULES} == {*ecs_blue_green.__all__}


def test_names_for_tests_are_in_order_and_each_of_the_module_that_its_import_names() -> None:
    assert testing.__all__ == sorted(testing.__all__)
    modules = {
        alias.name: statement.module
        for statement in ast.walk(ast.parse((SOURCE / "testing/__init__.py").read_text()))
        if isinstance(statement, ast.ImportFrom) and statement.level == 1
        for alias in statement.names
    }
    assert {name: getattr(testing, name).__module__.rpartition(".")[2] for name in testing.__all__} == modules
    assert {*testing.__all__} <= {*dir(testing)}


def test_type_checkers_see_the_names_that_are_loaded_on_first_use() -> None:
    seen = {
        alias.asname: statement.module
        for statement in ast.walk(ast.parse((SOURCE / "__init__.py").read_text()))
        if isinstance(statement, ast.ImportFrom) and statement.level == 1
        for alias in statement.names
        if alias.name == alias.asname  # which makes it a public one, for them
    }
    assert seen == ecs_blue_green._MODULES


@pytest.mark.parametrize("name", ecs_blue_green.__all__)
def test_name_is_of_the_module_that_it_is_loaded_from(name: str) -> None:
    value = getattr(ecs_blue_green, name)
    assert value.__module__ == f"ecs_blue_green.{ecs_blue_green._MODULES[name]}"
    assert value.__name__ == name


def test_unknown_name_is_an_attribute_error_that_names_the_package() -> None:
    with pytest.raises(AttributeError, match=r"^module 'ecs_blue_green' has no attribute 'EcsBlueGreenServise'$"):
        getattr(ecs_blue_green, "EcsBlueGreenServise")  # noqa: B009 - type checkers know better
    with pytest.raises(AttributeError, match=r"^module 'ecs_blue_green.testing' has no attribute 'assert_nothing'$"):
        getattr(testing, "assert_nothing")  # noqa: B009


@pytest.mark.parametrize(
    "statement",
    [
        "import ecs_blue_green",
        "from ecs_blue_green.lifecycle import LifecycleEvent, lifecycle_hook",
        "from ecs_blue_green.template.schedule import traffic_schedule",
        "from ecs_blue_green.testing import assert_no_findings, TemplateSnapshot",
    ],
)
def test_import_starts_no_cdk(statement: str) -> None:
    show = (
        "import sys; print({'aws_cdk', 'constructs', 'jsii', 'boto3'} & {name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", f"{statement}; {show}"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("set()\n", "")


def public_callables() -> dict[str, tuple[Callable[..., Any], str]]:
    """Lists what users call, and the docstrings around it: functions, constructors and methods, inherited ones too."""
    found: dict[str, tuple[Callable[..., Any], str]] = {}
    for module in (ecs_blue_green, lifecycle, testing):
        for name in module.__all__:
            public = getattr(module, name)
            if not inspect.isclass(public):
                found[name] = (public, "")
                continue
            for owner in public.__mro__:
                if not owner.__module__.startswith("ecs_blue_green"):
                    continue
                for member, value in vars(owner).items():
                    function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
                    if not inspect.isfunction(function) or not function.__module__.startswith("ecs_blue_green"):
                        continue
                    if member == "__init__" or not member.startswith("_"):
                        found.setdefault(f"{name}.{member}", (function, inspect.getdoc(owner) or ""))
    return found


CALLABLES = public_callables()


def entries(docstring: str) -> list[str]:
    """Lists what the section Args explains."""
    section = docstring.partition("\nArgs:\n")[2].partition("\n\n")[0]
    return re.findall(r"^ {4}(\w+): ", section, re.MULTILINE)


@pytest.mark.parametrize("name", CALLABLES)
def test_every_argument_is_explained(name: str) -> None:
    function, of_class = CALLABLES[name]
    own = inspect.getdoc(function) or ""
    arguments = [*inspect.signature(function).parameters]
    if arguments[:1] in (["self"], ["cls"]):
        del arguments[0]
    listed = entries(own) or (entries(of_class) if name.endswith(".__init__") else [])
    if listed:
        assert listed == arguments
    else:
        # In a sentence, or by the class, whose methods and fields share what it explains.
        explained = re.findall(r"(?:``|^ {4})(\w+)(?:``|: )", f"{own}\n{of_class}", re.MULTILINE)
        assert [argument for argument in arguments if argument not in explained] == []


CONSTRUCTS = ["EcsBlueGreenService", "EcsNativeBlueGreenService", "LifecycleHookFunction", "CodeDeployHookRole"]


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_constructs_tell_what_they_raise(name: str) -> None:
    docstring = inspect.getdoc(getattr(ecs_blue_green, name).__init__)
    assert docstring is not None
    assert "\nRaises:\n    InvalidArgumentsError: " in docstring


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_signature_of_a_construct_is_its_constructors(name: str) -> None:
    construct = getattr(ecs_blue_green, name)
    own = [*inspect.signature(construct.__init__).parameters.values()]
    assert own[0].name == "self"
    assert [*inspect.signature(construct).parameters.values()] == own[1:]


def test_signature_of_a_users_own_construct_is_its_own() -> None:
    class Web(ecs_blue_green.EcsBlueGreenService):
        def __init__(self, scope: Construct, *, tag: str) -> None: ...

    class Shop(Web):
        pass

    assert [*inspect.signature(Web).parameters] == [*inspect.signature(Shop).parameters] == ["scope", "tag"]


def help_of(name: str) -> list[str]:
    return pydoc.plain(pydoc.render_doc(getattr(ecs_blue_green, name))).splitlines()


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_help_of_a_construct_tells_nothing_of_jsii(name: str) -> None:
    text = help_of(name)
    told = " ".join(text)
    assert text[3].startswith(f" |  {name}(scope: 'Construct', id: 'str', *, ")
    assert not re.search(r"__jsii|JSIIMeta\(|__protocol|__annotations__|\*args|~M", told)
    docstring = inspect.getdoc(getattr(ecs_blue_green, name)) or ""
    assert next(line for line in text[4:] if line.strip(" |")) == f" |  {docstring.splitlines()[0]}"


@pytest.mark.parametrize("name", [name for name in ecs_blue_green.__all__ if name not in CONSTRUCTS])
def test_help_of_a_value_begins_with_its_signature_and_its_docstring(name: str) -> None:
    text = help_of(name)
    value = getattr(ecs_blue_green, name)
    docstring = inspect.getdoc(value) or ""
    first = text.index(f" |  {docstring.splitlines()[0]}")
    assert docstring.splitlines() == [line[4:] for line in text[first : first + len(docstring.splitlines())]]
    assert not [line for line in text[:first] if "__" in line]


def test_no_two_public_classes_share_a_name() -> None:
    rooms = ("checks", "parts", "lifecycle_hooks", "codedeploy", "native", "testing")
    files = [
        SOURCE / "errors.py",
        SOURCE / "lifecycle.py",
        *(file for room in rooms for file in (SOURCE / room).glob("*.py")),
    ]
    names = [
        statement.name
        for file in files
        for statement in ast.parse(file.read_text()).body
        if isinstance(statement, ast.ClassDef) and not statement.name.startswith("_")
    ]
    assert len(names) > 30
    assert len({*names}) == len(names)
