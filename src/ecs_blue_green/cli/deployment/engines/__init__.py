"""What deploys a stack, a module an engine."""
