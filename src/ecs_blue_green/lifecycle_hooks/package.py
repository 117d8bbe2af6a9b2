"""The deployment package of a lifecycle hook function: the user's code and our run-time module."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling

from ..checks.mistakes import Mistakes

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

_RUN_TIME_MODULE = Path(__file__).parents[1] / "lifecycle.py"

# https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
_LONGEST_HANDLER = 128

# Hidden files, and what Python and CDK have made.
_LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.pyc", "cdk.out")


def check_code(mistakes: Mistakes, code: Path | str, handler: str) -> None:
    """Check that there is a function of the handler's name: CodeDeploy would wait an hour for it to report."""
    # A module is named as Lambda does, with dots or slashes, and need not be an identifier.
    is_short = isinstance(handler, str) and len(handler) <= _LONGEST_HANDLER
    parts = re.fullmatch(r"((?:[\w-]+[./])*[\w-]+)\.(\w+)", handler) if is_short else None
    if parts is None:
        mistakes.refuse("handler", handler, f"module.function, of at most {_LONGEST_HANDLER} characters")
    if isinstance(code, str):
        mistakes.text("code", code, r"[^\ud800-\udfff]*", "text that UTF-8 can write")
        if os.path.isdir(code):
            mistakes.refuse("code", code, "a Path or the source of a module", f"write Path({code!r})")
        elif parts and parts[1] != "index":
            mistakes.refuse("handler", handler, "index.function when code is the source of a module")
        elif parts and not _mentions(code, parts[2]):
            advice = f"there is no {parts[2]} in it; a folder is given as Path"
            mistakes.refuse("handler", handler, "a function of the module in code", advice)
    elif mistakes.instance("code", code, Path, "a folder as Path or the source of a module as str"):
        if not os.path.isdir(code):  # which has no errors, as for too long a name
            mistakes.refuse("code", str(code), "an existing folder")
        elif parts:
            _check_handler(mistakes, code, handler, *parts.groups())


def _check_handler(mistakes: Mistakes, folder: Path, handler: str, module: str, function: str) -> None:
    path = module.replace(".", "/")
    files = (folder / f"{path}.py", folder / path / "__init__.py")
    file = next((file for file in files if os.path.isfile(file)), None)
    allowed = f"a function of a module in {folder}"
    if file is None:
        mistakes.refuse("handler", handler, allowed, f"there is no {path}.py")
    elif not _mentions(file.read_text("utf-8", errors="replace"), function):
        mistakes.refuse("handler", handler, allowed, f"there is no {function} in {file.name}")


def _mentions(source: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", source) is not None


def package(code: Path | str) -> lambda_.Code:
    """Make a deployment package of the user's code and our run-time module, with neither Docker nor network."""
    from aws_cdk import aws_lambda as lambda_

    return lambda_.Code.from_asset(
        str((code if isinstance(code, Path) else _RUN_TIME_MODULE.parent).resolve()),
        # What was made is hashed, and not what it was made of, so that our module's changes count.
        asset_hash_type=AssetHashType.OUTPUT,
        bundling=BundlingOptions(
            image=DockerImage.from_registry("never-used"),
            # Never run, but CDK makes only one package of equal paths and options, and sources have no paths.
            command=[code] if isinstance(code, str) else None,
            local=_LocalBundling(code),
        ),
    )


@jsii.implements(ILocalBundling)
class _LocalBundling:
    """Copies the user's code and our run-time module, which then are a package of the same names as here."""

    def __init__(self, code: Path | str) -> None:
        self._code = code

    # jsii passes the bundling options as one value, and typed Python as many; neither is of use here.
    def try_bundle(self, output_dir: str, *_options: Any, **_named: Any) -> bool:
        output = Path(output_dir).resolve()
        if isinstance(self._code, Path):

            def left_out(folder: str, names: list[str]) -> Iterable[str]:
                """Leave out the app's output too, as copying it would copy the copy."""
                ours = {name for name in names if output.is_relative_to(Path(folder, name).resolve())}
                return ours | _LEFT_OUT(folder, names)

            shutil.copytree(self._code, output, ignore=left_out, dirs_exist_ok=True)
        else:
            # As bytes, for the same package on every system.
            (output / "index.py").write_bytes(self._code.encode())
        library = output / "ecs_blue_green"
        library.mkdir(exist_ok=True)
        (library / "__init__.py").write_bytes(b'"""The part of ecs-blue-green-cdk that hook functions use."""\n')
        shutil.copyfile(_RUN_TIME_MODULE, library / "lifecycle.py")
        return True
