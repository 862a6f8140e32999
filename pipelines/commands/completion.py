"""`newsbeam completion bash|zsh|fish`: a script that completes commands, tools and options, made from the parsers."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.exits import Exit
from pipelines.terminal import put

HOW = 'eval "$(newsbeam completion bash)" for this shell; for all of them put that line into its start file'


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What may follow a command or one of its tools: each word with what it means."""

    path: tuple[str, ...]
    words: Mapping[str, str]


def options(parser: argparse.ArgumentParser) -> None:
    """The shell."""
    parser.epilog = HOW
    parser.add_argument("shell", choices=tuple(SHELLS), help="the shell that reads the script")
    parser.set_defaults(command=completion)


def completion(arguments: argparse.Namespace) -> int:
    """Print the script."""
    from pipelines.cli import whole_parser  # noqa: PLC0415  # which itself loads this command

    put("\n".join(SHELLS[arguments.shell](list(words_of(whole_parser())))))
    return Exit.DONE


def words_of(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[Words]:
    """The words of a parser and of all below it, the outermost first."""
    below: dict[str, argparse.ArgumentParser] = {}
    words: dict[str, str] = {}
    for action in parser._actions:  # argparse has no other list of them
        if isinstance(action, argparse._SubParsersAction):
            below = dict(action.choices)
            words |= {each.dest: each.help or "" for each in action._choices_actions}
        elif action.option_strings:
            shown = "" if action.help in (None, argparse.SUPPRESS) else str(action.help) % vars(action)
            words |= dict.fromkeys(action.option_strings, shown)
        elif action.choices:
            words |= dict.fromkeys(map(str, action.choices), "")
    yield Words(path=path, words=words)
    for name, each in below.items():
        yield from words_of(each, (*path, name))


def _bash(found: list[Words]) -> Iterator[str]:
    yield '# Completion of newsbeam for bash: eval "$(newsbeam completion bash)"'
    yield "_newsbeam() {"
    yield '  local word="${COMP_WORDS[COMP_CWORD]}" path="${COMP_WORDS[1]} ${COMP_WORDS[2]}" words='
    yield "  COMPREPLY=()"
    yield '  if [ "$COMP_CWORD" -eq 1 ]; then path=" "; fi'
    yield '  if [ "$COMP_CWORD" -eq 2 ]; then path="${COMP_WORDS[1]} "; fi'
    yield '  case "$path" in'
    for each in reversed(found):  # tools before their commands
        pattern = (
            "' '" if not each.path else f"'{' '.join(each.path)}'*" if len(each.path) > 1 else f"'{each.path[0]} '*"
        )
        yield f"    {pattern}) words='{' '.join(each.words)}' ;;"
    yield "  esac"
    yield '  if [[ "$word" == -* || "$COMP_CWORD" -eq 1 ]]; then COMPREPLY=($(compgen -W "$words" -- "$word"))'
    yield '  else COMPREPLY=($(compgen -W "${words//--*([!\' \'])/}" -- "$word") $(compgen -f -- "$word")); fi'
    yield "}"
    yield "shopt -s extglob; complete -o filenames -F _newsbeam newsbeam"


def _zsh(found: list[Words]) -> Iterator[str]:
    yield "#compdef newsbeam"
    yield '# Completion of newsbeam for zsh: eval "$(newsbeam completion zsh)"'
    yield "_newsbeam() {"
    yield "  local -a words_"
    yield '  local path_="$words[2] $words[3]"'
    yield '  (( CURRENT == 2 )) && path_=" "'
    yield '  (( CURRENT == 3 )) && path_="$words[2] "'
    yield '  case "$path_" in'
    for each in reversed(found):
        pattern = (
            "' '" if not each.path else f"'{' '.join(each.path)}'*" if len(each.path) > 1 else f"'{each.path[0]} '*"
        )
        yield f"    {pattern}) words_=({' '.join(_zsh_word(*pair) for pair in each.words.items())}) ;;"
    yield "  esac"
    yield "  _describe 'newsbeam' words_"
    yield "  (( CURRENT > 2 )) && _files"
    yield "}"
    yield "compdef _newsbeam newsbeam"


def _zsh_word(word: str, meaning: str) -> str:
    return _quoted(f"{word}:{meaning}" if meaning else word)


def _fish(found: list[Words]) -> Iterator[str]:
    yield "# Completion of newsbeam for fish: newsbeam completion fish | source"
    for each in found:
        seen = [f"__fish_seen_subcommand_from {name}" for name in each.path]
        when = "; and ".join(seen) or "__fish_use_subcommand"
        for word, meaning in each.words.items():
            name = (
                f"-l {word[2:]}"
                if word.startswith("--")
                else f"-s {word[1:]}"
                if word.startswith("-")
                else f"-a {word}"
            )
            yield f"complete -c newsbeam -n {_quoted(when)} {name}" + (f" -d {_quoted(meaning)}" if meaning else "")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "’") + "'"


SHELLS: Mapping[str, Callable[[list[Words]], Iterator[str]]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
