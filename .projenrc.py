"""Defines this repository's generated files; run ``uv run projen`` after an edit."""

from projen import License, TextFile, YamlFile
from projen.github import (
    DownloadArtifactWith,
    GitHubOptions,
    UploadArtifactWith,
    WorkflowSteps,
)
from projen.github.workflows import (
    CronScheduleOptions,
    Job,
    JobMatrix,
    JobPermission,
    JobPermissions,
    JobStep,
    JobStrategy,
    PullRequestOptions,
    PushOptions,
    PythonToolRequirement,
    ToolRequirement,
    Tools,
    WorkflowDispatchOptions,
)
from projen.python import (
    BuildSystem,
    ProjectAuthor,
    PyprojectTomlProject,
    PythonProject,
    UvOptions,
)
from projen.python.uv_config import BuildBackendSettings, UvConfiguration

from dev import COMMANDS, UV

NAME = "ecs-blue-green-cdk"
MODULE = "ecs_blue_green"
NAME_OF_COMMAND = "ecs-blue-green"
VERSION = "0.1.0"
CONTRIBUTORS = f"{NAME} contributors"

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
NODES = ["22", "24"]

# What a user installs. The lower bounds are those that the whole test suite passes with:
# `python3 dev.py lowest` runs it on exactly these. constructs and jsii follow aws-cdk-lib's own
# lower bounds, as far as cdk-nag, which the tests use, allows.
RUNTIME = [
    "aws-cdk-lib>=2.262.0,<3",
    "constructs>=10.5.1,<11",
    "jsii>=1.138.0,<2",
]

# What the `ecs-blue-green` command needs besides, as the extra `cli`. Before 8.4 click writes a part of a prompt that
# goes to standard error to standard output, where a script reads the answer.
CLI = ["boto3>=1.40,<2", "click>=8.4,<9", "pyyaml>=6.0.3,<7", "rich>=13.7,<16"]

# What `ecs-blue-green schedule --plot` needs on top of it, as the extra `plot`.
PLOT = ["matplotlib>=3.9,<4"]

# What `ecs_blue_green.testing.TemplateSnapshot` needs besides, as the extra `testing`.
TESTING = ["syrupy>=7.0.2,<8"]

# What the tests need. There is no lock file in the repository (it would record the addresses of
# one machine's registries), so a tool whose findings change from release to release is pinned.
# Lower bounds are recent, so that `lowest` lowers the runtime dependencies and not the tools.
TEST = [
    *CLI,
    *TESTING,
    "botocore>=1.40,<2",
    "cdk-nag>=3.0.0,<4",
    "cfn-lint==1.58.0",
    "hypothesis>=6.170.15,<7",
    "jsonschema>=4.26,<5",
    "matplotlib==3.11.2",  # the picture in the documentation is this one's, to the last digit
    "moto[server]==5.2.5",
    "mypy~=2.4.1",
    "pyte>=0.8.2,<1",
    "pytest>=9.2.0,<10",
    "pytest-xdist>=3.8.0,<4",
    "types-boto3[cloudformation,cloudwatch,codedeploy,ecs,elbv2,lambda]>=1.43.123,<2",
    "types-jsonschema>=4.26.0.20261006,<5",
    "types-pyyaml>=6.0.12.20260101,<7",
    f"uv=={UV}",
]

# The commits that the workflows' actions are pinned to: a tag can be moved, a commit can't. Each was read from the
# repository's tag that stands beside it. A newer one is read there too, with
# `git ls-remote https://github.com/actions/checkout refs/tags/v7.0.1 'refs/tags/v7.0.1^{}'`: of an annotated tag, the
# second line has the commit.
ACTIONS = {
    "actions/attest": "1e69f48acb82d1966a394da916b4c1698aa569d6",  # v4.2.2
    "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1",  # v7.0.1
    "actions/download-artifact": "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",  # v8.0.1
    "actions/setup-node": "820762786026740c76f36085b0efc47a31fe5020",  # v7.0.0
    "actions/setup-python": "5fda3b95a4ea91299a34e894583c3862153e4b97",  # v7.0.0
    "actions/upload-artifact": "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f",  # v7.0.0
}

# What the release is made and published with: see the readme beside these files.
BUILD = "uv build --clear --out-dir dist/python"  # where publib looks
PUBLISH = ".ci/publish"


class Repository(PythonProject):
    """A Python project whose synth leaves ``.venv`` alone, in which it runs."""

    def post_synthesize(self) -> None:
        """Do nothing: projen would clear ``.venv``, and ``uv run`` brings it up to date anyway."""


