"""What a text is about: topics and regions, each with its evidence."""
