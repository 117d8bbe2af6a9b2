"""Whatever is in a folder of code: it is refused for what is wrong in it, or packed readably, without a secret.

``--hypothesis-profile=hunt`` makes many folders, and other ones each time.
"""

import contextlib
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import aws_cdk as cdk
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_blue_green import InvalidArgumentsError, LifecycleHookFunction
from tests.fuzz.test_calls import an_app

PLAIN = ["a", "b", "checks", "data.json", "keys.py", "ä ö.txt", "-r", "environment"]
SECRET = ["id_rsa", "ID_ED25519.pub", "ca.pem", "server.key", ".env", ".env.prod", ".ssh", "venv", "node_modules"]
HIDDEN = [".git", "__pycache__", "x.pyc", "cdk.out"]
OURS = ["ecs_blue_green", "ecs_blue_green.py"]
NAMES = st.sampled_from([*PLAIN, *PLAIN, *SECRET, *HIDDEN, *OURS])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
TARGETS = st.one_of(
    PATHS,
    PATHS.map("../{}".format),
    st.sampled_from(
        [".", "..", "../..", "../outside", "{folder}/a", "{folder}", "/dev/zero", "/etc/passwd", "missing"]
    ),
)


@dataclass(frozen=True)
class Entry:
    """Something in the folder, where there is nothing else at its path."""

    path: str
    kind: str = "file"
    target: str = ""
    mode: int = 0o644


ENTRIES = st.one_of(
    st.builds(Entry, path=PATHS, mode=st.sampled_from([0o644, 0o600, 0o755, 0o700, 0o444, 0o4755])),
    st.builds(Entry, path=PATHS, mode=st.sampled_from([0o644, 0o600, 0o755, 0o700, 0o444, 0o4755])),
    st.builds(Entry, path=PATHS, kind=st.sampled_from(["folder", "environment"])),
    st.builds(Entry, path=PATHS, kind=st.just("link"), target=TARGETS),
    st.builds(Entry, path=PATHS, kind=st.sampled_from(["FIFO", "socket"])),
)


def put(folder: Path, entry: Entry) -> None:
    path = folder / entry.path
    if not path.parent.resolve().is_relative_to(folder):
        return  # a link was there before, and leads to elsewhere
    with contextlib.suppress(OSError):  # there is something at its path, or at one above it
        path.parent.mkdir(parents=True, exist_ok=True)
        if entry.kind == "file":
            with path.open("x") as file:
                file.write(str(path.resolve().relative_to(folder)))  # a link may have led here
            path.chmod(entry.mode)
        elif entry.kind == "folder":
            path.mkdir()
        elif entry.kind == "environment":
            path.mkdir()
            (path / "pyvenv.cfg").write_text("")
            (path / "secret").write_text("secret")
        elif entry.kind == "link":
            path.symlink_to(entry.target.format(folder=folder))
        elif entry.kind == "FIFO":
            os.mkfifo(path)
        else:
            with socket.socket(socket.AF_UNIX) as bound, contextlib.chdir(path.parent):
                bound.bind(path.name)


def plain_files(folder: Path) -> Iterator[Path]:
    """List the files at whose paths there is no link, no secret and nothing hidden."""
    for path in folder.iterdir():
        if path.is_symlink() or path.name not in [*PLAIN, *OURS, "index.py"] or (path / "pyvenv.cfg").exists():
            continue
        if path.is_dir():
            yield from plain_files(path)
        elif path.is_file():
            yield path


def is_odd(path: Path) -> bool:
    return path.is_symlink() or not (path.is_dir() or path.is_file()) or path.name in OURS


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def package(app: cdk.App, folder: Path, name: str) -> tuple[LifecycleHookFunction, Path]:
    before = {*Path(app.outdir).glob("asset.*")}
    hook = LifecycleHookFunction(cdk.Stack(app, name), "Hook", code=folder)
    (made,) = {*Path(app.outdir).glob("asset.*")} - before
    return hook, made


@settings(max_examples=settings().max_examples // 2)
@given(st.lists(ENTRIES, max_size=12), st.sampled_from([0o000, 0o022, 0o077, 0o177]))
def test_folder_is_refused_for_what_is_in_it_or_packed_without_secrets(entries: list[Entry], mask: int) -> None:
    with TemporaryDirectory() as outside, an_app() as app, an_app() as other:
        (Path(outside) / "outside").write_text("secret")
        folder = Path(outside).resolve() / "code"
        for entry in [Entry("index.py"), *entries]:
            put(folder, entry)
        (folder / "index.py").write_text("def handler(event, context): ...")
        odd = {repr(str(path)) for path in folder.rglob("*") if is_odd(path)}
        try:
            hook, made = package(app, folder, "Stack")
        except InvalidArgumentsError as error:
            for mistake in error.mistakes:
                assert mistake.startswith("code must hold nothing but readable files, and links to them within it, got")
                is_count = "other things, of which" in mistake
                assert is_count or any(path[:-1] in mistake for path in odd)
            return
        check_contents(folder, made, hook)
        with umask(mask):
            assert package(other, folder, "Stack")[1].name == made.name
        modes = {path.relative_to(made): path.stat().st_mode for path in made.rglob("*")}
        again = Path(other.outdir, made.name)
        assert modes == {path.relative_to(again): path.stat().st_mode for path in again.rglob("*")}


def check_contents(folder: Path, made: Path, hook: LifecycleHookFunction) -> None:
    packed = {path.relative_to(made): path for path in made.rglob("*")}
    for path in packed.values():
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            assert stat.S_IMODE(mode) == 0o755
        else:
            assert stat.S_ISREG(mode)
            assert stat.S_IMODE(mode) in (0o644, 0o755)
    texts = {path.read_text() for name, path in packed.items() if path.is_file() and name.parts[0] != "ecs_blue_green"}
    assert "secret" not in texts
    for text in texts - {"def handler(event, context): ..."}:
        assert not {*PurePosixPath(text).parts} & {*SECRET, *HIDDEN}
    for path in plain_files(folder):
        assert packed[path.relative_to(folder)].read_bytes() == path.read_bytes()
    assert {str(path) for path in (made / "ecs_blue_green").rglob("*")} == {
        str(made / "ecs_blue_green" / name) for name in ("__init__.py", "lifecycle.py")
    }
    left_out = [path for path in folder.iterdir() if path.name in SECRET]
    warnings = [str(entry.data) for entry in hook.node.metadata if entry.type == "aws:cdk:warning"]
    assert all(any(repr(path.name) in text or "more. Name" in text for text in warnings) for path in left_out)
