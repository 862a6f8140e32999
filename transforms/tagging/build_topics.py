"""Write data/topics.tsv from the IPTC Media Topics vocabulary in its JSON form; the same input gives the same bytes.

python -m transforms.tagging.build_topics mediatopics.json.xz
"""

import json
import lzma
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transforms.tagging.tables import DATA

HEADER = """\
# IPTC Media Topics, the concepts in use: code, code above it (empty at the top), English name.
# Media Topic NewsCodes of {released}, (c) IPTC, International Press Telecommunications Council (https://iptc.org),
# CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/); cut to three columns by transforms/tagging/build_topics.py.
"""


def main(path: Path) -> None:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        vocabulary = json.load(file)
    lines = [
        f"{concept['qcode']}\t{above(concept)}\t{concept['prefLabel']['en-GB']}"
        for concept in vocabulary["conceptSet"]
        if "retired" not in concept
    ]
    text = HEADER.format(released=vocabulary["dateReleased"][:10]) + "\n".join(sorted(lines)) + "\n"
    (DATA / "topics.tsv").write_text(text, encoding="utf-8")


def above(concept: Mapping[str, Any]) -> str:
    """The code of the concept above, which the vocabulary names by its address."""
    address = next(iter(concept.get("broader", ())), "")
    return f"medtop:{address.rsplit('/', 1)[-1].rsplit(':', 1)[-1]}" if address else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
