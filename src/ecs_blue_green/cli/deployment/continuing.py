"""``ecs-blue-green continue``: answer the pause of a deployment by ECS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import CommandError
from ..options import aws_options, format_options, yes_option
from ..terminal import is_agreed, printable, say
from .options import service_option
from .shown import show_state

if TYPE_CHECKING:
    from ..aws.session import AwsError
    from .engine import Action, Engine
    from .state import HookRun, State

# What needs time to import is imported by whoever needs it: `--help` answers at once.


@click.command(
    epilog="""\
\b
Examples:
  ecs-blue-green continue Shop                   # shows, asks, goes on
  ecs-blue-green continue Shop --rollback --yes  # for a script

\b
Exit codes:
    0  answered
    1  it was answered otherwise meanwhile, or its time was up
    2  nothing waits for an answer, not confirmed, or with --yes another
       deployment has begun meanwhile; AWS can't be asked or refuses, there
       is no such stack, or the command line is wrong
  130  interrupted
""",
)
@click.argument("stack")
@click.option("--rollback", is_flag=True, help="Roll the deployment back instead.")
@click.option("--hook", "hooks", metavar="ID", multiple=True, help="Of several pauses, the one that is meant.")
@yes_option
@service_option
@aws_options
@format_options(text="For people", json="for programs")
@click.pass_context
def command(
    context: click.Context,
    stack: str,
    rollback: bool,
    hooks: tuple[str, ...],
    yes: bool,
    service: str,
    region: str | None,
    profile: str | None,
    format: str,
) -> None:
    """Continue the deployment of STACK that pauses, or roll it back.

    STACK is a stack's name or ARN. First it shows what is under way, and what the answer means at this point. Only
    ECS's own deployments pause. Of several pauses, each has to be continued; one that is rolled back rolls all back.
    """
    is_json = format == "json"
    if is_json and not yes:
        raise click.UsageError("--format json needs --yes: a program can't be asked.")
    from .engines import open_engine

    engine = open_engine(stack, region=region, profile=profile, service=service)
    action: Action = "ROLLBACK" if rollback else "CONTINUE"
    state = _confirmed(engine, hooks, action, yes=yes, is_json=is_json)
    if state is None:
        say(printable("Nothing was answered."), stderr=True)
        context.exit(2)
    waiting = _waiting(state, hooks, action)
    outcomes = [_answered(engine, state, hook, action) for hook in waiting]
    is_done = all(is_so for is_so, _ in outcomes)
    _tell(state, waiting, action, [said for _, said in outcomes], is_done=is_done, is_json=is_json)
    context.exit(0 if is_done else 1)


def _confirmed(engine: Engine, hooks: tuple[str, ...], action: Action, *, yes: bool, is_json: bool) -> State | None:
    """Show what pauses and ask, until nothing has changed between the question and the answer.

    Returns:
        What is to be answered; None if it is not confirmed.
    """
    state = engine.read()
    while True:
        _waiting(state, hooks, action)
        meaning = "Rolling back" if action == "ROLLBACK" else "Continuing"
        if not is_json:
            show_state(state, f"{meaning} now: {engine.way_on(state, action)}.")
        if not yes and not is_agreed(
            printable(f"{'Roll back' if action == 'ROLLBACK' else 'Continue'} the deployment?")
        ):
            return None
        shown, state = state, engine.read()
        alike = [_waiting(one, hooks, action) for one in (shown, state)]
        if alike[0] == alike[1] and _decides(engine, shown, action) == _decides(engine, state, action):
            return state
        if yes:
            if alike[0] == alike[1] and _id(shown) == _id(state):
                return state
            raise CommandError(
                f"stack {state.stack}: another pause, or another deployment, has begun meanwhile: nothing was "
                "answered. Look at it again"
            )
        say(*map(printable, ("", "This has changed meanwhile:", "")))


def _decides(engine: Engine, state: State, action: Action) -> tuple[object, ...]:
    stage = state.deployment.stage if state.deployment else ""
    return _id(state), stage, engine.way_on(state, action)


def _id(state: State) -> tuple[str, str]:
    return state.id, state.deployment.arn if state.deployment else ""


def _waiting(state: State, wanted: tuple[str, ...], action: Action) -> list[HookRun]:
    """Choose the pauses that are answered.

    Raises:
        CommandError: If there is none, or it must be said which.
    """
    pauses = state.deployment.pauses if state.deployment else ()
    if not pauses or not state.deployment or state.deployment.status != "IN_PROGRESS":
        raise CommandError(_why_not(state))
    ids = ", ".join(hook.id for hook in pauses)
    for id in wanted:
        if id not in [hook.id for hook in pauses]:
            raise CommandError(f"stack {state.stack}: no pause {id} waits for an answer; these do: {ids}")
    if wanted:
        return [hook for hook in pauses if hook.id in wanted]
    if len(pauses) > 1 and action == "CONTINUE":
        raise CommandError(
            f"stack {state.stack}: {len(pauses)} pauses wait for an answer, {ids}: say with --hook which you continue; "
            "the deployment goes on when each of them is"
        )
    return [pauses[0]]  # one that is rolled back rolls all back (documented: NH5)


def _why_not(state: State) -> str:
    """Say why nothing waits for an answer."""
    deployment = state.deployment
    if deployment is None:
        why = "; ".join(f"{source}: {why}" for source, why in state.missing.items())
        if why:
            return f"stack {state.stack}: whether a deployment pauses is not known: {why}"
        return f"stack {state.stack} is {state.status}: no deployment by ECS is under way"
    what = f"stack {state.stack}: {deployment.engine} deployment {deployment.id} is {deployment.status}"
    if deployment.engine != "ECS":
        return f"{what}, and only ECS's own deployments pause"
    at = f" at {deployment.stage}" if deployment.stage and deployment.status == "IN_PROGRESS" else ""
    late = [hook for hook in deployment.hooks if hook.status == "TIMED_OUT"]
    more = "".join(
        f"; the time of {hook.id} was up{f', and ECS did {hook.on_timeout}' if hook.on_timeout else ''}"
        for hook in late
    )
    return f"{what}{at}: no pause waits for an answer{more}"


def _answered(engine: Engine, state: State, hook: HookRun, action: Action) -> tuple[bool, str]:
    """Answer a pause; when ECS's own answer is lost, look at what has become of it.

    Returns:
        Whether it is answered as it should be, and a sentence.
    """
    from ..aws.session import AwsError, Trouble

    does = "rolls back" if action == "ROLLBACK" else "continues"
    try:
        engine.answer(hook.id, action)
    except AwsError as error:
        if error.trouble in {Trouble.DENIED, Trouble.CREDENTIALS}:
            raise
        return _seen(engine, state, hook, action, error)
    return True, f"Answered: ECS {does} after {hook.id}."


def _seen(engine: Engine, before: State, hook: HookRun, action: Action, lost: AwsError) -> tuple[bool, str]:
    """Tell by another look what has become of an answer that ECS refused, or did not confirm."""
    from ..aws.patience import shows_soon
    from ..aws.session import AwsError

    looks: list[State] = []

    def is_settled() -> bool:
        looks.append(engine.read())
        return not _waits(looks[-1], hook)

    try:  # what AWS has taken may show late
        is_over = is_settled() if lost.is_certain else shows_soon(is_settled)
    except AwsError as error:
        raise CommandError(
            f"{lost}. Whether ECS has taken the answer is not known, as it can't be asked either ({error}). "
            f"`ecs-blue-green status {before.stack}` shows it"
        ) from error
    now = looks[-1]
    deployment = now.deployment
    if deployment is None or _id(now) != _id(before):
        raise CommandError(f"{lost}. Whether ECS has taken the answer is not known: another deployment is under way")
    if not is_over:
        raise CommandError(f"{lost}. The pause {hook.id} still waits: nothing was answered, as far as ECS says")
    found = next((one for one in deployment.hooks if one.id == hook.id), None)
    is_back = deployment.status.startswith("ROLLBACK") or bool(deployment.rollback_reason)
    status = found.status if found else "not listed any more"
    how = f"the deployment is {deployment.status}, and {hook.id} is {status}"
    is_so = is_back if action == "ROLLBACK" else not is_back and status in {"SUCCEEDED", "not listed any more"}
    if is_so and status != "TIMED_OUT":
        return True, f"Answered, as far as can be seen, by this or by another call: {how}. ECS said: {lost}."
    return False, f"Not answered: {how}. ECS said: {lost}."


def _waits(state: State, hook: HookRun) -> bool:
    """Tell whether a pause still waits for an answer."""
    deployment = state.deployment
    if deployment is None or deployment.status != "IN_PROGRESS":
        return False
    return hook.id in [one.id for one in deployment.pauses]


def _tell(state: State, hooks: list[HookRun], action: Action, said: list[str], *, is_done: bool, is_json: bool) -> None:
    from . import plain

    if is_json:
        plain.say_json(
            {
                "type": "answer",
                "stack": state.stack,
                "stack_id": state.id,
                "deployment": state.deployment.arn if state.deployment else "",
                "hooks": [hook.id for hook in hooks],
                "action": action,
                "is_answered": is_done,
                "message": " ".join(said),
            }
        )
        return
    say(*map(printable, said), printable(f"`ecs-blue-green watch {state.stack}` follows it."))
