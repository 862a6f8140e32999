"""`python -m pipelines` is `newsbeam`."""

import sys

from pipelines.cli import main

sys.exit(main())
