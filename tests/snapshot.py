"""Snapshots of whole templates."""

import re
from typing import Any

from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.filters import props

# CDK's default synthesizer adds these to every template, and changes them with its own releases.
_without_bootstrap = props("BootstrapVersion", "CheckBootstrapVersion")


class TemplateSnapshot(JSONSnapshotExtension):
    """One file of sorted JSON a test, without what changes while the template means the same.

    Use it as ``assert template == snapshot(extension_class=TemplateSnapshot)``.
    """

    def serialize(self, data: Any, **_options: Any) -> str:
        """Write a template as text."""
        return str(super().serialize(data, exclude=_without_bootstrap, matcher=_without_asset_hash))


def _without_asset_hash(*, data: Any, path: Any) -> Any:
    return re.sub(r"\b[0-9a-f]{64}\b", "ASSET-HASH", data) if isinstance(data, str) else data
