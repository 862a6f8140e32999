"""What people would use instead, each run in an environment of its own; nothing here imports ours."""
