"""Which files of a folder go into a deployment package, and which make none."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

# What Python and CDK have made, and hidden files: nobody misses them.
_CACHES = ("__pycache__", "*.pyc", "cdk.out")
_HIDDEN = (".*",)

# What somebody may have expected in the package, and is told of: it must not be uploaded by accident.
_KEYS = ("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore")
_HIDDEN_KEYS = (".env", ".env.*", ".netrc", ".npmrc", ".pypirc", ".aws", ".ssh")
_ENVIRONMENTS = ("venv", ".venv", "node_modules", ".tox", ".nox")
_TOLD = (*_KEYS, *_HIDDEN_KEYS, *_ENVIRONMENTS)
_MARK_OF_ENVIRONMENT = "pyvenv.cfg"

_LIBRARY = "ecs_blue_green"
_BROKEN_LINKS = {errno.ENOENT: "a link to nothing", errno.ELOOP: "a link that leads back to itself"}
_KINDS = {stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderFiles:
    """What is in a folder, by paths within it with slashes.

    Attributes:
        files: The files for the package, and where each is read from.
        left_out: Keys and environments that are not for it; of a folder, only the folder.
        wrong: What can't be in a package, and what it is.
        included: What was asked for by ``include``, and would be left out otherwise.
    """

    files: Mapping[str, Path]
    left_out: Sequence[str]
    wrong: Mapping[str, str]
    included: Collection[str]


def files_of(folder: Path, *, include: Collection[str] = (), output: Path | None = None) -> FolderFiles:
    """Look through a folder, without reading a file, and without what holds the app's output."""
    look = _Look(Path(os.path.realpath(folder)), include, output)
    while look.folders:
        look.into(*look.folders.pop())
    return FolderFiles(
        files=dict(sorted(look.files.items())),
        left_out=sorted(look.left_out),
        wrong=dict(sorted(look.wrong.items())),
        included=look.included,
    )


class _Look:
    """A way through a folder, that goes on from what is in ``folders``: no depth of folders ends it."""

    def __init__(self, root: Path, include: Collection[str], output: Path | None) -> None:
        self._root = root
        self._include = include
        self._output = output
        self.folders: list[tuple[str, Path, bool]] = [("", root, False)]
        self.files: dict[str, Path] = {}
        self.left_out: list[str] = []
        self.wrong: dict[str, str] = {}
        self.included: set[str] = set()

    def into(self, path: str, folder: Path, is_linked: bool) -> None:
        """Look at what is in one folder, which a link may have led to."""
        try:
            entries = [*os.scandir(folder)]
        except OSError:
            self.wrong[path] = "a folder that can't be read"
            return
        if path and any(entry.name == _MARK_OF_ENVIRONMENT for entry in entries) and not self._is_included(path):
            self.left_out.append(path)
            return
        for entry in entries:
            name = f"{path}/{entry.name}" if path else entry.name
            if not self._is_left_out(name, entry.name):
                self._take(name, entry, is_linked=is_linked)

    def _take(self, path: str, entry: os.DirEntry[str], *, is_linked: bool) -> None:
        here, target = Path(entry.path), Path(os.path.realpath(entry.path))
        try:
            path.encode()
            mode = os.stat(here).st_mode
        except UnicodeEncodeError:
            self.wrong[path] = "a name that UTF-8 can't write"
            return
        except OSError as error:
            no_file = _BROKEN_LINKS.get(error.errno or 0) if entry.is_symlink() else None
            self.wrong[path] = no_file or "a file that can't be read"
            return
        if entry.is_symlink() and not target.is_relative_to(self._root):
            self.wrong[path] = "a link out of the folder"
        elif entry.is_symlink() and any(self._is_left_out(path, part) for part in target.relative_to(self._root).parts):
            return
        elif "/" not in path and path.partition(".")[0].casefold() == _LIBRARY:
            self.wrong[path] = f"an {_LIBRARY} of its own, in the place of this library's"
        elif stat.S_ISDIR(mode):
            self._enter(path, here, target, is_linked=is_linked, is_link=entry.is_symlink())
        elif not stat.S_ISREG(mode):
            self.wrong[path] = _KINDS.get(stat.S_IFMT(mode), "no file")
        elif os.access(here, os.R_OK):
            self.files[path] = target
        else:
            self.wrong[path] = "a file that can't be read"

    def _enter(self, path: str, here: Path, target: Path, *, is_linked: bool, is_link: bool) -> None:
        if is_link and here.is_relative_to(target):
            self.wrong[path] = "a link to a folder that it is in"
        elif is_link and is_linked:  # of which a few make endless ways, or more than anybody could copy
            self.wrong[path] = "a link to a folder, in a folder that is itself reached by a link"
        elif not (self._output and self._output.is_relative_to(target)):  # copying it would copy the copy
            self.folders.append((path, target, is_linked or is_link))

    def _is_left_out(self, path: str, name: str) -> bool:
        folded = name.casefold()
        is_told = _matches(folded, _TOLD)
        if not is_told and not _matches(folded, (*_CACHES, *_HIDDEN)):
            return False
        if self._is_included(path):
            return False
        if is_told:
            self.left_out.append(path)
        return True

    def _is_included(self, path: str) -> bool:
        if path in self._include:
            self.included.add(path)
            return True
        return False


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
