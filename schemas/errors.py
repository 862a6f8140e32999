"""Why a command cannot go on: a code for each kind of trouble, which stands behind the sentence that tells it."""

from enum import StrEnum


class Code(StrEnum):
    """Codes never change their meaning. docs/errors.md is made from the comments here: what it means, what to do."""

    # the command line
    UNKNOWN_OPTION = "NB101"  # an option or command that is not known; --help lists those that are
    BAD_VALUE = "NB102"  # an option has a value that it cannot have; the sentence says which it can have
    NOTHING_NAMED = "NB103"  # something that is needed was not given: an input, an output, an id; add it
    AT_ODDS = "NB104"  # two options that do not go together; leave one of them out
    BAD_CONFIG = "NB105"  # the file of --config cannot be read, is not YAML, or names no option; mend it
    RUNNER = "NB106"  # Beam cannot start the runner or does not take its options; check them, and what is installed
    NO_PROFILER = "NB107"  # the run cannot be profiled here; the sentence says what to install or to allow
    # inputs
    MISSING_INPUT = "NB201"  # a file, folder or pattern leads to nothing, or to the wrong kind of thing; check the path
    UNREADABLE_INPUT = "NB202"  # a list or taxonomy cannot be read as one; the sentence says where it breaks
    NO_CONTACT = "NB203"  # public hosts are asked only when --contact says who asks; docs/politeness.md says why
    CREDENTIALS = "NB204"  # an address holds a password, which is never sent from there; use --headers-file
    BAD_HEADERS = "NB205"  # the file of headers for single origins cannot be read; docs/politeness.md has its form
    NOT_AN_ADDRESS = "NB206"  # an address or name of a host is none; write it in full, with https://
    # the dataset
    NO_DATASET = "NB301"  # nothing was ever written there; name the folder or address that a run wrote to
    UNWRITABLE = "NB302"  # a folder or file cannot be written; check its rights and the disk, or name another
    DISAGREEMENT = "NB303"  # another version or partition than the dataset has; newsbeam migrate, or another output
    NOT_IN_DATASET = "NB304"  # the dataset has no such run, article, feed or table; the sentence says how to look
    BAD_QUERY = "NB305"  # the question is no SQL that the dataset can answer; docs/dataset.md has the tables
    LOCKED = "NB306"  # another command is writing this dataset; wait until it has ended
    STORAGE = "NB307"  # the disk or store failed on the way; what was committed is whole; free some space and run again
    # how a run ended
    ALL_FAILED = "NB401"  # every input failed; the table failures says why, docs/failures.md what to do
    UNBALANCED = "NB402"  # the counts do not add up, so nothing was committed; please report it with the run's record
    INTERRUPTED = "NB403"  # told to stop; what was read is committed or staged, and the next run carries on
    ENGINE = "NB404"  # the runner gave up, as when a worker died; what was read is staged, so run the same again
    BUG = "NB499"  # a bug of ours; please report it with the lines above it
