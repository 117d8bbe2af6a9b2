"""What runs on GitHub: what it may do there, and that all it runs is pinned."""

import json
import re
import tomllib
from typing import Any, NamedTuple

import pytest
import yaml

import dev
from tests.support import ROOT

# As texts: otherwise YAML makes a boolean of the key `on`.
FILES: dict[str, Any] = {
    path.stem: yaml.load(path.read_text(), yaml.BaseLoader) for path in sorted((ROOT / ".github/workflows").iterdir())
}
PUBLISH = ROOT / ".ci/publish"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJENRC = (ROOT / ".projenrc.py").read_text()
READ = {"contents": "read"}


class Step(NamedTuple):
    """A step of a job."""

    workflow: str
    job: str
    content: dict[str, Any]


STEPS = [
    Step(name, job, step)
    for name, workflow in FILES.items()
    for job, content in workflow["jobs"].items()
    for step in content["steps"]
]


def steps_of(workflow: str, job: str) -> list[dict[str, Any]]:
    return [step.content for step in STEPS if (step.workflow, step.job) == (workflow, job)]


def uses(action: str) -> list[dict[str, Any]]:
    return [step.content for step in STEPS if step.content.get("uses", "").startswith(f"{action}@")]


# What may be done


def test_workflows_start_by_what_is_pushed_and_by_pull_requests_without_any_rights() -> None:
    assert {name: sorted(workflow["on"]) for name, workflow in FILES.items()} == {
        "build": ["pull_request", "push", "schedule", "workflow_dispatch"],
        "release": ["push"],
    }
    assert FILES["release"]["on"] == {"push": {"tags": ["v*"]}}


def test_each_job_may_do_what_it_does_and_no_more() -> None:
    jobs = {
        (name, job): content.get("permissions")
        for name, workflow in FILES.items()
        for job, content in workflow["jobs"].items()
    }
    assert jobs == {
        ("build", "lint"): READ,
        ("build", "test"): READ,
        ("build", "lowest"): READ,
        ("release", "check"): READ,
        ("release", "build"): READ,
        ("release", "attest"): {"attestations": "write", "id-token": "write"},
        ("release", "pypi"): {"contents": "read", "id-token": "write"},
        ("release", "github"): {"contents": "write"},
    }
    assert [name for name, workflow in FILES.items() if "permissions" in workflow] == []


def test_no_secret_is_given_to_any_step() -> None:
    said = "".join(path.read_text() for path in (ROOT / ".github/workflows").iterdir())
    assert set(re.findall(r"\$\{\{ *(\S+) *\}\}", said)) == {
        *("github.repository", "github.token", "github.workspace", "matrix.node", "matrix.python"),
    }
    assert [step.job for step in STEPS if "github.token" in json.dumps(step.content)] == ["github"]


def test_no_script_has_an_expression_put_into_it() -> None:
    assert [step for step in STEPS if "${{" in step.content.get("run", "")] == []


def test_a_checkout_leaves_no_token_behind() -> None:
    checkouts = uses("actions/checkout")
    assert len(checkouts) == len({(step.workflow, step.job) for step in STEPS}) - len(["attest", "github"])
    assert {step["with"]["persist-credentials"] for step in checkouts} == {"false"}


# What runs


def test_actions_are_pinned_by_commits_whose_tags_are_noted() -> None:
    noted = dict(re.findall(r'^    "(actions/[\w-]+)": "([0-9a-f]{40})",  # v\d+\.\d+\.\d+$', PROJENRC, re.MULTILINE))
    used = {step.content["uses"] for step in STEPS if "uses" in step.content}
    assert used == {f"{action}@{commit}" for action, commit in noted.items()}


@pytest.mark.parametrize("job", ["build", "attest", "pypi", "github"])
def test_what_makes_the_release_installs_only_what_is_pinned(job: str) -> None:
    scripts = "\n".join(step.get("run", "") for step in steps_of("release", job))
    installs = re.findall(r"\b(?:npx|npm|yarn|pip|pipx|uvx|curl|wget|dev\.py)\b.*", scripts)
    assert installs == {
        "build": [f"pip install --no-deps --only-binary=:all: uv=={dev.UV}"],
        "pypi": ["npm ci --ignore-scripts"],
    }.get(job, [])


def test_one_version_of_uv_sets_the_project_up_and_builds_it() -> None:
    assert PROJECT["build-system"]["requires"] == [f"uv_build=={dev.UV}"]
    assert f"uv=={dev.UV}" in PROJECT["dependency-groups"]["test"]


def test_what_is_published_was_checked_and_attested_before() -> None:
    needs = {job: content.get("needs") for job, content in FILES["release"]["jobs"].items()}
    assert needs == {"check": None, "build": "check", "attest": "build", "pypi": "attest", "github": "pypi"}
    (attest,) = uses("actions/attest")
    assert attest["with"] == {"subject-path": "dist/python/*"}
    (upload,) = uses("actions/upload-artifact")
    assert (upload["with"]["name"], upload["with"]["path"]) == ("dist", "dist")
    downloads = uses("actions/download-artifact")
    assert [step["with"] for step in downloads] == [{"name": "dist", "path": "dist"}] * 3


# publib


