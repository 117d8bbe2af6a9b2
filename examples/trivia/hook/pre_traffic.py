"""Tests the new version of the trivia backend through the test listener."""

import json
import os
import time
import urllib.request

from ecs_blue_green.lifecycle import LifecycleEvent, lifecycle_hook

CATEGORIES = 4


@lifecycle_hook
def handler(event: LifecycleEvent) -> None:
    """Succeeds when the backend answers with all its categories."""
    # A listener takes a while to send to its new target group.
    time.sleep(float(os.environ.get("SECONDS_TO_SETTLE", "30")))
    with urllib.request.urlopen(os.environ["TARGET_URL"], timeout=10) as response:
        if response.status != 200:
            raise RuntimeError(f"expected status 200, got {response.status}")
        categories = json.load(response)
    if not isinstance(categories, list) or len(categories) != CATEGORIES:
        raise RuntimeError(f"expected a list of {CATEGORIES} categories, got {categories!r:.200}")
