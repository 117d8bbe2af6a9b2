"""What one measured process does: synthesize N trivia services, by hand or with the library.

``python -m benchmarks.workload SIDE SERVICES FOLDER`` writes the cloud assembly and ``report.json``
into FOLDER. Each side imports what it needs by itself, so that none pays for the other.
"""

import atexit
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsii._kernel.providers.process import _NodeProcess
from jsii._kernel.types import LoadRequest

from benchmarks.account import ACCOUNT, LOOKUPS, REGION

# A release's: for `latest` there would be a warning in every stack.
IMAGE_TAG = "v1"
EXAMPLE = Path(__file__).parents[1] / "examples" / "trivia"

if TYPE_CHECKING:
    from aws_cdk import App, Environment


def add_by_hand(app: "App", number: int, env: "Environment") -> None:
    """Adds the hand-written stack of one service.

    Args:
        app: Where the stack goes.
        number: Tells the service from the others in the app.
        env: The account and region of the stack.
    """
    from benchmarks.by_hand import ByHandStack

    os.environ["IMAGE_TAG"] = IMAGE_TAG
    ByHandStack(
        app,
        f"TriviaBackend{number}",
        domain_name=f"api-{number}.reinvent-trivia.com",
        domain_zone="reinvent-trivia.com",
        deployment_hooks_stack=f"TriviaBackendHooks{number}",
        env=env,
        tags={"project": "reinvent-trivia"},
    )


def add_with_library(app: "App", number: int, env: "Environment") -> None:
    """Adds the same stack as the example makes it with the library.

    Args:
        app: Where the stack goes.
        number: Tells the service from the others in the app.
        env: The account and region of the stack.
    """
    sys.path.append(str(EXAMPLE))
    from service_stack import TriviaBackendStack

    from ecs_blue_green import LifecycleHooks

    hooks_stack = f"TriviaBackendHooks{number}"

    TriviaBackendStack(
        app,
        f"TriviaBackend{number}",
        domain_name=f"api-{number}.reinvent-trivia.com",
        domain_zone="reinvent-trivia.com",
        image_tag=IMAGE_TAG,
        lifecycle_hooks=LifecycleHooks(
            after_allow_test_traffic=f"CodeDeployHook_-{hooks_stack}-pre-traffic-hook",
            role=f"CodeDeployHookRole_{hooks_stack}",
        ),
        env=env,
        tags={"project": "reinvent-trivia"},
    )


def add_native_by_hand(app: "App", number: int, env: "Environment") -> None:
    """Adds the hand-written stack of one service that ECS itself deploys.

    Args:
        app: Where the stack goes.
        number: Tells the service from the others in the app.
        env: The account and region of the stack.
    """
    from benchmarks.by_hand_native import ByHandNativeStack

    os.environ["IMAGE_TAG"] = IMAGE_TAG
    ByHandNativeStack(
        app,
        f"TriviaBackend{number}",
        domain_name=f"api-{number}.reinvent-trivia.com",
        domain_zone="reinvent-trivia.com",
        hook_function=f"post-test-traffic-{number}",
        env=env,
        tags={"project": "reinvent-trivia"},
    )


def add_native_with_library(app: "App", number: int, env: "Environment") -> None:
    """Adds the same stack through the library.

    Args:
        app: Where the stack goes.
        number: Tells the service from the others in the app.
        env: The account and region of the stack.
    """
    from benchmarks.with_library_native import NativeStack

    NativeStack(
        app,
        f"TriviaBackend{number}",
        domain_name=f"api-{number}.reinvent-trivia.com",
        domain_zone="reinvent-trivia.com",
        image_tag=IMAGE_TAG,
        hook_function=f"post-test-traffic-{number}",
        env=env,
        tags={"project": "reinvent-trivia"},
    )


ADD_SERVICE: dict[str, Callable[["App", int, "Environment"], None]] = {
    "by hand": add_by_hand,
    "library": add_with_library,
    "native by hand": add_native_by_hand,
    "native library": add_native_with_library,
}


def count_round_trips() -> Callable[[], int]:
    """Starts counting requests to jsii's Node process, without those that load an assembly.

    One added call costs well below a thousandth of the request that it counts, so that the
    measured runs are the counted ones.

    Returns:
        A function that tells the number so far.
    """
    send = _NodeProcess.send
    count = 0

    def counted(process: _NodeProcess, request: Any, response_type: Any) -> Any:
        nonlocal count
        count += not isinstance(request, LoadRequest)
        return send(process, request, response_type)

    _NodeProcess.send = counted  # type: ignore[assignment, method-assign]
    return lambda: count


def main(side: str, services: int, folder: Path) -> None:
    """Synthesizes the services and leaves a report that is complete when the process has ended.

    Args:
        side: ``by hand`` or ``library``.
        services: How many services the app holds, one stack each.
        folder: Where the cloud assembly and the report go.
    """
    round_trips = count_round_trips()

    def write_report() -> None:
        peaks = {
            "python": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            "node": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
        }
        report = {"stack_round_trips": of_stacks, "round_trips": round_trips(), "peaks": peaks}
        (folder / "report.json").write_text(json.dumps(report))

    # What is registered first runs last: by then jsii has stopped Node and waited for it, so that
    # Node counts among the children.
    atexit.register(write_report)

    from aws_cdk import App, Environment

    env = Environment(account=ACCOUNT, region=REGION)
    app = App(context=LOOKUPS, outdir=str(folder / "cdk.out"))
    before = round_trips()
    for number in range(1, services + 1):
        ADD_SERVICE[side](app, number, env)
    of_stacks = round_trips() - before
    app.synth()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
