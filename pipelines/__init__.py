"""Which verbs, in what order, with which options."""
