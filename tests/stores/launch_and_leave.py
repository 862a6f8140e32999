"""Submit a run to a job server and leave at once, as a launcher of a managed runner does. Prints the run's id."""

import os
import sys

from pipelines.cli import main

if __name__ == "__main__":
    code = main(["run", *sys.argv[1:], "--no-wait"])
    sys.stdout.flush()
    os._exit(code)  # whatever still runs in this process is not waited for
