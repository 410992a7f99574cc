"""The wire below the messages: peers that lie, leave, flood, repeat, or never read."""
import concurrent.futures
import json
import os
import socket
import stat
import struct
import time

import pytest
import zmq

from conftest import HOME


def greeting(version=3, mechanism=b"NULL", padding=bytes(8)):
    return b"\xff" + padding + b"\x7f" + bytes([version, 0]) + mechanism.ljust(20, b"\0") + bytes(32)


def ready(socket_type, identity=None):
    body = b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(socket_type)) + socket_type
    if identity is not None:
        body += b"\x08Identity" + struct.pack(">I", len(identity)) + identity
    return b"\x04" + bytes([len(body)]) + body


class Peer:
    """A peer of a few lines, which can break every rule."""

    def __init__(self, port, socket_type=b"DEALER", hello=True, **how):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        if hello:
            self.socket.sendall(greeting())
            self.theirs = self.take(64)
            self.socket.sendall(ready(socket_type, **how))
            self.ready = self.frame()

    def take(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def frame(self):
        flags = self.take(1)[0]
        size = struct.unpack(">Q", self.take(8))[0] if flags & 2 else self.take(1)[0]
        return flags, self.take(size)

    def message(self):
        frames = []
        while True:
            flags, body = self.frame()
            frames.append(body)
            if not flags & 1:
                return frames

    def send(self, *frames):
        for i, body in enumerate(frames):
            more = 1 if i < len(frames) - 1 else 0
            self.socket.sendall(bytes([more | 2]) + struct.pack(">Q", len(body)) + body)

    def is_closed(self):
        try:
            while self.socket.recv(4096):
                pass
            return True
        except ConnectionError:
            return True
        except socket.timeout:
            return False


@pytest.fixture
def ports(kernel):
    return kernel.manager.get_connection_info()


def signed(kernel, kind, content):
    """A message's frames as a client would send them."""
    session = kernel.client.session
    return session.serialize(session.msg(kind, content))


def fields(frames):
    at = frames.index(b"<IDS|MSG>")
    return [json.loads(f) for f in frames[at + 2:at + 6]]


def alive(kernel):
    return kernel.text("1 + 1") == "2"


def test_the_handshake(ports):
    peer = Peer(ports["shell_port"])
    assert peer.theirs[0] == 0xFF and peer.theirs[9] & 1 and peer.theirs[10:12] == b"\x03\x00"
    assert peer.theirs[12:32] == b"NULL".ljust(20, b"\0")
    flags, body = peer.ready
    assert flags == 4 and body.startswith(b"\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER")


@pytest.mark.parametrize("padding", [bytes(8), b"\0\0\0\0\0\0\0\1", b"\xff" * 8])
def test_padding_means_nothing(ports, padding):
    peer = Peer(ports["shell_port"], hello=False)
    peer.socket.sendall(greeting(padding=padding))
    peer.take(64)
    peer.socket.sendall(ready(b"DEALER"))
    assert peer.frame()[1].startswith(b"\x05READY")


@pytest.mark.parametrize("bytes_sent", [
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".ljust(64), greeting(version=1), greeting(mechanism=b"CURVE"),
    greeting() + ready(b"SUB"), greeting() + b"\x00\x05hello", greeting() + b"\x04\x03\x09AB", greeting() + b"\x48\x00",
    greeting() + ready(b"DEALER") + b"\x02" + struct.pack(">Q", 1 << 40),
    greeting() + ready(b"DEALER") + b"\xff\x00",
], ids=["http", "old", "curve", "wrong type", "message first", "bad command", "bad flags", "oversized", "all flags"])
def test_who_breaks_the_rules_is_shown_out(kernel, ports, bytes_sent):
    peer = Peer(ports["shell_port"], hello=False)
    peer.socket.sendall(bytes_sent)
    assert peer.is_closed()
    assert alive(kernel)


@pytest.mark.parametrize("part", [b"", b"\xff", greeting()[:40], greeting() + ready(b"DEALER")[:10],
                                  greeting() + ready(b"DEALER") + b"\x01\x05hel"])
def test_who_leaves_in_the_middle_is_forgotten(kernel, ports, part):
    peer = Peer(ports["shell_port"], hello=False)
    peer.socket.sendall(part)
    peer.socket.close()
    assert alive(kernel)


def test_ping_is_answered_with_its_context(ports):
    for channel, kind in (("shell_port", b"DEALER"), ("iopub_port", b"SUB"), ("hb_port", b"REQ")):
        peer = Peer(ports[channel], kind)
        peer.socket.sendall(b"\x04\x0b\x04PING\x00\x10abcd")
        assert peer.frame() == (4, b"\x04PONGabcd")


def test_both_forms_of_subscription(kernel, ports):
    old, new, none = (Peer(ports["iopub_port"], b"SUB") for _ in range(3))
    old.socket.sendall(b"\x00\x01\x01")
    new.socket.sendall(b"\x04\x0a\x09SUBSCRIBE")
    time.sleep(0.2)
    kernel.run("1")
    assert fields(old.message())[0]["msg_type"] == fields(new.message())[0]["msg_type"] == "status"
    none.socket.settimeout(0.3)
    with pytest.raises(socket.timeout):
        none.frame()


def test_topics_are_filtered(kernel, ports):
    context = zmq.Context.instance()
    with context.socket(zmq.SUB) as subscriber:
        subscriber.connect(f"tcp://127.0.0.1:{ports['iopub_port']}")
        subscriber.subscribe(b"kernel.nobody")
        time.sleep(0.3)
        kernel.run("1")
        assert subscriber.poll(300) == 0


def test_the_heartbeat_echoes_all_frames_while_a_cell_runs(kernel, ports):
    cell = kernel.client.execute("var until = DateTime.Now.AddSeconds(1.5); Parallel.For(0, 8, i => { while (DateTime.Now < until) { } });")
    context = zmq.Context.instance()
    with context.socket(zmq.REQ) as beat:
        beat.connect(f"tcp://127.0.0.1:{ports['hb_port']}")
        for frames in ([b"ping"], [b"", b"a", b""], [b"x" * 100000]):
            beat.send_multipart(frames)
            assert beat.poll(1000), "no echo"
            assert beat.recv_multipart() == frames
    kernel.reply(cell)


def test_nothing_unsigned_runs(kernel, ports, tmp_path):
    trace = tmp_path / "ran"
    code = f'System.IO.File.WriteAllText("{trace}", "");'
    good = signed(kernel, "execute_request", {"code": code})
    at = good.index(b"<IDS|MSG>") + 1
    bad = [
        good[:at] + [b""] + good[at + 1:],
        good[:at] + [b"0" * 64] + good[at + 1:],
        good[:at] + [good[at][:-1]] + good[at + 1:],
        good[:at + 4] + [good[at + 4].replace(b"WriteAllText", b"AppendAllText")],
        good[:at + 3],
        good[at:],
        [b"", b"<IDS|MSG>"],
        [b"<IDS|MSG>"] * 7,
    ]
    for frames in bad:
        peer = Peer(ports["shell_port"])
        peer.send(*frames)
    assert alive(kernel)
    time.sleep(0.2)
    assert not trace.exists()


@pytest.mark.parametrize("part", range(4))
def test_signed_nonsense_is_survived(kernel, ports, part):
    session = kernel.client.session
    for nonsense in (b"{", b"[]", b"null", b"\xff\xfe", b'{"a":' * 500, b'{"msg_id": 1, "msg_type": 2}'):
        parts = [b'{"msg_id":"1","msg_type":"kernel_info_request"}', b"{}", b"{}", b"{}"]
        parts[part] = nonsense
        Peer(ports["shell_port"]).send(b"<IDS|MSG>", session.sign(parts), *parts)
    assert alive(kernel)


def test_a_replayed_message_runs_once(kernel, ports):
    kernel.run("int runs = 0;")
    frames = signed(kernel, "execute_request", {"code": "runs++"})
    peer = Peer(ports["shell_port"])
    peer.send(*frames)
    assert fields(peer.message())[3]["status"] == "ok"
    peer.send(*frames)
    Peer(ports["control_port"]).send(*frames)
    time.sleep(0.3)
    assert kernel.text("runs") == "1"


def test_the_route_comes_back_and_the_identity_does_not(kernel, ports):
    peer = Peer(ports["shell_port"], identity=b"me")
    peer.send(b"", b"hop", *signed(kernel, "kernel_info_request", {}))
    answer = peer.message()
    assert answer[:3] == [b"", b"hop", b"<IDS|MSG>"]
    assert fields(answer)[3]["status"] == "ok"


def test_a_duplicate_identity_hands_over(kernel, ports):
    first, second = (Peer(ports["stdin_port"], identity=b"same") for _ in range(2))
    asker, other = (Peer(ports["shell_port"], identity=b"same") for _ in range(2))
    asker.send(*signed(kernel, "execute_request", {"code": 'Console.Write(Input("?"))', "allow_stdin": True}))
    question = fields(second.message())
    assert question[3]["prompt"] == "?"
    first.socket.settimeout(0.2)
    with pytest.raises(socket.timeout):
        first.frame()
    second.send(*signed(kernel, "input_reply", {"value": "yes"}))
    assert fields(asker.message())[3]["status"] == "ok"
    asker.send(*signed(kernel, "execute_request", {"code": "System.Threading.Thread.Sleep(300)"}))
    time.sleep(0.1)
    asker.socket.close()
    assert fields(other.message())[3]["status"] == "ok"


def test_a_client_that_connects_again(kernel):
    for _ in range(3):
        client = kernel.connect()
        assert kernel.text("40 + 2", client=client) == "42"
        client.stop_channels()


def test_a_client_that_leaves_while_its_cell_runs(kernel, ports):
    peer = Peer(ports["shell_port"])
    peer.send(*signed(kernel, "execute_request", {"code": "System.Threading.Thread.Sleep(300); int finished = 1;"}))
    time.sleep(0.1)
    peer.socket.close()
    assert kernel.text("finished") == "1"


def memory(kernel):
    with open(f"/proc/{kernel.manager.provisioner.process.pid}/status") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024


def test_a_subscriber_that_never_reads_costs_little(fresh):
    ports = fresh.manager.get_connection_info()
    deaf = Peer(ports["iopub_port"], b"SUB")
    deaf.socket.sendall(b"\x00\x01\x01")
    before = memory(fresh)
    for _ in range(20):
        reply, outputs = fresh.run('for (int i = 0; i < 10; i++) { display(new string(\'x\', 1000000)); }')
        assert reply["status"] == "ok" and len(outputs) == 10
    assert memory(fresh) - before < 400
    deaf.socket.close()
    assert alive(fresh)


def test_a_megabyte_arrives_whole(kernel):
    _, outputs = kernel.run('Console.Write(new string(\'y\', 1 << 20)); new string(\'z\', 1 << 20)')
    assert sum(len(m["content"].get("text", "")) for m in outputs) == 1 << 20
    assert outputs[-1]["content"]["data"]["text/plain"] == "z" * (1 << 20)


def test_ten_thousand_lines_arrive_in_order_in_few_messages(kernel):
    _, outputs = kernel.run("for (int i = 0; i < 10000; i++) Console.WriteLine(i);")
    assert "".join(m["content"]["text"] for m in outputs) == "".join(f"{i}\n" for i in range(10000))
    assert len(outputs) < 500
    _, outputs = kernel.run('for (int i = 0; i < 5000; i++) { Console.WriteLine(i); Console.Error.WriteLine(-i); }')
    for stream, sign in (("stdout", 1), ("stderr", -1)):
        text = "".join(m["content"]["text"] for m in outputs if m["content"]["name"] == stream)
        assert text == "".join(f"{sign * i}\n" for i in range(5000))
    assert len(outputs) < 1000


def test_sixteen_clients_at_once(kernel):
    def work(number):
        client = kernel.connect()
        try:
            return [kernel.text(f"{number} * 1000 + {i}", client=client, timeout=60) for i in range(5)]
        finally:
            client.stop_channels()

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        results = list(pool.map(work, range(16)))
    assert results == [[str(number * 1000 + i) for i in range(5)] for number in range(16)]


def test_six_hundred_cells_in_one_session(fresh):
    for i in range(600):
        reply, _ = fresh.run(f"int v{i} = {i}; var list{i} = Enumerable.Range(0, 10).Select(x => x + v{i}).ToList(); list{i}.Sum()")
        assert reply["status"] == "ok", reply
    assert fresh.text("v0 + v599 + list300[0]") == "899"
    print(f"memory after 600 cells: {memory(fresh):.0f} MB")


def test_it_listens_where_it_was_told_and_nowhere_else(kernel, ports):
    pid = kernel.manager.provisioner.process.pid
    inodes = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd") if os.path.islink(f"/proc/{pid}/fd/{fd}")}
    listening = set()
    for table in ("tcp", "tcp6"):
        with open(f"/proc/net/{table}") as lines:
            for line in list(lines)[1:]:
                parts = line.split()
                if parts[3] == "0A" and f"socket:[{parts[9]}]" in inodes:
                    listening.add(parts[1])
    expected = {f"0100007F:{ports[p]:04X}" for p in ("shell_port", "control_port", "stdin_port", "iopub_port", "hb_port")}
    assert listening == expected


def test_files_with_secrets_are_the_users_own(kernel):
    kernel.run("1")
    assert stat.S_IMODE(os.stat(kernel.manager.connection_file).st_mode) & 0o077 == 0
    history = os.path.join(HOME.name, "data", "deepnotebooks", "history.jsonl")
    assert stat.S_IMODE(os.stat(history).st_mode) == 0o600
