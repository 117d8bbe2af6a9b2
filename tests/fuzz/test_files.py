"""Whatever bytes a file has, and a manifest beside it: a documented exit code, and no more than sentences.

``--hypothesis-profile=hunt`` tries many, and other ones each time.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.cli.support import CLEAN, invoke, write
from tests.fuzz.templates import OF_JSON, TEXT

FEW = max(10, settings().max_examples // 4)

# What YAML and JSON are made of: some of it together is a document, and most of it nearly one.
TOKENS = (
    *(
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        ",",
        "- ",
        "? ",
        "|\n",
        ">-\n",
        "'",
        '"',
        "\\",
        "#",
        "\n",
        "\n ",
        "\n  ",
        "\t",
        " ",
    ),
    *(
        "&a ",
        "*a",
        "<<",
        "<<: ",
        "!Ref ",
        "!Sub ",
        "!GetAtt ",
        "!!",
        "!!int ",
        "!!binary ",
        "!!set ",
        "!<",
        "%YAML 1.2\n",
    ),
    *("%TAG ! x:\n", "---\n", "...\n", "~", "null", "true", "0x", "0b_", "1:1", "1e9", ".inf", "NaN", "2001-01-01"),
    *("Resources", "Hooks", "Type", "a", "\ufeff", "\0", "\x85", "\u2028", "\ud800", "\\u0000", "\\ud800", "é"),
)
DOCUMENTS = st.lists(st.sampled_from(TOKENS) | TEXT, max_size=30).map(
    lambda tokens: "".join(tokens).encode("utf-8", "surrogatepass")
)
BYTES = st.binary(max_size=60) | DOCUMENTS
CLEAN_BYTES = json.dumps(CLEAN).encode()


def damaged(cuts: list[tuple[int, bytes]]) -> bytes:
    """A template into which other bytes are put."""
    content = CLEAN_BYTES
    for place, more in cuts:
        at = place % len(content)
        content = content[:at] + more + content[at + len(more) // 2 :]
    return content


CONTENTS = BYTES | st.lists(st.tuples(st.integers(0, len(CLEAN_BYTES)), BYTES), min_size=1, max_size=3).map(damaged)
NAMES = st.sampled_from(["shop.json", "shop.yaml", "shop.template.json", "shop"])


def check(*command: str) -> None:
    """Run a command: its exit code is documented, and its lines can be printed."""
    result = invoke(*command)
    assert result.exit_code in {0, 1, 2}, (command, result.output, result.exception)
    assert "Traceback" not in result.output
    for line in result.output.splitlines():
        assert line.isprintable(), line


@settings(max_examples=FEW)
@given(CONTENTS, NAMES)
@example(b"", "shop.json")
@example(b"\xff\xfe{\x00}\x00", "shop.json")
@example(b"a: !!binary [x]", "shop.yaml")
@example(b"!!int", "shop.yaml")
@example(b"a: !!bool x", "shop.yaml")
@example(b"? !!set {a}\n: b", "shop.yaml")
def test_any_bytes_are_a_template_or_a_sentence(content: bytes, name: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_bytes(content)
        clean = write(Path(folder, "clean.json"), CLEAN)
        for command in (("lint",), ("schedule",), ("predict", "--deployed", clean)):
            check(*command, str(file))
        check("predict", "--deployed", str(file), clean)


ARTIFACTS = st.fixed_dictionaries(
    {},
    optional={
        "properties": OF_JSON
        | st.fixed_dictionaries({"templateFile": st.just("Shop.template.json")}, optional={"tags": OF_JSON}),
        "displayName": OF_JSON,
        "environment": OF_JSON | TEXT,
        "additionalMetadataFile": OF_JSON | st.just("manifest.json") | TEXT,
        "metadata": OF_JSON
        | st.dictionaries(
            TEXT,
            st.lists(st.fixed_dictionaries({"type": st.just("aws:cdk:logicalId"), "data": OF_JSON}), max_size=2),
            max_size=3,
        ),
    },
)
MANIFESTS = OF_JSON | st.fixed_dictionaries({"artifacts": st.dictionaries(TEXT, ARTIFACTS | OF_JSON, max_size=3)})


@settings(max_examples=FEW)
@given(MANIFESTS.map(lambda value: json.dumps(value).encode()) | BYTES)
@example(json.dumps({"artifacts": {"S": {"additionalMetadataFile": "\ud800"}}}).encode())
@example(json.dumps({"artifacts": {"S": {"additionalMetadataFile": "a\0b"}}}).encode())
@example(json.dumps({"artifacts": {"S": {"additionalMetadataFile": "."}}}).encode())
def test_any_manifest_serves_or_is_a_sentence(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        write(Path(folder, "Shop.template.json"), CLEAN)
        Path(folder, "manifest.json").write_bytes(content)
        other = write(Path(folder, "other.json"), CLEAN)
        for command in (("lint",), ("schedule",), ("predict", "--deployed", other)):
            check(*command, folder)
