"""Times this kernel beside another: python3 measure.py [KERNEL...]; ours is .net-csharp, IPython's python3."""
import os
import statistics
import sys
import time

from conftest import Kernel, pytest_configure
import conftest

CSHARP = {"one": "1+1", "print": "for (int i = 0; i < 10000; i++) Console.WriteLine(i);", "loop": "while (true) { }",
          "sleep": "System.Threading.Thread.Sleep(-1);", "cell": "int v{0} = {0}; var list{0} = Enumerable.Range(0, 10).Select(x => x + v{0}).ToList(); list{0}.Sum()",
          "complete": "Console.Wri", "inspect": "Console.WriteLine"}
PYTHON = {"one": "1+1", "print": "for i in range(10000): print(i)", "loop": "while True: pass", "sleep": "import time; time.sleep(1000)",
          "cell": "v{0} = {0}; list{0} = [x + v{0} for x in range(10)]; sum(list{0})", "complete": "pri", "inspect": "print"}


def seconds(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def memory(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024


def interrupt(kernel, code):
    msg_id = kernel.client.execute(code)
    time.sleep(0.3)
    start = time.perf_counter()
    kernel.manager.interrupt_kernel()
    kernel.reply(msg_id)
    return time.perf_counter() - start


def ask(kernel, request, text):
    return seconds(lambda: kernel.reply(getattr(kernel.client, request)(text, len(text))))


def measure(name, cells):
    conftest.NAME = name
    code = PYTHON if name.startswith("python") else CSHARP
    start = time.perf_counter()
    kernel = Kernel()
    print(f"{name}: ready {time.perf_counter() - start:.3f} s")
    try:
        def median(action, count):
            times = sorted(action() for _ in range(count))
            return f"{1000 * statistics.median(times):.1f} ms (at worst {1000 * times[-1]:.1f})"

        print(f"  first cell {1000 * seconds(lambda: kernel.run(code['one'])):.1f} ms")
        time.sleep(3)
        print(f"  1+1 {median(lambda: seconds(lambda: kernel.run(code['one'])), 100)}")
        print(f"  complete {median(lambda: ask(kernel, 'complete', code['complete']), 10)}")
        print(f"  inspect {median(lambda: ask(kernel, 'inspect', code['inspect']), 10)}")
        print(f"  interrupt of a loop {median(lambda: interrupt(kernel, code['loop']), 5)}")
        print(f"  interrupt of a wait {median(lambda: interrupt(kernel, code['sleep']), 5)}")
        print(f"  10,000 lines {seconds(lambda: kernel.run(code['print'])):.3f} s")
        pid = kernel.manager.provisioner.process.pid
        print(f"  memory {memory(pid):.0f} MB")
        for i in range(cells):
            last = seconds(lambda: kernel.run(code["cell"].format(i)))
            if i % 200 == 199:
                print(f"  {i + 1} cells: {median(lambda: seconds(lambda: kernel.run(code['one'])), 21)}, cell {1000 * last:.1f} ms, memory {memory(pid):.0f} MB")
    finally:
        kernel.end()


if __name__ == "__main__":
    pytest_configure(None)
    for name in sys.argv[1:] or [".net-csharp", "python3"]:
        measure(name, int(os.environ.get("CELLS", "600")))
