"""The service that ECS itself deploys: blue/green, linear, canary."""
