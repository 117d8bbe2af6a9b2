"""YAML as CloudFormation has it: short tags become the functions that they stand for."""

from __future__ import annotations

import re
from difflib import get_close_matches
from math import isfinite
from typing import Any

import yaml

# More than a template of CloudFormation's 1 MB holds. Each takes a kilobyte, and aliases multiply without end.
_MOST_NODES = 200_000

# Digits of a number. Numbers in other bases than 10 know no end, and some take minutes to be worked out.
_MOST_DIGITS = 100

_UNFOLDS = "its aliases unfold into more than a template can hold"

# What an error of YAML's reader quotes of the document, beside single characters and its own names, such as <scalar>.
_NAMED = re.compile(r""" (?:'(?![<\\])[^']{2,}'|"(?![<\\])[^"]{2,}")""")

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
        if not isinstance(error, _NodeError) and _NAMED.search(message) and mark:
            # Names of aliases, anchors and the like are not repeated: a password may look like one.
            message = f"{_NAMED.sub('', message)} (column {mark.column + 1})"
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
        self._composed = 0
        self._left = _MOST_NODES

    def compose_node(self, parent: Any, index: Any) -> yaml.Node | None:
        """Read a node, unless there have been too many."""
        self._composed += 1
        if self._composed > _MOST_NODES:
            raise YamlError(f"it is too large for a template: it holds more than {_MOST_NODES:,} values")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

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
        if self._left < 0:
            raise YamlError(_UNFOLDS)
        if len(node.tag) < 2 or not node.tag.startswith("!"):
            return self._plain(node)
        name = node.tag[1:]
        if name not in _FUNCTIONS | _WITHOUT_PREFIX:
            near = get_close_matches(name.removeprefix("Fn::").capitalize(), _FUNCTIONS | _WITHOUT_PREFIX, n=1)
            hint = f": did you mean !{near[0]}?" if near else ""
            raise _error(node, f"CloudFormation has no function with the short tag in column {_column(node)}{hint}")
        value = self._plain(node)
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name if name in _WITHOUT_PREFIX else f"Fn::{name}": value}

    def _plain(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            self._merge(node)
            return {self._key(key): self.value(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        if node.tag not in _TYPED:  # a date, such as a template's version, is a text as well
            return node.value
        if len(node.value) > _MOST_DIGITS:
            raise _error(node, f"a number can't have more than {_MOST_DIGITS} digits")
        try:
            value = self.construct_object(node)
        except (LookupError, ValueError) as error:
            raise _error(node, f"what is written like a number in column {_column(node)} is none") from error
        # JSON has no infinity, and nothing that is no number.
        return node.value if isinstance(value, float) and not isfinite(value) else value

    def _merge(self, node: yaml.MappingNode) -> None:
        """Put what an object merges into it, each key once; merges of merges multiply without end otherwise."""
        merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        own = []
        for key, value in node.value:
            if key.tag != _MERGE:
                own.append((key, value))
                continue
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for source in reversed(sources):  # the first one counts
                if not isinstance(source, yaml.MappingNode):
                    raise _error(value, "an object can only merge other objects")
                self._left -= 1 + len(source.value)
                if self._left < 0:
                    raise YamlError(_UNFOLDS)
                self._merge(source)
                merged |= {self._key(key): (key, value) for key, value in source.value}
        if len(own) < len(node.value):
            given = {self._key(key) for key, _ in own}
            node.value = [pair for key, pair in merged.items() if key not in given] + own

    def _key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise _error(node, "a key must be a text")
        return str(node.value)


class _NodeError(yaml.MarkedYAMLError):
    """An error of ours; of the document it repeats keys alone."""


def _error(node: yaml.Node, problem: str) -> _NodeError:
    return _NodeError(problem=problem, problem_mark=node.start_mark)


def _column(node: yaml.Node) -> int:
    column: int = node.start_mark.column
    return column + 1
