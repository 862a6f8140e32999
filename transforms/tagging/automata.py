"""Automata that find many words in one scan of a text."""

from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

TABLE_BYTES = 25_000  # of all patterns: a table for more of them takes ten megabytes and beyond


def make_automaton(patterns: Sequence[str]) -> AhoCorasick:
    """Finds the leftmost, of these the longest. Few patterns get a table of all steps: twice as fast, far larger."""
    few = sum([len(pattern.encode()) for pattern in patterns]) <= TABLE_BYTES
    return AhoCorasick(
        patterns,
        matchkind=MatchKind.LeftmostLongest,
        implementation=Implementation.DFA if few else Implementation.ContiguousNFA,
    )
