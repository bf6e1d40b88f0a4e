"""The program under test, as the simulated clinic uses it: a training ledger of its own in a folder of its own."""

import json
import os
import subprocess

from house import OUTSIDER

HERE = os.path.dirname(os.path.abspath(__file__))
PHIAL = os.path.abspath(os.environ.get("PHIAL", os.path.join(HERE, "..", "..", "build", "phial")))


class Failed(Exception):
    pass


class Ledger:
    def __init__(self, folder, staff):
        """Staff are (handle, roles); the first two open the book."""
        os.makedirs(folder)
        self.folder, self.files = folder, 0
        self.handles, self.roles = zip(*staff)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PHIAL")}
        self.environment.update(HOME=folder, XDG_STATE_HOME=folder + "/state", XDG_CONFIG_HOME=folder + "/config", LC_ALL="C")

    def run(self, *words, good=(0,), clock=None):
        command = [PHIAL, *words, "--no-input", "--secrets", "secrets"] + (["--clock", clock] if clock else [])
        done = subprocess.run(command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        if done.returncode not in good:
            raise Failed("%s ended with %d: %s" % (" ".join(command), done.returncode, done.stderr))
        return done

    def ask(self, *words, clock=None):
        return json.loads(self.run(*words, "--json", clock=clock).stdout)

    def begin(self, clock):
        with open(os.path.join(self.folder, "secrets"), "w", encoding="utf-8") as file:
            os.chmod(file.fileno(), 0o600)
            for handle in self.handles + (OUTSIDER[0], "safe"):
                file.write("%s:the words of %s\n" % (handle, handle))
        for handle in self.handles + (OUTSIDER[0],):
            self.run("key", "new", handle)
        self.run("key", "recovery", "safe")
        self.run("init", "ledger", "--site", "Harbor Clinic", "--registration", "dea:AB1234563", "--zone", "America/New_York",
                 "--officer", self.handles[0] + ":" + self.roles[0], "--officer", self.handles[1] + ":" + self.roles[1],
                 "--recovery", "safe.pub", "--training", "--name-1", "First Officer", "--name-2", "Second Officer", clock=clock)
        self.environment["PHIAL_LEDGER"] = os.path.join(self.folder, "ledger")

    def import_lines(self, lines, *how):
        """The answers, one a line, as far as it came; and what it said beside them."""
        if not lines:
            return [], ""
        self.files += 1
        name = "%03d.ndjson" % self.files
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            for line, _ in lines:
                file.write(json.dumps(line) + "\n")
        done = self.run("import", name, *how, "--json", good=range(0, 8), clock=lines[-1][0]["recorded_at"])
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def scan_of(self, number):
        """A file that stands for a picture of the form of that number."""
        name = "form-%s.txt" % number
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write("the form %s\n" % number)
        return name

    def status(self):
        return self.ask("status")

    def only_looked_at(self, count):
        """Whether the newest so many entries say no more than that somebody looked."""
        rows = self.ask("log", "--limit", str(count))["rows"] if count > 0 else []
        return count > 0 and len(rows) == count and all(row["kind"] == "access" for row in rows)

    def closing_totals(self, clock):
        """Close the day: for each product, in the order of their definitions, what -> ng as the closing states it."""
        self.run("closing", "--as", self.handles[1], clock=clock)
        facts = self.ask("show", str(self.status()["closing"]))["facts"]
        rows = sorted(facts["totals"], key=lambda row: row["product"])
        return [{what: ng for what, ng in row.items() if what != "product" and ng} for row in rows]

    def stock(self, clock):
        """V-n -> ul of every container that is not finished."""
        return {row["id"]: row["left_ul"] for row in self.ask("stock", clock=clock)["rows"]}

    def verify(self):
        return self.run("verify", good=range(0, 8)).stdout.strip()

    def accounts(self, clock):
        """For each product, in the order of their definitions, what -> ng as the report of all time accounts for it."""
        rows = self.ask("report", "accountability", clock=clock)["rows"]
        return [{name[:-3].replace("_", "-"): ng for name, ng in row.items() if name.endswith("_ng") and ng} for row in rows]

    def attest(self, clock):
        """What is stated of all time, and what is said of that statement beside the book."""
        said = json.loads(self.run("attest", "-o", "statement.phial", "--as", self.handles[1], "--json", clock=clock).stdout)
        with open(os.path.join(self.folder, "site.pub"), "w", encoding="utf-8") as file:
            file.write(self.run("key", "show", "--seal").stdout)
        verdict = self.run("verify", "statement.phial", "--key", "site.pub", "--against", "ledger", good=range(0, 8)).stdout
        return said, verdict.strip()

    def export(self, clock):
        """The whole book as a file, and the seal's public key, which attest has left there."""
        self.run("export", "--purpose", "inspection", "--recipient", "State Board", "-o", "book.phial", "--as", self.handles[1],
                 clock=clock)
        return os.path.join(self.folder, "book.phial"), os.path.join(self.folder, "site.pub")
