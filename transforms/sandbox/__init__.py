"""Worker processes that can be killed, for input that nobody vouches for."""
