"""Python source, drawn by hypothesis: what fails is printed as a call to copy."""

from typing import Any

from hypothesis import strategies as st

Source = st.SearchStrategy[str]
Arguments = dict[str, str]


def one_of(*sources: str) -> Source:
    return st.sampled_from(sources)


def number(least: int, most: int) -> Source:
    """Draw a number of a range, often one of its ends."""
    return (st.sampled_from([least, most]) | st.integers(least, most)).map(repr)


def seconds(least: int, most: int) -> Source:
    return number(least, most).map("Duration.seconds({})".format)


def minutes(least: int, most: int) -> Source:
    return number(least, most).map("Duration.minutes({})".format)


def arguments(required: dict[str, Source] | None = None, /, **optional: Source) -> st.SearchStrategy[Arguments]:
    """Draw all of the required and some of the optional arguments."""
    return st.fixed_dictionaries(required or {}, optional=optional)


def call(function: str, required: dict[str, Source] | None = None, /, **optional: Source) -> Source:
    return arguments(required, **optional).map(lambda given: written(function, given))


def written(function: str, given: Arguments, *positional: str) -> str:
    return f"{function}({', '.join([*positional, *(f'{name}={value}' for name, value in given.items())])})"


def listed(items: Source, least: int, most: int) -> Source:
    """Draw a list or a tuple of different items."""
    lists = st.lists(items, min_size=least, max_size=most, unique=True)
    return lists.map(lambda drawn: f"[{', '.join(drawn)}]") | lists.map(
        lambda drawn: f"({''.join(map('{}, '.format, drawn))})"
    )


def fixed(**given: str) -> st.SearchStrategy[Arguments]:
    return st.just(given)


FLAGS = one_of("True", "False")
Draw = Any
