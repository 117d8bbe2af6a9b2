"""The deployment package of a lifecycle hook function: the user's code and our run-time module."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling, Stage
from constructs import Construct

from ..checks.mistakes import Mistakes, shown, stack_of
from .files import FolderFiles, files_of

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

_RUN_TIME_MODULE = Path(__file__).parents[1] / "lifecycle.py"
_LIBRARY: Mapping[str, Path | bytes] = {
    "ecs_blue_green/__init__.py": b'"""The part of ecs-blue-green-cdk that hook functions use."""\n',
    "ecs_blue_green/lifecycle.py": _RUN_TIME_MODULE,
}

# https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
_LONGEST_HANDLER = 128

# So many names stand in a message at most.
_MOST_NAMES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """What a deployment package is made of.

    Attributes:
        folder: What CDK takes it to be made of.
        files: The contents, or the files that have them, by their path in the package; our run-time module is not among
            them.
        left_out: Keys and environments that are not in it, by their path in the folder.
    """

    folder: Path
    files: Mapping[str, Path | bytes]
    left_out: Sequence[str] = ()

    @classmethod
    def checked(
        cls, mistakes: Mistakes, code: Path | str, handler: str, include: Sequence[str] | None, *, scope: object
    ) -> Package:
        """Check that there is a function of the handler's name: CodeDeploy would wait an hour for it to report."""
        # A module is named as Lambda does, with dots or slashes, and need not be an identifier.
        is_short = isinstance(handler, str) and len(handler) <= _LONGEST_HANDLER
        parts = re.fullmatch(r"((?:[\w-]+[./])*[\w-]+)\.(\w+)", handler) if is_short else None
        if parts is None:
            mistakes.refuse("handler", handler, f"module.function, of at most {_LONGEST_HANDLER} characters")
        paths = _paths(mistakes, include)
        if isinstance(code, str):
            return _of_source(mistakes, code, handler, parts, paths)
        if not mistakes.instance("code", code, Path, "a folder as Path or the source of a module as str"):
            return cls(folder=Path(), files={})
        if not os.path.isdir(code):  # which has no errors, as for too long a name
            mistakes.refuse("code", str(code), "an existing folder")
            return cls(folder=code, files={})
        found = files_of(code, include=paths, output=_output_of(scope))
        _check_files(mistakes, code, found, paths)
        if parts and not found.wrong:
            _check_handler(mistakes, code, found.files, handler, *parts.groups())
        return cls(folder=code, files=found.files, left_out=found.left_out)

    @property
    def warning(self) -> str | None:
        """What the user is told of the keys and environments that are left out."""
        if not self.left_out:
            return None
        return (
            f"The package is made without what looks like keys and environments: {_listed(self.left_out)}. "
            "Name in include what the function needs, or keep it in another folder."
        )

    def create(self) -> lambda_.Code:
        """Make it, with neither Docker nor network."""
        from aws_cdk import aws_lambda as lambda_

        return lambda_.Code.from_asset(
            str(self.folder.resolve()),
            # What was made is hashed, and not what it was made of, so that our module's changes count.
            asset_hash_type=AssetHashType.OUTPUT,
            bundling=BundlingOptions(
                image=DockerImage.from_registry("never-used"),
                # Never run, but CDK makes only one package of equal folders and options.
                command=[
                    content.decode() if isinstance(content, bytes) else path for path, content in self.files.items()
                ],
                local=_LocalBundling(self.files),
            ),
        )


def _paths(mistakes: Mistakes, include: Sequence[str] | None) -> tuple[str, ...]:
    if include is None:
        return ()
    paths = mistakes.items("include", include, "a sequence of paths in the folder")
    wrong = {index: path for index, path in enumerate(paths) if not isinstance(path, str)}
    for index, path in wrong.items():
        mistakes.instance(f"include[{index}]", path, str, "a path in the folder")
    return () if wrong else paths


