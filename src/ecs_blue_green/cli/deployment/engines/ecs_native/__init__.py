"""ECS's own deployments: blue/green, linear and canary."""
