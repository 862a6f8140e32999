"""The commands of `newsbeam`, one file for each or for a family. `newsbeam --help` loads none of them.

`options(parser)` says what a command takes and which function carries it out: `command(arguments) -> exit code`.
`arguments.beam` holds the options of Beam, for commands that set `knows_beam`.
"""