def _of_source(
    mistakes: Mistakes, code: str, handler: str, parts: re.Match[str] | None, include: Sequence[str]
) -> Package:
    if include:
        mistakes.note("include must be left out when code is the source of a module")
    encoded = code.encode(errors="replace")  # as bytes, for the same package on every system
    mistakes.text("code", code, r"[^\ud800-\udfff]*", "text that UTF-8 can write")
    if os.path.isdir(code):
        mistakes.refuse("code", code, "a Path or the source of a module", f"write Path({code!r})")
    elif parts and parts[1] != "index":
        mistakes.refuse("handler", handler, "index.function when code is the source of a module")
    elif parts and not _mentions(code, parts[2]):
        advice = f"there is no {parts[2]} in it; a folder is given as Path"
        mistakes.refuse("handler", handler, "a function of the module in code", advice)
    return Package(folder=_RUN_TIME_MODULE.parent, files={"index.py": encoded})


def _check_files(mistakes: Mistakes, folder: Path, found: FolderFiles, include: Sequence[str]) -> None:
    allowed = "code must hold nothing but readable files, and links to them within it"
    for path, what in [*found.wrong.items()][:_MOST_NAMES]:
        mistakes.note(f"{allowed}, got {what}: {shown(str(folder / path))}", "take it out of the folder")
    if len(found.wrong) > _MOST_NAMES:
        mistakes.note(f"{allowed}, got {len(found.wrong)} other things, of which {_MOST_NAMES} are named")
    for index, path in enumerate(include):
        if path not in found.included:
            mistakes.note(
                f"include[{index}] must be the path in code, with slashes, of what would be left out of the package, "
                f"got {shown(path)}"
            )


def _check_handler(
    mistakes: Mistakes, folder: Path, files: Mapping[str, Path], handler: str, module: str, function: str
) -> None:
    path = module.replace(".", "/")
    file = next((file for file in (f"{path}.py", f"{path}/__init__.py") if file in files), None)
    allowed = f"a function of a module in {folder}"
    if file is None:
        mistakes.refuse("handler", handler, allowed, f"there is no {path}.py")
    elif not _mentions(files[file].read_text("utf-8", errors="replace"), function):
        mistakes.refuse("handler", handler, allowed, f"there is no {function} in {file.rpartition('/')[2]}")


def _mentions(source: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", source) is not None


def _output_of(scope: object) -> Path | None:
    """Find where the app writes, which may be in the folder of the code."""
    stage = Stage.of(scope) if isinstance(scope, Construct) and stack_of(scope) else None
    return Path(os.path.realpath(stage.asset_outdir)) if stage else None


def _listed(names: Sequence[str]) -> str:
    shown_ones = ", ".join(map(shown, names[:_MOST_NAMES]))
    return shown_ones if len(names) <= _MOST_NAMES else f"{shown_ones} and {len(names) - _MOST_NAMES} more"


@jsii.implements(ILocalBundling)
class _LocalBundling:
    """Writes a package, with the same names and modes on every system, whatever the umask."""

    def __init__(self, files: Mapping[str, Path | bytes]) -> None:
        self._files = files

    # jsii passes the bundling options as one value, and typed Python as many; neither is of use here.
    def try_bundle(self, output_dir: str, *_options: Any, **_named: Any) -> bool:
        output = Path(output_dir)
        output.chmod(0o755)
        for path, content in {**self._files, **_LIBRARY}.items():
            file = output / path
            for folder in [*file.relative_to(output).parents][-2::-1]:
                (output / folder).mkdir(exist_ok=True)
                (output / folder).chmod(0o755)
            file.write_bytes(content.read_bytes() if isinstance(content, Path) else content)
            # Lambda runs the function as another user than the one who owns the files.
            is_program = isinstance(content, Path) and content.stat().st_mode & 0o100
            file.chmod(0o755 if is_program else 0o644)
        return True
