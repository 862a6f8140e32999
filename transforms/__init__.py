"""How one thing becomes the next. Files are Beam verbs; folders are nouns in plain Python."""
