"""``python -m ecs_blue_green.cli`` is ``ecs-blue-green``."""

import sys

from ecs_blue_green.cli import main

sys.exit(main())
