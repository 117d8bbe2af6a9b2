"""YAML as CloudFormation has it: short tags become the functions that they stand for."""

from __future__ import annotations

from typing import Any

import yaml

# More than a template of CloudFormation's 1 MB can hold, and aliases multiply without end.
_MOST_NODES = 500_000

_TYPED = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float")}
_MERGE = "tag:yaml.org,2002:merge"
_WITHOUT_PREFIX = {"Ref", "Condition"}
_FUNCTIONS = {
    *("And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "GetAZs"),
    *("GetAtt", "GetStackOutput", "If", "ImportValue", "Join", "Length", "Not", "Or", "RefAll", "Select", "Split"),
    *("Sub", "ToJsonString", "Transform", "ValueOf", "ValueOfAll"),
}


class YamlError(ValueError):
    """A text that is no YAML.

    Attributes:
        line: Where, from 1; None when it is not about a line.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        """Keep the line."""
        self.line = line
        super().__init__(message)


def load(text: str) -> Any:
    """Read one YAML document.

    Args:
        text: The document.

    Returns:
        What the same template holds in JSON: keys are texts, and ``!GetAtt A.B`` is ``{"Fn::GetAtt": ["A", "B"]}``.

    Raises:
        YamlError: If it is no YAML, has a key twice or a tag that CloudFormation does not know, or unfolds into more
            than a template can hold.
        RecursionError: If it is nested too deeply.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return None if node is None else loader.value(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = ", ".join(part for part in (error.context, error.problem) if part)
        raise YamlError(message, mark.line + 1 if mark else None) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError(f"the character {chr(error.character)!r} is not allowed", line) from error


class _Loader(yaml.SafeLoader):
    """Makes a tree of plain values; what aliases share is copied.

    It is written in Python. The faster one in C crashes, and Python with it, on a deeply nested document.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._left = _MOST_NODES

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Read an object; one that says two things of one key says nothing that can be relied on."""
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        seen: dict[str, yaml.Node] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE:
                first = seen.setdefault(key.value, key)
                if first is not key:
                    raise _error(
                        key, f"the key {key.value!r} is there twice, first in line {first.start_mark.line + 1}"
                    )
        return node

    def value(self, node: yaml.Node) -> Any:
        """Make the value of a node."""
        self._left -= 1
        if not self._left:
            raise YamlError("its aliases unfold into more than a template can hold")
        if len(node.tag) < 2 or not node.tag.startswith("!"):
            return self._plain(node)
        name = node.tag[1:]
        if name not in _FUNCTIONS | _WITHOUT_PREFIX:
            raise _error(node, f"CloudFormation has no function with the short tag {node.tag}")
        value = self._plain(node)
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name if name in _WITHOUT_PREFIX else f"Fn::{name}": value}

    def _plain(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            self.flatten_mapping(node)
            return {self._key(key): self.value(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        if node.tag not in _TYPED:  # a date, such as a template's version, is a text as well
            return node.value
        try:
            return self.construct_object(node)
        except ValueError as error:
            raise _error(node, f"{node.value!r} is not a number") from error

    def _key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise _error(node, "a key must be a text")
        return str(node.value)


def _error(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
