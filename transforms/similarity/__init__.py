"""How alike two texts are: sketches, candidates, verification, clusters."""
