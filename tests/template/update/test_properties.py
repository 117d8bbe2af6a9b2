"""What a prediction does not depend on, and that its steps do what it says: for many random updates."""

import copy
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecs_blue_green.cli.templates import read_template
from ecs_blue_green.template.update import Prediction, predict
from ecs_blue_green.template.values import sub_parts
from tests.support import Template
from tests.template.update.edits import cited
from tests.template.update.pairs import TRIVIA, generated_pairs

Rewrite = Callable[[Template], Template]


def with_application_change(pair: tuple[Template, Template], index: int) -> tuple[Template, Template]:
    """Change the application as well, in every second pair."""
    for resource in pair[1]["Resources"].values():
        if index % 2 and resource["Type"] == "AWS::ECS::TaskDefinition":
            resource["Properties"]["Memory"] = "16384"
    return pair


PAIRS = [with_application_change(pair, index) for index, pair in enumerate(generated_pairs(120, TRIVIA, seed=11))]


def said(prediction: Prediction) -> Any:
    """What is said of an update, without values and the order of resources."""
    changes = {
        (change.logical_id, change.action, change.kind, change.replacement, change.certain)
        for change in prediction.changes
    }
    return prediction.outcome, changes, cited(*prediction.reasons), len(prediction.steps)


def shuffled(template: Template) -> Template:
    choose = random.Random(3)

    def shuffle(value: Any) -> Any:
        if isinstance(value, dict):
            names = [*value]
            choose.shuffle(names)
            return {name: shuffle(value[name]) for name in names}
        return [shuffle(item) for item in value] if isinstance(value, list) else value

    found: Template = shuffle(template)
    return found


def rewritten(rewrite: Callable[[str, Any], Any]) -> Rewrite:
    """Write each function of a template in another way."""

    def write(value: Any) -> Any:
        if isinstance(value, dict):
            inner = {name: write(part) for name, part in value.items()}
            return rewrite(*next(iter(inner.items()))) or inner if len(inner) == 1 else inner
        return [write(item) for item in value] if isinstance(value, list) else value

    return write


def sub_as_join(name: str, argument: Any) -> Any:
    if name != "Fn::Sub" or not isinstance(argument, str):
        return None
    parts: list[Any] = []
    for part in sub_parts(argument):
        id, _, attribute = part.text.partition(".")
        reference = {"Fn::GetAtt": [id, attribute]} if attribute else {"Ref": id}
        parts.append(reference if part.is_name else part.text)
    return {"Fn::Join": ["", parts]}


def reference_as_sub(name: str, argument: Any) -> Any:
    if name == "Ref" and argument != "AWS::NoValue":
        return {"Fn::Sub": f"${{ {argument} }}"}
    if name == "Fn::GetAtt" and isinstance(argument, list):
        return {"Fn::Sub": ["${It}", {"It": {"Fn::GetAtt": ".".join(argument)}}]}
    return None


def join_as_sub(name: str, argument: Any) -> Any:
    if name != "Fn::Join" or argument[0] or not isinstance(argument[1], list):
        return None
    variables = {f"Part{number}": part for number, part in enumerate(argument[1]) if not isinstance(part, str)}
    texts = [
        part.replace("${", "${!") if isinstance(part, str) else f"${{Part{number}}}"
        for number, part in enumerate(argument[1])
    ]
    return {"Fn::Sub": ["".join(texts), variables]}


def with_unused_parameter(template: Template) -> Template:
    unused = {"Unused": {"Type": "String", "Default": "x"}}
    return template | {"Parameters": {**template.get("Parameters", {}), **unused}}


REWRITES: dict[str, Rewrite] = {
    "order of keys": shuffled,
    "Fn::Sub as Fn::Join": rewritten(sub_as_join),
    "references as Fn::Sub": rewritten(reference_as_sub),
    "Fn::Join as Fn::Sub": rewritten(join_as_sub),
    "unused parameter": with_unused_parameter,
}


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_prediction_does_not_depend_on(rewrite: Rewrite) -> None:
    written = 0
    for deployed, new in PAIRS:
        other = rewrite(deployed), rewrite(new)
        written += other != (deployed, new) or [*other[0]["Resources"]] != [*deployed["Resources"]]
        assert said(predict(*other)) == said(predict(deployed, new))
    assert written > 20


def test_prediction_does_not_depend_on_a_new_parameter_that_nothing_uses() -> None:
    for deployed, new in PAIRS:
        assert said(predict(deployed, with_unused_parameter(new)))[:2] == said(predict(deployed, new))[:2]


def test_prediction_does_not_depend_on_json_or_yaml(tmp_path: Path) -> None:
    for deployed, new in PAIRS[::6]:
        files = []
        for name, template in (("deployed.yaml", deployed), ("new.yaml", new)):
            (tmp_path / name).write_text(yaml.safe_dump(template, sort_keys=False))
            files.append(read_template(str(tmp_path / name)).content)
        assert predict(*files) == predict(deployed, new)


def test_steps_of_refused_updates_do_what_they_promise() -> None:
    outcomes: Counter[str] = Counter()
    steps = 0
    for deployed, new in PAIRS:
        prediction = predict(deployed, new)
        outcomes[prediction.outcome] += 1
        before, parameters = deployed, dict[str, Any]()
        for step in prediction.steps:
            after = copy.deepcopy(dict(step.template))
            found = predict(before, after, deployed_parameters=parameters, new_parameters=step.parameters)
            assert found.outcome == step.outcome, (step.title, found.reasons)
            before, parameters = after, {**parameters, **step.parameters}
            steps += 1
        if prediction.steps:
            assert before == new
            assert predict(before, new, deployed_parameters=parameters).outcome == "no-change"
    assert steps > 8
    assert {"refused", "green-deployment", "in-place-update", "unknown"} <= {*outcomes}
