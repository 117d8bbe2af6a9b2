"""The deployment that a stack is in: its state, how it goes on, how it ended. Each engine that deploys is a module."""
