"""What Jupyter's own tests leave out: requests and what answers them."""
import time

import pytest

from conftest import course


def states(kernel, msg_id):
    """The messages published because of a request, until the kernel is idle."""
    seen = []
    while True:
        message = kernel.client.get_iopub_msg(timeout=15)
        if message["parent_header"].get("msg_id") == msg_id:
            seen.append(message)
            if message["content"].get("execution_state") == "idle":
                return seen


@pytest.mark.parametrize("request_name", ["kernel_info", "comm_info"])
def test_busy_comes_first_and_idle_last(kernel, request_name):
    msg_id = getattr(kernel.client, request_name)()
    seen = states(kernel, msg_id)
    assert [m["content"]["execution_state"] for m in seen] == ["busy", "idle"]
    assert kernel.reply(msg_id)["content"]["status"] == "ok"


def test_an_execution_in_order(kernel):
    msg_id = kernel.client.execute('Console.Write("a"); display(1); Console.Write("b"); 2')
    seen = states(kernel, msg_id)
    assert [m["msg_type"] for m in seen] == [
        "status", "execute_input", "stream", "display_data", "stream", "execute_result", "status"]
    assert {m["parent_header"]["session"] for m in seen} == {kernel.client.session.session}
    count = kernel.reply(msg_id)["content"]["execution_count"]
    assert seen[1]["content"]["execution_count"] == seen[5]["content"]["execution_count"] == count


def test_kernel_info_on_control_while_a_cell_runs(kernel):
    cell = kernel.client.execute("System.Threading.Thread.Sleep(1000);")
    message = kernel.client.session.msg("kernel_info_request", {})
    start = time.time()
    kernel.client.control_channel.send(message)
    answer = kernel.reply(message["header"]["msg_id"], "control")
    assert time.time() - start < 0.9
    assert answer["content"]["language_info"]["file_extension"] == ".cs"
    kernel.reply(cell)


def test_silent_publishes_nothing_and_is_not_counted(kernel):
    before = int(kernel.run("1")[0]["execution_count"])
    reply, outputs = kernel.run('Console.Write("x"); display(2); int silentlyDeclared = 5; 3', silent=True)
    assert reply["status"] == "ok" and outputs == []
    assert kernel.text("silentlyDeclared") == "5"
    assert kernel.run("1")[0]["execution_count"] == before + 2


def test_uncounted_cells_show_their_value(kernel):
    before = kernel.run("1")[0]["execution_count"]
    reply, outputs = kernel.run("4", store_history=False)
    assert outputs[0]["content"]["data"]["text/plain"] == "4"
    assert kernel.run("1")[0]["execution_count"] == before + 1


def test_user_expressions(kernel):
    reply, _ = kernel.run("int u = 20;", user_expressions={"good": "u + 1", "bad": "nowhere", "void": 'Console.Write("")'})
    assert reply["user_expressions"]["good"]["data"]["text/plain"] == "21"
    assert reply["user_expressions"]["bad"]["status"] == "error" and reply["user_expressions"]["bad"]["ename"] == "CS0103"
    assert reply["user_expressions"]["void"]["status"] == "ok"


def test_stop_on_error_calls_waiting_cells_off(kernel):
    bad = kernel.client.execute('System.Threading.Thread.Sleep(300); throw new Exception("no");')
    waiting = [kernel.client.execute("1") for _ in range(3)]
    info = kernel.client.kernel_info()
    assert kernel.reply(bad)["content"]["status"] == "error"
    assert [kernel.reply(w)["content"]["status"] for w in waiting] == ["aborted"] * 3
    assert kernel.reply(info)["content"]["status"] == "ok"
    assert kernel.text("1") == "1"
    bad = kernel.client.execute("nonsense", stop_on_error=False)
    waiting = kernel.client.execute("1")
    assert kernel.reply(bad)["content"]["ename"] == "CS0103"
    assert kernel.reply(waiting)["content"]["status"] == "ok"


def test_errors_say_where(kernel):
    reply, outputs = kernel.run("int zero = 0;\nint y = 1 / zero;")
    assert reply["ename"] == "System.DivideByZeroException"
    assert any("line 2: int y = 1 / zero;" in line for line in reply["traceback"])
    assert outputs[-1]["msg_type"] == "error" and outputs[-1]["content"]["ename"] == reply["ename"]
    reply, _ = kernel.run("int y = missing;")
    assert "        ^~~~~~~".strip() in "\n".join(reply["traceback"])


def test_blank_cells_are_not_counted(kernel):
    before = kernel.run("1")[0]["execution_count"]
    assert kernel.run("  \n")[0]["status"] == "ok"
    assert kernel.run("1")[0]["execution_count"] == before + 1


def test_displays_are_updated_and_cleared(kernel):
    _, outputs = kernel.run('var shown = display("one"); shown.Update("two"); ClearOutput(wait: true); display("three", "text/html");')
    assert [m["msg_type"] for m in outputs] == ["display_data", "update_display_data", "clear_output", "display_data"]
    ids = [m["content"]["transient"]["display_id"] for m in outputs if "transient" in m["content"]]
    assert ids[0] == ids[1] != ids[2]
    assert outputs[1]["content"]["data"] == {"text/plain": "two"}
    assert outputs[2]["content"] == {"wait": True}
    _, outputs = kernel.run('shown.Update("later")')
    assert outputs[0]["msg_type"] == "update_display_data" and outputs[0]["content"]["transient"]["display_id"] == ids[0]