def test_publib_comes_from_a_lock_with_a_hash_of_each_package_and_no_address() -> None:
    wanted = json.loads((PUBLISH / "package.json").read_text())["dependencies"]
    lock = (PUBLISH / "package-lock.json").read_text()
    root, *packages = (package for _, package in sorted(json.loads(lock)["packages"].items()))
    assert root["dependencies"] == wanted
    assert re.fullmatch(r"\d+\.\d+\.\d+", wanted["publib"])
    assert len(packages) > 1
    assert {package["integrity"].partition("-")[0] for package in packages} == {"sha512"}
    assert [package for package in packages if "resolved" in package or package.get("hasInstallScript")] == []
    assert (PUBLISH / ".npmrc").read_text() == "omit-lockfile-registry-resolved=true\n"


def test_publib_installs_with_pip_what_the_constraints_hold_and_signs_for_pypi() -> None:
    install, publish = steps_of("release", "pypi")[-2:]
    assert (install["working-directory"], publish["run"]) == (
        ".ci/publish",
        ".ci/publish/node_modules/.bin/publib-pypi dist/python",
    )
    # PYPI_DISABLE_ATTESTATIONS, set to anything, would end PyPI's attestations.
    assert publish["env"] == {
        "PYPI_TRUSTED_PUBLISHER": "true",
        "PIP_CONSTRAINT": "${{ github.workspace }}/.ci/publish/constraints.txt",
        "PIP_ONLY_BINARY": ":all:",
    }
    held = [
        line for line in (PUBLISH / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")
    ]
    assert [line for line in held if not re.fullmatch(r"[a-z0-9-]+==[\w.]+", line)] == []
    assert {"id", "pypi-attestations", "sigstore", "twine"} <= {line.partition("==")[0] for line in held}


def test_the_package_of_publibs_name_on_pypi_is_never_installed() -> None:
    stated = json.dumps([PROJECT, (PUBLISH / "constraints.txt").read_text()])
    assert "publib==" not in stated
    assert '"publib' not in stated


# The workflow that docs/predict.md gives to users


@pytest.fixture
def shown() -> str:
    (block,) = re.findall(
        r"^```yaml\n(on: pull_request\n.+?)^```$", (ROOT / "docs/predict.md").read_text(), re.MULTILINE | re.DOTALL
    )
    return str(block)


def test_what_runs_a_pull_requests_code_may_only_read(shown: str) -> None:
    workflow = yaml.load(shown, yaml.BaseLoader)
    assert (workflow["on"], workflow["permissions"]) == ("pull_request", {})
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "synth": READ,
        "predict": {"id-token": "write", "pull-requests": "write"},
    }
    assert "github.token" not in json.dumps(workflow["jobs"]["synth"])
    assert "secrets." not in shown


def test_what_has_rights_runs_nothing_of_the_pull_request(shown: str) -> None:
    synth, predict = yaml.load(shown, yaml.BaseLoader)["jobs"].values()
    actions = [step["uses"].partition("@")[0] for step in predict["steps"] if "uses" in step]
    assert actions == [
        *("actions/setup-python", "actions/download-artifact", "aws-actions/configure-aws-credentials"),
    ]
    install, script = (step["run"] for step in predict["steps"] if "run" in step)
    assert install == f"pip install 'ecs-blue-green-cdk[cli]=={PROJECT['project']['version']}'"
    assert [line.split()[0] for line in script.splitlines()] == ["code=0", "ecs-blue-green", "if", "gh", "fi", "exit"]
    assert "${{" not in script
    assert "--parameter" not in script
    (checkout,) = (step for step in synth["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"] == {"persist-credentials": "false"}
    assert predict["if"] == "github.event.pull_request.head.repo.full_name == github.repository"


def test_what_is_predicted_is_what_was_synthesized(shown: str) -> None:
    synth, predict = yaml.load(shown, yaml.BaseLoader)["jobs"].values()
    assert predict["needs"] == "synth"
    upload = synth["steps"][-1]
    (download,) = (step for step in predict["steps"] if step.get("uses", "").startswith("actions/download-artifact@"))
    assert upload["with"] == download["with"] == {"name": "cdk.out", "path": "cdk.out"}


def test_the_shown_actions_are_those_that_are_used_here(shown: str) -> None:
    lines = [line.partition("uses: ")[2] for line in shown.splitlines() if "uses:" in line]
    assert [line for line in lines if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []
    here = re.findall(r"^(actions/[\w-]+)@(\w+) # (\S+)$", "\n".join(lines), re.MULTILINE)
    assert len(here) == len(lines) - len(["aws-actions/configure-aws-credentials"])
    assert [each for each in here if '"{}": "{}",  # {}\n'.format(*each) not in PROJENRC] == []


# Newer versions


def test_dependabot_looks_after_all_that_is_pinned() -> None:
    content = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())
    assert {(update["package-ecosystem"], update["directory"]) for update in content["updates"]} == {
        ("uv", "/"),
        ("github-actions", "/"),
        ("npm", "/.ci/publish"),
        ("pip", "/.ci/publish"),
    }
    for name in ("package.json", "package-lock.json", "constraints.txt"):
        assert (PUBLISH / name).is_file()
