"""The parts of a stream that carry out whole graphs of the batch on a worker."""
