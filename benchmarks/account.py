"""An account that needs no credentials: where the stacks go, and what CDK would look up there."""

from typing import Any

ACCOUNT = "123456789012"
REGION = "us-east-1"

#: Context for ``App(context=…)``; with it, synthesis asks AWS for nothing.
LOOKUPS: dict[str, Any] = {
    f"availability-zones:account={ACCOUNT}:region={REGION}": ["us-east-1a", "us-east-1b"],
    f"hosted-zone:account={ACCOUNT}:domainName=reinvent-trivia.com:region={REGION}": {
        "Id": "/hostedzone/Z0123456789EXAMPLE",
        "Name": "reinvent-trivia.com.",
    },
}
