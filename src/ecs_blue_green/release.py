"""Which release of this package is running."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """Tell the version, or ``unknown`` for a copy of the package that was not installed."""
    try:
        return version("ecs-blue-green-cdk")
    except PackageNotFoundError:
        return "unknown"
