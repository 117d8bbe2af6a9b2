"""Regular files of a bounded size: nothing else is read or written, and nothing can keep a command waiting.

What a name leads to is looked at after it is open, so that nobody can put another thing in its place in between.
"""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

# Bytes of a template: CloudFormation takes 1 MB, and indentation may come on top. A cloud assembly tells of many.
MOST_BYTES = 2_000_000
MOST_BYTES_OF_ASSEMBLIES = 20_000_000

_KINDS = {
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFLNK: "a link",
    stat.S_IFSOCK: "a socket",
}

# Not every system has all of these. Without waiting: a pipe is opened though nobody writes to it.
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class FileRefusedError(Exception):
    """A file that is not read or written, whatever its rights are; as a text it says why."""


def read_file(path: str, most: int = MOST_BYTES) -> bytes:
    """Read a regular file; links to one are followed.

    Args:
        path: The file.
        most: How many bytes it may have.

    Raises:
        OSError: If it can't be opened or read.
        FileRefusedError: If it is no regular file, or is larger.
    """
    return _read(os.open(path, os.O_RDONLY | _WITHOUT_WAITING), most)


def read_within(folder: str, name: str, most: int = MOST_BYTES_OF_ASSEMBLIES) -> bytes:
    """Read a regular file that something in a folder names.

    Args:
        folder: The folder.
        name: Where the file is in it.
        most: How many bytes it may have.

    Raises:
        OSError: If it can't be opened or read.
        FileRefusedError: If the name leads out of the folder, by itself or by a link; if it is no regular file, or is
            larger.
    """
    root = os.path.realpath(folder)
    real = os.path.realpath(os.path.join(root, name))
    inside = os.path.relpath(real, root) if not os.path.isabs(name) else os.pardir
    parts = inside.split(os.sep)
    if os.pardir in (*parts, *name.split("/")) or "\0" in name:
        raise FileRefusedError("is outside of the folder that names it")
    if os.open not in os.supports_dir_fd:
        return _read(os.open(real, os.O_RDONLY | _WITHOUT_WAITING), most)
    # Step by step, and by no link: there is none left on the way, unless somebody has just put one there.
    place = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | _NO_LINK, dir_fd=place)
            os.close(place)
            place = inner
        return _read(os.open(parts[-1], os.O_RDONLY | _WITHOUT_WAITING | _NO_LINK, dir_fd=place), most)
    finally:
        os.close(place)


def write_file(path: str, content: bytes) -> None:
    """Write a regular file, a new one or in place of what it holds.

    Args:
        path: The file.
        content: What it shall hold.

    Raises:
        OSError: If it can't be opened or written; a pipe that nobody reads is such a case.
        FileRefusedError: If there is something else of that name, such as a link.
    """
    if _NO_LINK and os.path.islink(path):  # the system's own words, "too many levels of symbolic links", mislead
        raise FileRefusedError("is a link: name the file itself")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | _WITHOUT_WAITING | _NO_LINK, 0o666)
    with open(descriptor, "wb") as file:
        _check_regular(file)
        file.truncate(0)
        file.write(content)


def _read(descriptor: int, most: int) -> bytes:
    with open(descriptor, "rb") as file:
        _check_regular(file)
        return read_stream(file, most)


def read_stream(file: BinaryIO, most: int = MOST_BYTES) -> bytes:
    """Read all of a stream, such as standard input.

    Args:
        file: The stream.
        most: How many bytes it may have.

    Raises:
        FileRefusedError: If it has more.
    """
    content = file.read(most + 1)
    if len(content) > most:
        raise FileRefusedError(f"is larger than {most / 1_000_000:,.10g} MB")
    return content


def _check_regular(file: BinaryIO) -> None:
    mode = os.fstat(file.fileno()).st_mode
    if not stat.S_ISREG(mode):
        raise FileRefusedError(f"is {_KINDS.get(stat.S_IFMT(mode), 'something else')}, and no regular file")
