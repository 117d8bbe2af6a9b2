"""The rules about templates with CloudFormation's hook, which deploys through CodeDeploy.

They look at the template as a whole, where it has the hook or its transform.
"""

from importlib.resources import files

from ..rule import Family
from . import hook, ids, lifecycle, load_balancing, service, stack, task_set, traffic, transform

FAMILY = Family.of(
    *(hook, ids, lifecycle, traffic, stack, transform, service, task_set, load_balancing),
    parts=lambda template: [template] if template.is_blue_green else [],
    example=files(__package__).joinpath("example.yaml"),
)