project = Repository(
    name=NAME,
    module_name=MODULE,
    version=VERSION,
    author_name=CONTRIBUTORS,
    author_email="",  # asked for by projen, not written anywhere
    projen_command="uv run projen",
    sample=False,  # the sample code knows no src layout
    vscode=False,
    clobber=False,
    pytest=False,  # the tests and their tools are set up below
    uv=True,
    uv_options=UvOptions(
        project=PyprojectTomlProject(
            name=NAME,
            version=VERSION,
            description=(
                "An AWS CDK construct for blue/green deployments of Amazon ECS services"
                " through CloudFormation and CodeDeploy"
            ),
            readme="README.md",
            requires_python=f">={PYTHONS[0]}",
            license="Apache-2.0",
            license_files=["LICENSE"],
            authors=[ProjectAuthor(name=CONTRIBUTORS)],
            keywords=[
                "aws",
                "aws-cdk",
                "blue-green",
                "cloudformation",
                "codedeploy",
                "deployment",
                "ecs",
                "fargate",
            ],
            classifiers=[
                "Development Status :: 4 - Beta",
                "Framework :: AWS CDK",
                "Framework :: AWS CDK :: 2",
                "Intended Audience :: Developers",
                "Operating System :: OS Independent",
                "Programming Language :: Python :: 3",
                *(f"Programming Language :: Python :: {version}" for version in PYTHONS),
                "Topic :: Software Development :: Libraries",
                "Topic :: System :: Systems Administration",
                "Typing :: Typed",
            ],
            dependencies=RUNTIME,
            optional_dependencies={"cli": CLI, "plot": PLOT, "testing": TESTING},
            scripts={NAME_OF_COMMAND: f"{MODULE}.cli:main"},
        ),
        # Exactly the one that the release is built with, also for who builds from the source distribution.
        build_system=BuildSystem(requires=[f"uv_build=={UV}"], build_backend="uv_build"),
        uv=UvConfiguration(
            build_backend=BuildBackendSettings(module_name=MODULE, module_root="src"),
            default_groups=["dev", "test"],
        ),
    ),
    # projen adds itself here. It asks for a newer jsii than the lowest: not in one group with TEST.
    dev_deps=["import-linter@~2.17", "ruff@~0.17.6"],
    github_options=GitHubOptions(mergify=False, pull_request_lint=False),
)
License(project, spdx="Apache-2.0")

pyproject = project.try_find_object_file("pyproject.toml")
assert pyproject is not None
pyproject.add_override("dependency-groups.test", TEST)
pyproject.add_override(
    "tool.pytest.ini_options",
    {
        "testpaths": ["tests"],
        # Tests and benchmarks, and the flat modules of the example: they are not installed.
        "pythonpath": [".", "examples/trivia", "examples/trivia/hook"],
        "addopts": ["-ra", "--tb=short", "--strict-markers", "--strict-config", "--import-mode=importlib"],
        "filterwarnings": ["error"],
        "xfail_strict": True,
    },
)
pyproject.add_override(
    "tool.ruff",
    {
        "line-length": 120,
        "target-version": f"py{PYTHONS[0].replace('.', '')}",
        "src": ["src", "."],
        "lint": {
            "select": ["B", "C4", "D", "E", "F", "I", "PGH", "PT", "RET", "RUF", "SIM", "UP"],
            "pydocstyle": {"convention": "google"},
            "per-file-ignores": {f"{folder}/**": ["D"] for folder in ("benchmarks", "examples", "tests")},
        },
    },
)
pyproject.add_override(
    "tool.mypy",
    {
        "strict": True,
        "warn_unreachable": True,
        "python_version": PYTHONS[0],
        "files": ["src", "tests", "examples", "benchmarks", ".projenrc.py", "dev.py"],
        # User code that mypy must refuse, which a test runs mypy on; and what the example makes.
        "exclude": [r"^tests/typing/mistakes(_native)?\.py$", r"(^|/)cdk\.out/"],
        # Folders without __init__.py are packages, so that two may hold a file of one name. The example's folders hold
        # flat modules instead, as a CDK app and a container have them.
        "mypy_path": "src:examples/trivia:examples/trivia/backend:examples/trivia/hook",
        "explicit_package_bases": True,
    },
)

