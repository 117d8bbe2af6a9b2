"""Pairs of templates: those of the tests' snapshots, and each of them changed at random, the same in every run."""

import copy
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.support import ROOT, Resources, Template
from tests.template.update.replacement_table import FILE

TRIVIA = sorted((ROOT / "tests/examples/__snapshots__/test_trivia").glob("*.json"))
OTHERS = sorted((ROOT / "tests/__snapshots__/test_snapshots").glob("*.json"))
TABLE: dict[str, dict[str, list[str]]] = json.loads(FILE.read_text())

# The package reads the rules of policies and security groups, and breaks on what is none.
_RULES = ("PolicyDocument", "Policies", "ManagedPolicyArns", "SecurityGroupIngress", "SecurityGroupEgress")

Random = random.Random
Mutation = Callable[[Random, Template], None]


def generated_pairs(count: int, files: Sequence[Path], seed: int = 4) -> Iterator[tuple[Template, Template]]:
    """Make pairs of a template, with further references and parameters, and the same with one to three changes."""
    choose = Random(seed)
    templates = [json.loads(path.read_text()) for path in files]
    for _ in range(count):
        deployed = copy.deepcopy(choose.choice(templates))
        for add in choose.choices([refer, use_parameter], k=choose.randint(0, 3)):
            add(choose, deployed)
        new = copy.deepcopy(deployed)
        for mutate in choose.choices([*MUTATIONS], weights=[*MUTATIONS.values()], k=choose.randint(1, 3)):
            mutate(choose, new)
        yield deployed, new


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """List the places of texts, numbers and booleans in a value, without those in functions."""
    if isinstance(value, dict) and not any(key == "Ref" or key.startswith("Fn::") for key in value):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    elif path and not isinstance(value, dict):
        yield path


def place(template: Any, path: tuple[Any, ...]) -> Any:
    """Give what holds the last part of a path."""
    for key in path[:-1]:
        template = template[key]
    return template


def _resource(choose: Random, template: Template) -> dict[str, Any]:
    resources: Resources = template["Resources"]
    resource = resources[choose.choice(sorted(resources))]
    resource.setdefault("Properties", {})
    return resource


def change_value(choose: Random, template: Template) -> None:
    """Give a value another one of its kind."""
    properties = _resource(choose, template)["Properties"]
    places = [*leaves(properties)]
    if places:
        path = choose.choice(places)
        holder = place(properties, path)
        value = holder[path[-1]]
        holder[path[-1]] = (
            not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}x"
        )


def drop_property(choose: Random, template: Template) -> None:
    """Drop a property."""
    properties = _resource(choose, template)["Properties"]
    names = sorted(name for name in properties if not name.endswith(_RULES))
    if names:
        del properties[choose.choice(names)]


def add_property(choose: Random, template: Template) -> None:
    """Add a property that the resource's type has, or change the whole of it."""
    resource = _resource(choose, template)
    names = sorted(
        {name for rules in TABLE.get(resource["Type"], {}).values() for name in rules if not name.endswith(_RULES)}
    )
    if names:
        resource["Properties"][choose.choice(names).split("/")[0]] = f"added-{choose.randrange(1000)}"


def lists(value: Any) -> Iterator[list[Any]]:
    """List the lists in a value, without those in functions and in what the package reads itself."""
    if isinstance(value, dict) and not any(key == "Ref" or key.startswith("Fn::") for key in value):
        for key, inner in value.items():
            yield from () if key.endswith(_RULES) else lists(inner)
    elif isinstance(value, list) and value:
        yield value
        for inner in value:
            yield from lists(inner)


def insert_item(choose: Random, template: Template) -> None:
    """Add an item to a list, anywhere: a copy of one with another name, or a reference."""
    places = [*lists(_resource(choose, template)["Properties"])]
    if places:
        items = choose.choice(places)
        item = copy.deepcopy(choose.choice(items))
        for name in ("Name", "Key"):
            if isinstance(item, dict) and name in item:
                item[name] = f"added-{choose.randrange(1000)}"
                item["Value"] = {"Ref": choose.choice(sorted(template["Resources"]))}
        items.insert(choose.randint(0, len(items)), item)


def reorder_list(choose: Random, template: Template) -> None:
    """Give the items of a list another order."""
    places = [items for items in lists(_resource(choose, template)["Properties"]) if len(items) > 1]
    if places:
        choose.choice(places).reverse()


def make_conditional(choose: Random, template: Template) -> None:
    """Let there be a resource under a condition only, of which nothing is known."""
    template.setdefault("Parameters", {})["Choice"] = {"Type": "String"}
    template.setdefault("Conditions", {})["Chosen"] = {"Fn::Equals": [{"Ref": "Choice"}, "yes"]}
    _resource(choose, template)["Condition"] = "Chosen"


def refer(choose: Random, template: Template) -> None:
    """Put a reference to a resource in a value's place: plain, to an attribute, or within a text."""
    properties = _resource(choose, template)["Properties"]
    target = choose.choice(sorted(template["Resources"]))
    places = [*leaves(properties)]
    if places:
        path = choose.choice(places)
        place(properties, path)[path[-1]] = choose.choice(
            [{"Ref": target}, {"Fn::GetAtt": [target, "Arn"]}, {"Fn::Sub": f"${{{target}}}-x"}]
        )


def use_parameter(choose: Random, template: Template) -> None:
    """Put a parameter with the same value in a value's place."""
    properties = _resource(choose, template)["Properties"]
    places = [*leaves(properties)]
    if places:
        path = choose.choice(places)
        holder = place(properties, path)
        name = f"Parameter{choose.randrange(1000)}"
        template.setdefault("Parameters", {})[name] = {"Type": "String", "Default": str(holder[path[-1]])}
        holder[path[-1]] = {"Ref": name}


def change_default(choose: Random, template: Template) -> None:
    """Change the default of a parameter."""
    parameters = template.get("Parameters", {})
    if parameters:
        parameters[choose.choice(sorted(parameters))]["Default"] = f"default-{choose.randrange(1000)}"


def change_attribute(choose: Random, template: Template) -> None:
    """Change what is beside the properties."""
    name, value = choose.choice(
        [("Metadata", {"a": 1}), ("DeletionPolicy", "Retain"), ("UpdateReplacePolicy", "Retain")]
    )
    _resource(choose, template)[name] = value


def remove_resource(choose: Random, template: Template) -> None:
    """Remove a resource; what refers to it is left as it is."""
    del template["Resources"][choose.choice(sorted(template["Resources"]))]


def add_resource(choose: Random, template: Template) -> None:
    """Add a copy of a resource."""
    template["Resources"][f"Added{choose.randrange(1000)}"] = copy.deepcopy(_resource(choose, template))


MUTATIONS: dict[Mutation, int] = {
    change_value: 8,
    drop_property: 3,
    add_property: 6,
    insert_item: 4,
    reorder_list: 3,
    make_conditional: 1,
    refer: 3,
    use_parameter: 2,
    change_default: 2,
    change_attribute: 1,
    remove_resource: 1,
    add_resource: 1,
}
