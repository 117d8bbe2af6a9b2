"""What mypy says of user code: nothing of what is right, and what is wrong of what is not."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT

USER_CODE = Path(__file__).parent / "typing"


def findings() -> set[tuple[str, int, str]]:
    """Run mypy as the repository does, and give the file, line and code of every error."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--output=json", USER_CODE / "good.py", USER_CODE / "mistakes.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {(Path(item["file"]).name, item["line"], item["code"]) for item in told if item["severity"] == "error"}


def test_mypy_accepts_what_is_right_and_refuses_each_mistake_where_it_is() -> None:
    lines = (USER_CODE / "mistakes.py").read_text().splitlines()
    expected = {
        ("mistakes.py", number, code)
        for number, line in enumerate(lines, start=1)
        for code in re.findall(r"# expect: (\S+)$", line)
    }
    assert len(expected) > 40
    assert findings() == expected