pyproject.add_override(
    "tool.importlinter",
    {
        "root_packages": [MODULE],
        "include_external_packages": True,
        "contracts": [
            {
                "name": "A room imports from those below it only",
                "type": "layers",
                "containers": [MODULE],
                "layers": [
                    "cli",
                    "testing",
                    "codedeploy | native",  # the engines: none knows of another
                    "lifecycle_hooks",
                    "parts",
                    "checks | validation",
                    "template",
                    "errors | release | lifecycle",
                ],
                "exhaustive": True,
            },
            {
                "name": "No circles, not even for type checkers",
                "type": "acyclic_siblings",
                "ancestors": [MODULE],
            },
            {
                "name": "What follows a deployment knows engines by their protocol only",
                "type": "protected",
                "protected_modules": [
                    f"{MODULE}.cli.deployment.engines.{engine}" for engine in ("codedeploy_hook", "ecs_native")
                ],
                "allowed_importers": [f"{MODULE}.cli.deployment.engines"],
                "as_packages": True,
            },
            {
                "name": "Templates are read with the standard library alone",
                "type": "forbidden",
                "source_modules": [f"{MODULE}.template"],
                "forbidden_modules": ["aws_cdk", "constructs", "jsii", "boto3", "botocore", "click", "rich", "yaml"],
            },
            {
                "name": "What runs in Lambda needs nothing, and boto3 only to report",
                "type": "forbidden",
                "source_modules": [f"{MODULE}.lifecycle"],
                "forbidden_modules": [
                    *("aws_cdk", "constructs", "jsii", "boto3", "botocore", "click", "rich", "yaml"),
                    *(f"{MODULE}.{room}" for room in ("checks", "errors", "release", "template", "validation")),
                ],
                "ignore_imports": [f"{MODULE}.lifecycle -> boto3", f"{MODULE}.lifecycle -> botocore"],
            },
        ],
    },
)

# projen's list for Python is a hundred lines of other people's tools, and ignores lib/.
project.try_remove_file(".gitignore")
gitignore = TextFile(project, ".gitignore", edit_gitignore=False)
for line in (
    f"# {gitignore.marker}",
    "__pycache__/",
    ".venv*/",
    ".*_cache/",
    ".hypothesis/",
    "cdk.out/",
    "dist/",
    "node_modules/",
    "uv.lock",
    "",
):
    gitignore.add_line(line)

# The commands are dev.py's, which needs no projen.
for name, command in COMMANDS.items():
    task = project.tasks.try_find(name) or project.add_task(name)
    task.description = command.help
    task.exec(f"python dev.py {name}", receive_args=True)
tidy = project.add_task("format", description="Rewrite the code in the project's style")
tidy.exec("ruff check --fix .")
tidy.exec("ruff format .")
project.package_task.reset(BUILD)
# dev.py installs, and the release workflow publishes.
for name in ("install", "install:ci", "publish", "publish:test"):
    project.remove_task(name)

READ = JobPermissions(contents=JobPermission.READ)


def tools(python: str = PYTHONS[0], node: str = NODES[-1]) -> Tools:
    """Return what a job runs on: dev.py needs nothing else."""
    return Tools(python=PythonToolRequirement(version=python), node=ToolRequirement(version=node))


def checkout() -> JobStep:
    """Return the step that brings the repository, and leaves no token in it for what runs next."""
    return JobStep(name="Checkout", uses="actions/checkout", with_={"persist-credentials": False})


assert project.github is not None
for action, commit in ACTIONS.items():
    project.github.actions.set(action, f"{action}@{commit}")

build = project.github.add_workflow("build")
build.on(
    pull_request=PullRequestOptions(),
    push=PushOptions(branches=["main"]),
    # Nothing is locked: once a week, the newest dependencies are tried.
    schedule=[CronScheduleOptions(cron="30 5 * * 1")],
    workflow_dispatch=WorkflowDispatchOptions(),
)
build.add_job(
    "lint",
    Job(
        runs_on=["ubuntu-latest"],
        permissions=READ,
        tools=tools(),
        steps=[
            checkout(),
            JobStep(name="Check style and types", run="python dev.py lint"),
            JobStep(name="Check the generated files", run="bash .ci/generated"),
        ],
    ),
)
build.add_job(
    "test",
    Job(
        name="Python ${{ matrix.python }}, Node ${{ matrix.node }}",
        runs_on=["ubuntu-latest"],
        permissions=READ,
        strategy=JobStrategy(fail_fast=False, matrix=JobMatrix(domain={"python": PYTHONS, "node": NODES})),
        tools=tools("${{ matrix.python }}", "${{ matrix.node }}"),
        steps=[
            checkout(),
            JobStep(name="Test", run="python dev.py test"),
        ],
    ),
)
build.add_job(
    "lowest",
    Job(
        name="Lowest allowed dependencies",
        runs_on=["ubuntu-latest"],
        permissions=READ,
        tools=tools(PYTHONS[0], NODES[0]),
        steps=[
            checkout(),
            JobStep(name="Test", run="python dev.py lowest"),
        ],
    ),
)