def test_input(kernel):
    asked = []

    def answer(message):
        asked.append(message["content"])
        kernel.client.input(f"answer {len(asked)}")

    reply = kernel.client.execute_interactive(
        'Console.Write("before "); Console.WriteLine(Console.ReadLine() + ", " + Input("Name? ") + ", " + Password());',
        timeout=15, allow_stdin=True, stdin_hook=answer, output_hook=lambda m: None)
    assert reply["content"]["status"] == "ok"
    assert asked == [
        {"prompt": "", "password": False}, {"prompt": "Name? ", "password": False}, {"prompt": "Password: ", "password": True}]
    assert "allow_stdin" in kernel.run("Console.ReadLine()")[0]["evalue"]


def test_a_question_ends_with_an_interrupt(kernel):
    msg_id = kernel.client.execute('Input("?")', allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=15)
    kernel.manager.interrupt_kernel()
    assert kernel.reply(msg_id)["content"]["status"] == "error"
    assert kernel.text("1") == "1"


def test_comms_nobody_takes_are_closed(kernel):
    message = kernel.client.session.msg("comm_open", {"comm_id": "c1", "target_name": "nobody", "data": {}})
    kernel.client.shell_channel.send(message)
    seen = states(kernel, message["header"]["msg_id"])
    assert [m["content"]["comm_id"] for m in seen if m["msg_type"] == "comm_close"] == ["c1"]
    assert kernel.reply(kernel.client.comm_info())["content"]["comms"] == {}


def test_an_unknown_request_is_survived(kernel):
    message = kernel.client.session.msg("make_coffee_request", {})
    kernel.client.shell_channel.send(message)
    assert len(states(kernel, message["header"]["msg_id"])) == 2
    assert kernel.text("1") == "1"


def test_completion_counts_code_points(kernel):
    reply = kernel.reply(kernel.client.complete('"😀".Len', 8))["content"]
    assert reply["status"] == "ok" and reply["cursor_start"] <= reply["cursor_end"] <= 8


@pytest.mark.parametrize("text", ["ä€😀", "\\0\\u0001\\u001b[31m", "\\ud83d", "<>&'"])
def test_text_of_all_kinds_arrives(kernel, text):
    reply, outputs = kernel.run(f'Console.Write("{text}");')
    expected = {"\\ud83d": "\ufffd"}.get(text, text.encode().decode("unicode_escape") if "\\" in text else text)
    assert outputs[0]["content"]["text"] == expected


def test_halves_of_a_character_arrive_together(kernel):
    code = 'Console.Write("\\ud83d"); System.Threading.Thread.Sleep(100); Console.Write("\\ude00");'
    assert kernel.text(code) == "😀"


def test_threads_print_after_their_cell(kernel):
    kernel.run('_ = Task.Run(async () => { await Task.Delay(300); Console.Write("late"); });')
    assert kernel.text("await Task.Delay(600);") == "late"


def test_history_is_kept_between_runs(fresh):
    fresh.run('"kept between runs"')
    fresh.manager.shutdown_kernel(restart=True)
    fresh.manager.restart_kernel()
    fresh.client.wait_for_ready(timeout=30)
    found = fresh.reply(fresh.client.history(hist_access_type="search", pattern="*between runs*", output=True))["content"]["history"]
    assert found[-1][2] == ['"kept between runs"', "kept between runs"]
    fresh.run("int second = 1;")
    before = fresh.reply(fresh.client.history(hist_access_type="range", session=-1, start=1, stop=2))["content"]["history"]
    assert [entry[2] for entry in before] == ['"kept between runs"']
    now = fresh.reply(fresh.client.history(hist_access_type="range", session=0))["content"]["history"]
    assert [entry[2] for entry in now] == ["int second = 1;"]


def test_restart_forgets_variables_and_keeps_the_ports(fresh):
    fresh.run("int kept = 1;")
    before = fresh.manager.get_connection_info()["shell_port"]
    fresh.manager.restart_kernel()
    fresh.client.wait_for_ready(timeout=30)
    assert fresh.manager.get_connection_info()["shell_port"] == before
    assert fresh.run("kept")[0]["ename"] == "CS0103"
    assert fresh.run("1")[0]["execution_count"] == 2


def test_shutdown_answers_and_ends_even_while_a_cell_runs(fresh):
    fresh.client.execute("while (true) { }")
    time.sleep(0.5)
    message = fresh.client.session.msg("shutdown_request", {"restart": False})
    fresh.client.control_channel.send(message)
    assert fresh.reply(message["header"]["msg_id"], "control")["content"] == {"restart": False, "status": "ok"}
    deadline = time.time() + 5
    while fresh.manager.is_alive() and time.time() < deadline:
        time.sleep(0.05)
    assert not fresh.manager.is_alive()


def test_a_cell_that_crashes_the_process_ends_it(fresh):
    fresh.client.execute('Environment.FailFast("crash");')
    deadline = time.time() + 15
    while fresh.manager.is_alive() and time.time() < deadline:
        time.sleep(0.05)
    assert not fresh.manager.is_alive()
    fresh.manager.restart_kernel()
    fresh.client.wait_for_ready(timeout=30)
    assert fresh.text("1") == "1"


def test_doctor_finds_the_kernel():
    done = course("doctor")
    assert "Kernel: .net-csharp in" in done.stdout and "another build" not in done.stdout, done.stdout
