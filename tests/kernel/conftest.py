"""Installs the kernel as `course install` does, into a folder of its own, and starts it for tests."""
import os
import pathlib
import signal
import subprocess
import tempfile

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = tempfile.TemporaryDirectory(prefix="kernel-tests-")
NAME = ".net-csharp"

# The user's own Jupyter folders and history must be neither read nor changed.
os.environ["XDG_DATA_HOME"] = os.environ["JUPYTER_DATA_DIR"] = os.path.join(HOME.name, "data")
os.environ["JUPYTER_PATH"] = os.path.join(HOME.name, "prefix", "share", "jupyter")
os.environ["JUPYTER_RUNTIME_DIR"] = os.path.join(HOME.name, "runtime")


# Where these tests run in a shell's background, interrupts are ignored, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def course(*args, **environment):
    program = next((ROOT / "src" / "Course" / "bin").glob("*/net10.0/course.dll"))
    return subprocess.run(
        ["dotnet", program, *args], cwd=ROOT, capture_output=True, text=True, timeout=120, env={**os.environ, **environment})


def pytest_configure(config):
    done = course("install", "--prefix", os.path.join(HOME.name, "prefix"))
    assert done.returncode == 0, done.stderr


class Kernel:
    """A kernel and a client of it, with shorthands for what tests ask."""

    def __init__(self, **how):
        self.manager = KernelManager(kernel_name=NAME)
        self.manager.start_kernel(**how)
        self.client = self.connect()

    def connect(self):
        # Not manager.client(): those share one session, and with it one identity and one counter of messages.
        client = BlockingKernelClient(connection_file=self.manager.connection_file, parent=self.manager)
        client.load_connection_file()
        client.start_channels()
        client.wait_for_ready(timeout=30)
        return client

    def run(self, code, client=None, timeout=30, **how):
        """Runs a cell; gives the reply's content and what was published, the states busy and idle left out."""
        client = client or self.client
        how.setdefault("allow_stdin", False)
        outputs = []
        reply = client.execute_interactive(code, timeout=timeout, output_hook=outputs.append, **how)
        return reply["content"], [m for m in outputs if m["msg_type"] not in ("status", "execute_input")]

    def text(self, code, **how):
        """Runs a cell that must end well; gives what it printed and showed, as text."""
        reply, outputs = self.run(code, **how)
        assert reply["status"] == "ok", reply
        return "".join(m["content"]["text"] if m["msg_type"] == "stream" else m["content"]["data"]["text/plain"] for m in outputs
                       if m["msg_type"] in ("stream", "execute_result", "display_data"))

    def reply(self, msg_id, channel="shell", timeout=15):
        """The answer to a request."""
        get = getattr(self.client, f"get_{channel}_msg")
        while True:
            message = get(timeout=timeout)
            if message["parent_header"].get("msg_id") == msg_id:
                return message

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel():
    kernel = Kernel()
    yield kernel
    kernel.end()


@pytest.fixture
def fresh():
    kernel = Kernel()
    yield kernel
    kernel.end()
