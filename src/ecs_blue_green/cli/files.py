"""Files that commands write."""

from __future__ import annotations

from collections.abc import Iterator

from ..template.files import FileRefusedError, write_file


def write(file: str, content: bytes) -> Iterator[str]:
    """Write a file; tell what keeps that from working.

    Args:
        file: A regular file, or one that is not there yet.
        content: What it shall hold.
    """
    try:
        write_file(file, content)
    except FileRefusedError as error:
        yield f"{file}: can't be written: it {error}"
    except OSError as error:
        yield f"{file}: can't be written: {(error.strerror or str(error)).lower()}"
    except ValueError:  # a name with a null character
        yield f"{file}: can't be written: no file can have such a name"
