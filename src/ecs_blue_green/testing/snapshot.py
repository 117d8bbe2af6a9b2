"""Snapshots of whole templates."""

from __future__ import annotations

import re
from typing import Any

try:
    from syrupy.extensions.json import JSONSnapshotExtension
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "TemplateSnapshot needs syrupy, which the extra `testing` brings: pip install 'ecs-blue-green-cdk[testing]'",
        name="syrupy",
    ) from error

# CDK's default synthesizer adds these to every template, and changes them with its own releases.
_BOOTSTRAP = {"Parameters": "BootstrapVersion", "Rules": "CheckBootstrapVersion"}

# As CDK writes it: in the tag of an image in CDK's own repository, in the path of an asset, and as the name of a file,
# whose suffix it is as well when there is no other. Elsewhere, such as in the digest of an image or in a tag of one's
# own, 64 of these digits are what is to be compared.
_ASSET_HASH = re.compile(
    r"(-container-assets-[^\s@]*|\basset\.)[0-9a-f]{64}\b|\b[0-9a-f]{64}(?:\.[0-9a-f]{64}\b|(?=\.\w))"
)


class TemplateSnapshot(JSONSnapshotExtension):
    """One file of sorted JSON a test, without what changes while the template means the same.

    The hashes of assets read ``ASSET-HASH``; the parameter and the rule about CDK's bootstrap version are left out.
    Use it as ``assert template_of(stack) == snapshot(extension_class=TemplateSnapshot)``.
    """

    def serialize(self, data: Any, **options: Any) -> str:
        """Write a template as text.

        Args:
            data: The template, or any part of it.
            options: syrupy's ``exclude``, ``include`` and ``matcher``.
        """
        return str(super().serialize(_without_asset_hashes(_without_bootstrap(data)), **options))


def _without_bootstrap(template: Any) -> Any:
    if not isinstance(template, dict):
        return template
    return {
        name: {id: entry for id, entry in section.items() if id != _BOOTSTRAP[name]}
        if name in _BOOTSTRAP and isinstance(section, dict)
        else section
        for name, section in template.items()
    }


def _without_asset_hashes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_asset_hashes(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_without_asset_hashes(item) for item in value]
    return _ASSET_HASH.sub(r"\1ASSET-HASH", value) if isinstance(value, str) else value
