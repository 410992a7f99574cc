"""Every kind of loop and wait ends when the client interrupts, and what cells declared stays."""
import time

import pytest

STUCK = {
    "loop": "while (true) { }",
    "loop that swallows": "while (true) { try { System.Threading.Thread.Sleep(1); } catch { } }",
    "goto": "again: goto again;",
    "recursion": "long F(int n) => n < 2 ? n : F(n - 1) + F(n - 2); F(90)",
    "linq": "Enumerable.Repeat(1L, int.MaxValue).Select(x => x + 1).SelectMany(x => Enumerable.Range(0, int.MaxValue)).Count(x => x > 1)",
    "print": "while (true) Console.WriteLine(1);",
    "lambda": "Action spin = () => { for (;;); }; spin();",
    "sleep": "System.Threading.Thread.Sleep(-1);",
    "lock": "var o = new object(); var t = new System.Threading.Thread(() => { lock (o) System.Threading.Thread.Sleep(3000); });"
            "t.Start(); System.Threading.Thread.Sleep(100); lock (o) { }",
    "task wait": "Task.Delay(-1).Wait();",
    "await": "await Task.Delay(-1);",
    "await for ever": "await new TaskCompletionSource().Task;",
    "await in a loop": "while (true) await Task.Yield();",
    "parallel": "Parallel.For(0, 1000, i => { while (true) { } });",
    "starved pool": "for (int i = 0; i < 200; i++) Task.Run(() => System.Threading.Thread.Sleep(3000)); await Task.Delay(-1);",
    "join": "var w = new System.Threading.Thread(() => { while (true) { } }); w.Start(); w.Join();",
}


@pytest.mark.parametrize("kind", STUCK)
def test_interrupt(kernel, kind):
    kernel.run("int kept = 5;")
    msg_id = kernel.client.execute(STUCK[kind], allow_stdin=False)
    time.sleep(0.4)
    start = time.time()
    kernel.manager.interrupt_kernel()
    reply = kernel.reply(msg_id)["content"]
    took = time.time() - start
    assert reply["status"] == "error" and reply["ename"] == "Interrupted", reply
    assert kernel.text("kept + 1") == "6"
    print(f"{kind}: {1000 * took:.0f} ms")
    assert took < 2


def test_an_interrupt_without_a_cell_does_nothing(kernel):
    request = kernel.client.session.msg("interrupt_request", {})
    kernel.client.control_channel.send(request)
    # Before it is answered it may still meet the cell, which comes another way.
    assert kernel.reply(request["header"]["msg_id"], "control")["content"]["status"] == "ok"
    assert kernel.text("1") == "1"


def test_interrupts_in_quick_succession(kernel):
    for _ in range(5):
        msg_id = kernel.client.execute("while (true) { }")
        time.sleep(0.1)
        kernel.manager.interrupt_kernel()
        kernel.manager.interrupt_kernel()
        assert kernel.reply(msg_id)["content"]["status"] == "error"
    time.sleep(0.2)
    assert kernel.text("int sum = 0; for (int i = 0; i < 5; i++) sum += i; sum") == "10"


def test_a_signal_interrupts_too(kernel):
    import os
    import signal
    msg_id = kernel.client.execute('Console.Write("running"); while (true) { }')
    while kernel.client.get_iopub_msg(timeout=15)["content"].get("text") != "running":
        pass  # before it runs there is nothing to interrupt, and a signal is rightly ignored
    os.kill(kernel.manager.provisioner.process.pid, signal.SIGINT)
    assert kernel.reply(msg_id)["content"]["status"] == "error"
    assert kernel.text("1") == "1"


def test_an_interrupt_while_the_cell_is_compiled(fresh):
    code = "var q = Enumerable.Range(0, 5).Select(x => (x, x.ToString())).GroupBy(p => p.Item1).ToDictionary(g => g.Key, g => g.ToList());" \
           "await Task.Delay(3000);"
    for i in range(10):
        msg_id = fresh.client.execute(code)
        time.sleep(0.005 * i)
        fresh.manager.interrupt_kernel()
        assert fresh.reply(msg_id)["content"]["status"] in ("error", "ok")
        assert fresh.text("1 + 1") == "2"
