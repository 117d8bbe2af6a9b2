"""The trivia game's backend: for each stage a stack with the hook function, and one with the service."""

import json
import os
from pathlib import Path

import aws_cdk as cdk
from hooks_stack import TriviaBackendHooksStack
from service_stack import TriviaBackendStack

ZONE = "reinvent-trivia.com"
DOMAINS = {"Test": f"api-test.{ZONE}", "Prod": f"api.{ZONE}"}

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

for stage, domain_name in DOMAINS.items():
    hooks = TriviaBackendHooksStack(app, f"TriviaBackendHooks{stage}", domain_name=domain_name, env=env, tags=tags)
    TriviaBackendStack(
        app,
        f"TriviaBackend{stage}",
        domain_name=domain_name,
        domain_zone=ZONE,
        image_tag=os.environ.get("IMAGE_TAG") or "latest",
        lifecycle_hooks=hooks.lifecycle_hooks,
        env=env,
        tags=tags,
    )

app.synth()
