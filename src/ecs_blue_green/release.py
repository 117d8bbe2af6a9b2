"""Which release of this package is running."""

from __future__ import annotations


def release() -> str:
    """Tell the version, or ``unknown`` for a copy of the package that was not installed."""
    from importlib.metadata import PackageNotFoundError, version  # takes longer to load than most of this package

    try:
        return version("ecs-blue-green-cdk")
    except PackageNotFoundError:
        return "unknown"
