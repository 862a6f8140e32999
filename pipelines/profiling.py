"""A run under py-spy, which looks at all processes of it and draws a flame graph.

The command is started once more, as a child of py-spy: systems let a process look at its own children where they forbid
to look at others. That child has our own streams, leaves its exit code in a file, and hears of Ctrl-C from us.

python -m pipelines.profiling FOLDER STDIN STDOUT STDERR WORD…  is that child.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipelines.exits import Exit
from pipelines.options import UsageError
from pipelines.terminal import say
from schemas.errors import Code

PER_SECOND = 100  # looks at each process
SAID, PROCESS, ENDED = "said", "process", "exit-code"  # files: what py-spy says, who runs, how the run ended
DENIED = ("permission denied", "operation not permitted")
INSTALL = "--profile needs py-spy, which is not installed; run: pip install 'newsbeam[profile]'"
ALLOW = (
    "--profile cannot be carried out: this system does not let py-spy look at processes; in a container allow it with"
    " --cap-add SYS_PTRACE, elsewhere run as root or set kernel.yama.ptrace_scope to 0 or 1"
)


def profiled(words: Sequence[str], target: str) -> int:
    """Carry a command line out under py-spy, which writes `target`; the exit code of the command."""
    spy = shutil.which("py-spy", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
    if spy is None:
        raise UsageError(INSTALL, Code.NO_PROFILER)
    if not Path(target).absolute().parent.is_dir():
        raise UsageError(f"--profile {target} cannot be written: its folder is not there", Code.UNWRITABLE)
    Path(target).unlink(missing_ok=True)  # one of before is not taken for this one
    with tempfile.TemporaryDirectory(prefix="newsbeam-") as folder:
        code = _carry_out(spy, words, target, Path(folder))
    say(f"newsbeam: {target} is written")
    return code


def without_profile(words: Sequence[str]) -> list[str]:
    """A command line without the option that asks for a profile."""
    kept, left = [], iter(words)
    for word in left:
        if word == "--profile":
            next(left, None)
        elif not word.startswith("--profile="):
            kept.append(word)
    return kept


def _carry_out(spy: str, words: Sequence[str], target: str, folder: Path) -> int:
    ours = [os.dup(each) for each in (0, 1, 2)]
    record = [spy, "record", "--subprocesses", "--rate", str(PER_SECOND), "--output", target]
    inner = [sys.executable, "-P", "-m", "pipelines.profiling", str(folder), *map(str, ours), *without_profile(words)]
    with (folder / SAID).open("wb") as said:
        process = subprocess.Popen(  # noqa: S603  # py-spy, and our own interpreter and module; no shell
            [*record, "--", *inner],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            pass_fds=ours,
            process_group=0,  # Ctrl-C is for us: py-spy would kill the run on it
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)},
        )
        stopped = _wait(process, folder)
    for each in ours:
        os.close(each)
    return _outcome(folder, target, stopped=stopped)


def _wait(process: "subprocess.Popen[bytes]", folder: Path) -> bool:
    """Wait for py-spy; a run that is interrupted is told so and ends in its own time. Whether it was."""
    stopped = False
    while process.poll() is None:
        try:
            process.wait()
        except KeyboardInterrupt:
            stopped = True
            _interrupt(folder)
    return stopped


def _interrupt(folder: Path) -> None:
    try:
        os.kill(int((folder / PROCESS).read_text(encoding="ascii")), signal.SIGINT)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return  # it has not begun, or it has ended


def _outcome(folder: Path, target: str, *, stopped: bool) -> int:
    """The run's exit code, where it ran and the profile is there. A run that was stopped may end without a word."""
    if stopped and (folder / PROCESS).exists() and not (folder / ENDED).exists():
        (folder / ENDED).write_text(str(int(Exit.INTERRUPTED)), encoding="ascii")
    said = (folder / SAID).read_text(encoding="utf-8", errors="replace")
    ended = folder / ENDED
    if not ended.exists() and any(each in said.lower() for each in DENIED):
        raise UsageError(ALLOW, Code.NO_PROFILER)
    if not ended.exists() or not Path(target).exists():
        last = next((line for line in reversed(said.splitlines()) if "rror" in line), "it says nothing")
        raise UsageError(f"--profile {target} was not written; py-spy: {last.strip()}", Code.NO_PROFILER)
    return int(ended.read_text(encoding="ascii"))


def _run_inside(folder: Path, streams: Sequence[int], words: Sequence[str]) -> None:
    from pipelines.cli import main  # noqa: PLC0415  # which imports this module, where it is asked for

    (folder / PROCESS).write_text(str(os.getpid()), encoding="ascii")
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    (folder / ENDED).write_text(str(main(words)), encoding="ascii")


if __name__ == "__main__":
    _run_inside(Path(sys.argv[1]), [int(each) for each in sys.argv[2:5]], sys.argv[5:])
