"""The parts of a blue/green service that do not depend on what deploys it."""
