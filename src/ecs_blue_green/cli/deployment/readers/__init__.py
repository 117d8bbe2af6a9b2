"""What any engine reads of AWS, a module a thing: the stack, its events, alarms, listeners, targets, tasks."""
