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
    url = os.environ["TARGET_URL"]
    with urllib.request.urlopen(url, timeout=10) as response:
        # A redirect may lead to the production listener, and so to the old version.
        if response.status != 200 or response.url != url:
            raise RuntimeError(f"expected status 200 from {url}, got {response.status} from {response.url}")
        categories = json.load(response)
    if not isinstance(categories, list) or len(categories) != CATEGORIES:
        raise RuntimeError(f"expected a list of {CATEGORIES} categories, got {categories!r:.200}")
