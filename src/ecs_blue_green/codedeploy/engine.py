"""The engine: how CloudFormation's hook deploys, through CodeDeploy, what the parts have made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import App, CfnHook, Duration, Stack, Stage
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct, IConstruct

from ..checks.mistakes import Mistakes
from ..lifecycle_hooks import LifecycleHooks
from ..parts.alarms import Alarms
from ..parts.front import MadeFront
from ..parts.target_groups import TargetGroups
from ..parts.tasks import MadeTasks
from ..template.hook_facts import MOST_ROLLBACK_TRIGGERS
from ..validation import validate
from .hook import HookSettings, check_stack, fit_stack
from .task_set import create_primary_task_set, create_service, create_task_set
from .traffic_routing import TimeBasedCanary, TrafficRouting
from .update_mode import UpdateMode, chosen_update_mode, warn_in_place


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeService:
    """What the engine makes.

    Attributes:
        service: The service.
        task_set: The blue task set.
        primary_task_set: Says which task set is in production.
        hook: The hook; None in an update that is made in place.
    """

    service: ecs.CfnService
    task_set: ecs.CfnTaskSet
    primary_task_set: ecs.CfnPrimaryTaskSet
    hook: CfnHook | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeDeployHook:
    """The hook, and what a service needs for it.

    Attributes:
        settings: What the hook says of a deployment.
        called: Functions and role that it names, as far as they are constructs.
        mode: Whether this update is blue/green.
        stack: Whose template gets the hook.
        stage: The stage of the stack, mostly the app; None for a stack without one.
        app: The app of the stack; None for a stack without one.
    """

    settings: HookSettings
    called: Sequence[IConstruct]
    mode: UpdateMode
    stack: Stack
    stage: Stage | None
    app: IConstruct | None

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        scope: Construct,
        id: str,
        stack: Stack | None,
        alarms: Alarms,
        traffic_routing: TrafficRouting | None,
        termination_wait_time: Duration | None,
        lifecycle_hooks: LifecycleHooks | None,
        update_mode: UpdateMode | None,
    ) -> CodeDeployHook | None:
        """Check the arguments that say how to deploy, and what the hook can't bear; None outside of a stack."""
        settings = HookSettings.checked(
            mistakes,
            traffic_routing=TimeBasedCanary() if traffic_routing is None else traffic_routing,
            termination_wait_time=termination_wait_time,
            lifecycle_hooks=lifecycle_hooks,
        )
        if len(alarms.alarms) > MOST_ROLLBACK_TRIGGERS:
            mistakes.note(
                f"alarms must be at most {MOST_ROLLBACK_TRIGGERS}, got {len(alarms.alarms)}",
                "a stack has no more rollback triggers: make further ones with CDK's own Alarm",
                rule="L39",
            )
        stage = None if stack is None else Stage.of(stack)
        app = stage.node.root if stage and not isinstance(stage, App) else stage
        mode = chosen_update_mode(mistakes, update_mode, app=app, scope=scope, id=id)
        if stack is None:  # which is refused on its own
            return None
        check_stack(mistakes, stack)
        called = lifecycle_hooks.constructs if isinstance(lifecycle_hooks, LifecycleHooks) else ()
        return cls(settings=settings, called=called, mode=mode, stack=stack, stage=stage, app=app)

    def default_action(self, target_groups: TargetGroups) -> elbv2.CfnListener.ActionProperty:
        """Both listeners begin with blue; the hook switches their default actions."""
        kind = elbv2.CfnListener
        blue = kind.TargetGroupTupleProperty(target_group_arn=target_groups.blue_arn, weight=100)
        return kind.ActionProperty(type="forward", forward_config=kind.ForwardConfigProperty(target_groups=[blue]))

    def bind(self, scope: Construct, tasks: MadeTasks, front: MadeFront) -> MadeService:
        """Create the service with its task set, in the order of the update mode, and the hook unless in place."""
        settings = tasks.asked.settings
        cluster_name = settings.cluster.cluster_name
        service = create_service(scope, cluster_name, settings)
        service.node.add_dependency(*self._needed_first(tasks, front))
        service_name = service.attr_name
        task_set = create_task_set(scope, cluster_name, service_name, tasks, front)
        primary = create_primary_task_set(scope, cluster_name, service_name, task_set)
        hook = None
        if self.mode is UpdateMode.BLUE_GREEN:
            hook = self.settings.create(
                scope, service=service, task_definition=tasks.definition, task_set=task_set, front=front
            )
        else:
            warn_in_place(scope)
            for listener in front.listeners.cfn_routes:
                # If green is live, both listeners are about to send to blue, which has no tasks yet (rule Q14).
                listener.node.add_dependency(task_set, primary)
        validations = fit_stack(self.stack, has_hook=hook is not None)
        validate(self.app, validations if self.stage is self.app else None)
        return MadeService(service=service, task_set=task_set, primary_task_set=primary, hook=hook)

    def _needed_first(self, tasks: MadeTasks, front: MadeFront) -> Iterator[IConstruct]:
        """List what has to be there before the service.

        A task set can register only with target groups that a listener forwards to (rule L33); in an update in place
        they are already there, and wait for the task set. Functions and role of another stack make that stack deploy
        first, unless they are in another stage, where the user has to see to the order.
        """
        yield front.target_groups.cfn_blue
        yield front.target_groups.cfn_green
        if self.mode is UpdateMode.BLUE_GREEN:
            yield from front.listeners.cfn_routes
        yield from (construct for construct in self.called if Stage.of(construct) is self.stage)
        if tasks.asked.settings.capacity_providers:
            # A cluster's providers are associated with it by another resource.
            yield tasks.asked.settings.cluster
