"""WARC files to measure with: the real pages as they are, or any number of made pages in their frames.

python -m benchmarks.pages gold --data ../shared/data --output gold.warc.gz
python -m benchmarks.pages made --data ../shared/data --pages 2000 --seed 1 --output made.warc.gz

Without --data, pages are made in the frames of the sample site, which are fewer and smaller.
"""

import argparse
import logging
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from benchmarks.frames import Frame, fill, make_frame
from benchmarks.gold import GoldPage, read_gold, sample_pages
from benchmarks.sentences import Sentences
from benchmarks.warc import Response, write_response

PAGES_PER_HOST = 20
FIRST_DAY = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
PERIOD = timedelta(days=60)  # over which the made articles are published, evenly
FETCH_DELAY = timedelta(hours=20)


def gold_responses(gold: list[GoldPage]) -> Iterator[Response]:
    for page in gold:
        yield Response(url=page.url, fetched_at=page.crawled, html=page.html)


def made_responses(gold: list[GoldPage], pages: int, seed: int) -> Iterator[Response]:
    """Made pages, one by one: memory does not grow with their number. The same seed gives the same bytes."""
    pairs = [(page, frame) for page in gold if (frame := make_frame(page))]
    sentences = Sentences((frame.language, page.paragraphs) for page, frame in pairs)
    frames = [frame for _, frame in pairs if sentences.knows(frame.language)]
    random.Random(seed).shuffle(frames)
    print(f"{len(frames)} of {len(gold)} pages serve as frames", file=sys.stderr)
    for number in range(pages):
        frame = frames[number // PAGES_PER_HOST % len(frames)]
        yield made_response(frame, sentences, number, pages, random.Random(f"{seed}:{number}"))


def made_response(frame: Frame, sentences: Sentences, number: int, pages: int, draw: random.Random) -> Response:
    published = FIRST_DAY + PERIOD * (number / pages) + timedelta(seconds=draw.randrange(3600))
    url = f"https://www.paper-{number // PAGES_PER_HOST:05d}.example/news/{published:%Y/%m/%d}/story-{number:07d}"
    html = fill(
        frame,
        [sentences.write(frame.language, words, draw) for words in frame.slots],
        sentences.title(frame.language, draw),
        url,
        f"{published:%Y-%m-%dT%H:%M:%SZ}",
    )
    return Response(url=url, fetched_at=published + FETCH_DELAY, html=html)


def write_warcs(outputs: Sequence[Path], responses: Iterator[Response]) -> None:
    """Write responses to archives by turns."""
    count = size = 0
    with ExitStack() as stack:
        streams = [stack.enter_context(output.open("wb")) for output in outputs]
        for response, stream in zip(responses, cycle(streams), strict=False):
            write_response(stream, response)
            count, size = count + 1, size + len(response.html)
    named = ", ".join(map(str, outputs))
    print(f"{count:,} pages of {size / max(count, 1) / 1000:.0f} kB on average in {named}", file=sys.stderr)


def parts_of(output: Path, parts: int) -> list[Path]:
    """The paths of so many archives: made.warc.gz, or made-0.warc.gz and so on."""
    stem = output.name.removesuffix(".warc.gz")
    return [output] if parts == 1 else [output.with_name(f"{stem}-{number}.warc.gz") for number in range(parts)]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Build WARC files of real or made pages.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind, words in (("gold", "the real pages with gold annotations"), ("made", "made pages in real frames")):
        each = kinds.add_parser(kind, help=words)
        each.add_argument("--data", type=Path, help="folder of the public data")
        each.add_argument("--output", type=Path, required=True, help="WARC file to write, .warc.gz")
    kinds.choices["made"].add_argument("--pages", type=int, default=2_000)
    kinds.choices["made"].add_argument("--seed", type=int, default=1)
    kinds.choices["made"].add_argument("--parts", type=int, default=1, help="archives to write, pages by turns")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    made = options.kind == "made"
    if options.data is None and not made:
        print("the real pages are not bundled: give the folder of the public data with --data", file=sys.stderr)
        raise SystemExit(2)
    logging.disable(logging.CRITICAL)  # trafilatura comments on pages
    gold = read_gold(options.data) if options.data else sample_pages()
    responses = made_responses(gold, options.pages, options.seed) if made else gold_responses(gold)
    write_warcs(parts_of(options.output, options.parts if made else 1), responses)


if __name__ == "__main__":
    main()
