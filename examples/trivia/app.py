"""The trivia game's backend in three stages: two deployed by CloudFormation's hook, one by ECS itself."""

import json
import os
from pathlib import Path

import aws_cdk as cdk
from native_stack import TriviaNativeStack
from service_stack import TriviaBackendStack

ZONE = "reinvent-trivia.com"
# Each stage's domain, and the engine that deploys it: CloudFormation's hook, or ECS itself.
STAGES: dict[str, tuple[str, type[TriviaBackendStack | TriviaNativeStack]]] = {
    "Test": (f"api-test.{ZONE}", TriviaBackendStack),
    "Prod": (f"api.{ZONE}", TriviaBackendStack),
    "Native": (f"api-native.{ZONE}", TriviaNativeStack),
}

HERE = Path(__file__).parent

# The CDK CLI passes the contents of both files; when this file is run by itself, nobody else does.
context = {
    **json.loads((HERE / "cdk.json").read_text())["context"],
    **json.loads((HERE / "cdk.context.json").read_text()),
}
app = cdk.App(context=context)
# Without credentials it is the account that cdk.context.json has answers for.
env = cdk.Environment(account=os.environ.get("CDK_DEFAULT_ACCOUNT", "123456789012"), region="us-east-1")
tags = {"project": "reinvent-trivia"}

for stage, (domain_name, make_stack) in STAGES.items():
    make_stack(
        app,
        f"TriviaBackend{stage}",
        domain_name=domain_name,
        domain_zone=ZONE,
        image_tag=os.environ.get("IMAGE_TAG") or "latest",
        env=env,
        tags=tags,
    )

app.synth()
