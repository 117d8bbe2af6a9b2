"""What mypy says of user code: nothing of what is right, and what is wrong of what is not."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT

FILES = sorted((Path(__file__).parent / "typing").glob("*.py"))


def findings() -> set[tuple[str, int, str]]:
    """Run mypy as the repository does, and give the file, line and code of every error."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--output=json", *FILES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {(Path(item["file"]).name, item["line"], item["code"]) for item in told if item["severity"] == "error"}


def test_mypy_accepts_what_is_right_and_refuses_each_mistake_where_it_is() -> None:
    expected = {
        (file.name, number, code)
        for file in FILES
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        for code in re.findall(r"# expect: (\S+)$", line)
    }
    assert len(expected) > 60
    assert findings() == expected
