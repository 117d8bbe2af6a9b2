"""The engine: how ECS itself deploys what the parts have made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import App, Stack, Stage, Token
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from ..checks.mistakes import Mistakes
from ..parts.alarms import AlarmPair
from ..parts.front import MadeFront
from ..parts.l1 import create_l1
from ..parts.tasks import MadeTasks, Tasks
from ..template import native_facts as facts
from ..validation import validate
from .deployment import Deployment, Strategy
from .hooks import CheckedHooks, LifecycleHook
from .infrastructure_role import create_infrastructure_role
from .listener_rules import ListenerRules, RuleSettings
from .service_connect import CheckedServiceConnect
from .volumes import checked_volumes, volume_properties

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployedService:
    """What the engine makes.

    Attributes:
        service: The service.
        listener_rules: The rules that ECS moves traffic with; None without a load balancer.
        infrastructure_role: The role that it does so with, made or given; None without a load balancer.
    """

    service: ecs.CfnService
    listener_rules: ListenerRules | None
    infrastructure_role: iam.CfnRole | iam.IRole | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EcsDeployments:
    """ECS's own deployments, and what a service needs for them.

    Attributes:
        strategy: How tasks are replaced.
        hooks: What ECS waits for.
        deployment_alarms: Alarms of others that roll a deployment back.
        circuit_breaker: Whether tasks that don't start do so.
        infrastructure_role: The role that moves traffic, if it was given.
        force_new_deployment: What makes a deployment of the same tasks; None for nothing.
        volumes: What ECS makes for the tasks.
        stack: Where the service is.
    """

    strategy: Strategy
    hooks: CheckedHooks
    deployment_alarms: tuple[cloudwatch.IAlarm, ...]
    circuit_breaker: bool
    infrastructure_role: iam.IRole | None
    force_new_deployment: str | None
    volumes: tuple[ecs.ServiceManagedVolume, ...]
    stack: Stack

    @classmethod
    def checked(
        cls,
        mistakes: Mistakes,
        *,
        stack: Stack | None,
        deployment: Deployment | None,
        lifecycle_hooks: Sequence[LifecycleHook],
        deployment_alarms: Sequence[cloudwatch.IAlarm],
        circuit_breaker: bool,
        infrastructure_role: iam.IRole | None,
        force_new_deployment: str | None,
        volume_configurations: Sequence[ecs.ServiceManagedVolume],
    ) -> EcsDeployments | None:
        """Check the arguments that say how to deploy; None outside of a stack."""
        mistakes.instance("circuit_breaker", circuit_breaker, bool, "True or False")
        if infrastructure_role is not None:
            mistakes.interface("infrastructure_role", infrastructure_role, "grant_pass_role", "an IAM role")
        longest = facts.MOST_NONCE_LENGTH
        mistakes.text(
            "force_new_deployment",
            force_new_deployment,
            rf"(?s:.{{1,{longest}}})",
            f"a text of 1 to {longest} characters",
            rule="NS30",
        )
        strategy = Strategy.checked(mistakes, deployment)
        hooks = CheckedHooks.checked(mistakes, lifecycle_hooks)
        alarms = _checked_alarms(mistakes, deployment_alarms, stack)
        volumes = checked_volumes(mistakes, volume_configurations)
        if stack is None:  # which is refused on its own
            return None
        return cls(
            strategy=strategy,
            hooks=hooks,
            deployment_alarms=alarms,
            circuit_breaker=circuit_breaker,
            infrastructure_role=infrastructure_role,
            force_new_deployment=force_new_deployment,
            volumes=volumes,
            stack=stack,
        )

    def bind(
        self,
        scope: Construct,
        tasks: MadeTasks,
        *,
        front: MadeFront | None,
        rules: RuleSettings | None,
        alarms: Mapping[str, AlarmPair],
        service_connect: CheckedServiceConnect | None,
    ) -> DeployedService:
        """Create the service, and before it the rules and roles that it is deployed with."""
        made_rules = role = load_balancers = None
        if front is not None and rules is not None:
            made_rules = rules.create(scope, front)
            rule_arns = [rule.ref for rule in made_rules.cfn_all]
            role = self.infrastructure_role or _create_role(scope, front, rule_arns)
            load_balancers = [_load_balancer(front, rule_arns, role)]
        names = [alarm.ref for pair in alarms.values() for alarm in (pair.blue, pair.green)]
        names += [alarm.alarm_name for alarm in self.deployment_alarms]
        kind, nonce = ecs.CfnService, self.force_new_deployment
        forced = kind.ForceNewDeploymentProperty(enable_force_new_deployment=True, force_new_deployment_nonce=nonce)
        service = create_l1(
            ecs.CfnService,
            scope,
            "Service",
            cluster=tasks.asked.settings.cluster,
            deployment_controller=kind.DeploymentControllerProperty(type=facts.DEPLOYMENT_CONTROLLER),
            deployment_configuration=self._deployment_configuration(scope, names),
            load_balancers=load_balancers,
            force_new_deployment=None if nonce is None else forced,
            volume_configurations=[volume_properties(volume) for volume in self.volumes] or None,
            service_connect_configuration=None if service_connect is None else service_connect.properties(scope, tasks),
            task_definition=tasks.definition,
            network_configuration={"awsvpcConfiguration": tasks.vpc_configuration()},
            **tasks.asked.settings.properties(has_grace_period=self.strategy.shifts_traffic),
            **tasks.properties(),
        )
        needed_first = [*self._needed_first(tasks.asked)]
        if needed_first:
            service.node.add_dependency(*needed_first)
        stage = Stage.of(self.stack)
        validate(stage.node.root if stage and not isinstance(stage, App) else stage)
        return DeployedService(service=service, listener_rules=made_rules, infrastructure_role=role)

    def _deployment_configuration(self, scope: Construct, alarm_names: Sequence[str]) -> dict[str, Any]:
        """Say everything, and what is off as off: ECS keeps what a template no longer mentions (rule NE2)."""
        is_on = self.strategy.shifts_traffic
        breaks, watches = is_on and self.circuit_breaker, is_on and bool(alarm_names)
        return {
            "strategy": self.strategy.name,
            "maximumPercent": facts.MAXIMUM_PERCENT,
            "minimumHealthyPercent": facts.MINIMUM_HEALTHY_PERCENT,
            **self.strategy.properties,
            "lifecycleHooks": self.hooks.create(scope, self.stack) if is_on else [],
            "alarms": {"alarmNames": [*alarm_names] if watches else [], "enable": watches, "rollback": watches},
            "deploymentCircuitBreaker": {"enable": breaks, "rollback": breaks},
        }

    def _needed_first(self, tasks: Tasks) -> Iterator[IConstruct]:
        """List what has to be there before the service, and is not named by it: policies of a role, providers."""
        if self.infrastructure_role is not None:
            yield self.infrastructure_role
        if tasks.settings.capacity_providers:
            # A cluster's providers are associated with it by another resource.
            yield tasks.settings.cluster


def _create_role(scope: Construct, front: MadeFront, rule_arns: Sequence[str]) -> iam.CfnRole:
    groups, listeners = front.target_groups, front.listeners
    return create_infrastructure_role(
        scope,
        target_groups=[groups.blue_arn, groups.green_arn],
        rules=rule_arns,
        listeners=[listeners.production_arn] + ([] if listeners.test_arn is None else [listeners.test_arn]),
    )


def _load_balancer(
    front: MadeFront, rule_arns: Sequence[str], role: iam.CfnRole | iam.IRole
) -> ecs.CfnService.LoadBalancerProperty:
    groups, (production, *test) = front.target_groups, rule_arns
    return ecs.CfnService.LoadBalancerProperty(
        container_name=front.container.name,
        container_port=front.container.port,
        target_group_arn=groups.blue_arn,
        advanced_configuration=ecs.CfnService.AdvancedConfigurationProperty(
            alternate_target_group_arn=groups.green_arn,
            production_listener_rule=production,
            test_listener_rule=test[0] if test else None,
            role_arn=role.attr_arn if isinstance(role, iam.CfnRole) else role.role_arn,
        ),
    )


def _place(alarm: cloudwatch.IAlarm) -> dict[str, str]:
    """Tell where an alarm is; CDK takes one that was imported for one of the stack."""
    arn = alarm.alarm_arn
    if Token.is_unresolved(arn):
        return {"account": alarm.env.account, "region": alarm.env.region}
    return dict(zip(("region", "account"), arn.split(":")[3:5], strict=False))


def _checked_alarms(
    mistakes: Mistakes, alarms: Sequence[cloudwatch.IAlarm], stack: Stack | None
) -> tuple[cloudwatch.IAlarm, ...]:
    """Check alarms of others: ECS finds them by name, in the service's own account and region."""
    given = mistakes.items("deployment_alarms", alarms, "a sequence of alarms")
    here = None
    for index, alarm in enumerate(given):
        name = f"deployment_alarms[{index}]"
        if not mistakes.interface(name, alarm, "alarm_name", "an alarm, such as a cloudwatch.Alarm") or stack is None:
            continue
        here = here or {"account": stack.account, "region": stack.region}
        for what, other in _place(alarm).items():
            own = here[what]
            if other != own and not Token.is_unresolved(other) and not Token.is_unresolved(own):
                allowed = f"an alarm of the stack's {what} {own}"
                mistakes.note(f"{name} must be {allowed}, got one of {other}", "ECS finds alarms by their names there")
    return given