release = project.github.add_workflow("release")
release.on(push=PushOptions(tags=["v*"]))
release.add_job(
    "check",
    Job(
        runs_on=["ubuntu-latest"],
        permissions=READ,
        tools=tools(),
        steps=[
            checkout(),
            JobStep(name="Check style and types", run="python dev.py lint"),
            JobStep(name="Test", run="python dev.py test"),
        ],
    ),
)
# In a job of its own: nothing but the one pinned tool comes near what is published.
release.add_job(
    "build",
    Job(
        needs=["check"],
        runs_on=["ubuntu-latest"],
        permissions=READ,
        tools=Tools(python=PythonToolRequirement(version=PYTHONS[0])),
        steps=[
            checkout(),
            JobStep(name="Compare tag and version", run=f'test "$GITHUB_REF_NAME" = v{VERSION}'),
            JobStep(name="Install uv", run=f"python -m pip install --no-deps --only-binary=:all: uv=={UV}"),
            JobStep(name="Build", run=BUILD),
            JobStep(
                name="Find the release notes",
                run="\n".join(
                    [
                        f"awk '/^## / {{ mine = index($0, \"[{VERSION}]\") }} mine && !/^## /'"
                        " CHANGELOG.md | tee dist/notes.md",
                        "grep --quiet '[^[:space:]]' dist/notes.md",
                    ]
                ),
            ),
            WorkflowSteps.upload_artifact(with_=UploadArtifactWith(name="dist", path="dist")),
        ],
    ),
)
download = WorkflowSteps.download_artifact(with_=DownloadArtifactWith(name="dist", path="dist"))
release.add_job(
    "attest",
    Job(
        needs=["build"],
        runs_on=["ubuntu-latest"],
        permissions=JobPermissions(id_token=JobPermission.WRITE, attestations=JobPermission.WRITE),
        steps=[
            download,
            JobStep(name="Attest where it was built", uses="actions/attest", with_={"subject-path": "dist/python/*"}),
        ],
    ),
)
release.add_job(
    "pypi",
    Job(
        needs=["attest"],
        runs_on=["ubuntu-latest"],
        environment="pypi",
        permissions=JobPermissions(contents=JobPermission.READ, id_token=JobPermission.WRITE),
        tools=tools(),
        steps=[
            JobStep(
                name="Checkout",
                uses="actions/checkout",
                with_={"persist-credentials": False, "sparse-checkout": PUBLISH},
            ),
            download,
            JobStep(name="Install publib", run="npm ci --ignore-scripts", working_directory=PUBLISH),
            JobStep(
                name="Publish",
                run=f"{PUBLISH}/node_modules/.bin/publib-pypi dist/python",
                env={
                    "PYPI_TRUSTED_PUBLISHER": "true",
                    # For what publib installs with pip at this moment.
                    "PIP_CONSTRAINT": f"${{{{ github.workspace }}}}/{PUBLISH}/constraints.txt",
                    "PIP_ONLY_BINARY": ":all:",
                },
            ),
        ],
    ),
)
release.add_job(
    "github",
    Job(
        needs=["pypi"],
        runs_on=["ubuntu-latest"],
        permissions=JobPermissions(contents=JobPermission.WRITE),
        steps=[
            download,
            JobStep(
                name="Release",
                run='gh release create "$GITHUB_REF_NAME" --verify-tag --notes-file dist/notes.md dist/python/*',
                env={"GH_TOKEN": "${{ github.token }}", "GH_REPO": "${{ github.repository }}"},
            ),
        ],
    ),
)

# A pull request shows what is new. What it changes in a generated file is then changed here, in this file: the
# workflows' actions above, and what pyproject.toml names.
YamlFile(
    project,
    ".github/dependabot.yml",
    obj={
        "version": 2,
        "updates": [
            {
                "package-ecosystem": ecosystem,
                "directory": directory,
                "schedule": {"interval": "weekly"},
                "groups": {group: {"patterns": ["*"]}},
            }
            for ecosystem, directory, group in [
                ("uv", "/", "dependencies"),
                ("github-actions", "/", "actions"),
                ("npm", f"/{PUBLISH}", "publib"),
                ("pip", f"/{PUBLISH}", "publishing"),
            ]
        ],
    },
)

project.synth()
