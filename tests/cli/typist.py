"""Type at a program as a person would: wait for a prompt, then answer it.

    typist.py 'PROMPT=>ANSWER' 'PROMPT=>secret:ANSWER' 'PROMPT=>^C' 'PROMPT=>^\\' 'TEXT' ... -- COMMAND ARGUMENT...

The program runs on a terminal of its own. Each prompt is waited for in turn, a text without an answer too; `^C` and `^\\` are keys, `TERM` and `HUP` signals; `TSTP,ANSWER` is a request to stop
before the answer; `secret:` also looks whether
the terminal shows what is typed. What stood on the screen goes to standard output, and then a line
`echo: on` or `echo: off` with how the terminal was left. The exit status is the program's; 99 when a prompt
did not come.
"""
import os
import pty
import select
import signal
import sys
import termios
import time

SECONDS = 20
KEYS = {"^C": b"\x03", "^\\": b"\x1c"}
SIGNALS = {"TERM": signal.SIGTERM, "HUP": signal.SIGHUP}
STOP = "TSTP,"


def shows_typing(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def read_until(terminal, seen, start, prompt, deadline):
    """Read on until `prompt` stands in what was seen from `start`; where it ends, or None."""
    while True:
        at = seen.find(prompt, start)
        if prompt and at >= 0:
            return at + len(prompt)
        if time.monotonic() > deadline:
            return None
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:
            return None
        if not part:
            return None
        seen += part


def main():
    split = sys.argv.index("--")
    steps = [step.partition("=>") for step in sys.argv[1:split]]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[split + 1], sys.argv[split + 1:])
    before = termios.tcgetattr(terminal)
    seen, start, problems = bytearray(), 0, []
    deadline = time.monotonic() + SECONDS
    for prompt, arrow, answer in steps:
        start = read_until(terminal, seen, start, prompt.encode(), deadline)
        if start is None:
            problems.append("no prompt: " + prompt)
            break
        if not arrow:
            continue
        time.sleep(0.05)  # the prompt is there a moment before the program reads
        if answer in KEYS:
            os.write(terminal, KEYS[answer])
            continue
        if answer in SIGNALS:
            os.kill(child, SIGNALS[answer])
            continue
        if answer.startswith(STOP):
            os.kill(child, signal.SIGTSTP)
            time.sleep(0.05)
            answer = answer[len(STOP):]
        if answer.startswith("secret:"):
            answer = answer[len("secret:"):]
            if shows_typing(terminal):
                problems.append("a secret was shown: " + prompt)
        os.write(terminal, answer.encode() + b"\n")
    if problems and problems[0].startswith("no prompt"):
        os.write(terminal, b"\x03")
    read_until(terminal, seen, len(seen), b"", deadline)
    left = termios.tcgetattr(terminal)[3] & termios.ECHO == before[3] & termios.ECHO
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.stdout.write(seen.decode(errors="replace").replace("\r\n", "\n"))
    print("echo: " + ("on" if left else "off"))
    for problem in problems:
        print("typist: " + problem)
    return 99 if problems else status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
