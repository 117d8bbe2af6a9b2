"""How the arguments of a call are checked, and how a mistake in them is told."""
