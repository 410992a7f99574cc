// The handshake and one cell through zeromq.js, which VS Code uses: node check.mjs PROGRAM, the built course.dll.
import { spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Dealer, Request, Subscriber } from "zeromq";

const names = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"];
const servers = await Promise.all(names.map(() => new Promise(resolve => {
  const server = net.createServer().listen(0, "127.0.0.1", () => resolve(server));
})));
const ports = Object.fromEntries(names.map((name, i) => [name, servers[i].address().port]));
await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));

const key = randomUUID();
const folder = mkdtempSync(path.join(os.tmpdir(), "kernel-check-"));
const file = path.join(folder, "connection.json");
writeFileSync(file, JSON.stringify({ ...ports, key, ip: "127.0.0.1", transport: "tcp", signature_scheme: "hmac-sha256" }), { mode: 0o600 });
const kernel = spawn("dotnet", ["exec", process.argv[2], "kernel", "--connection-file", file], {
  stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, XDG_DATA_HOME: folder },
});
const ended = new Promise(resolve => kernel.on("exit", resolve));
const timer = setTimeout(() => { console.error("no answer within 60 s"); kernel.kill("SIGKILL"); process.exit(1); }, 60000);

const session = randomUUID();
const sign = parts => parts.reduce((hmac, part) => hmac.update(part), createHmac("sha256", key)).digest("hex");
const at = name => `tcp://127.0.0.1:${ports[name]}`;
const shell = new Dealer({ routingId: session }), control = new Dealer({ routingId: session }), iopub = new Subscriber(), beat = new Request();
shell.connect(at("shell_port"));
control.connect(at("control_port"));
iopub.connect(at("iopub_port"));
iopub.subscribe();
beat.connect(at("hb_port"));

function read(frames) {
  const start = frames.findIndex(f => f.toString() === "<IDS|MSG>");
  const parts = frames.slice(start + 2, start + 6);
  if (frames[start + 1].toString() !== sign(parts)) throw new Error("a message with a wrong signature");
  const [header, parent, , content] = parts.map(p => JSON.parse(p.toString()));
  return { type: header.msg_type, parent: parent.msg_id, content };
}

async function ask(socket, type, content) {
  const id = randomUUID();
  const header = { msg_id: id, msg_type: type, session, username: "check", date: new Date().toISOString(), version: "5.3" };
  const parts = [header, {}, {}, content].map(p => JSON.stringify(p));
  await socket.send(["<IDS|MSG>", sign(parts), ...parts]);
  for (;;) {
    const answer = read(await socket.receive());
    if (answer.parent === id) return { id, content: answer.content };
  }
}

function expect(what, is) {
  if (!is) { console.error(`FAILED: ${what}`); kernel.kill("SIGKILL"); process.exit(1); }
  console.log(`ok: ${what}`);
}

const info = await ask(shell, "kernel_info_request", {});
expect("kernel_info names the language", info.content.language_info.name === "C#");
await beat.send(["a", "", "b"]);
expect("the heartbeat echoes", (await beat.receive()).map(f => f.toString()).join() === "a,,b");
await ask(control, "kernel_info_request", {});
const cell = ask(shell, "execute_request", { code: 'Console.Write("x"); 6 * 7', silent: false, store_history: true });
const seen = [];
for await (const frames of iopub) {
  const message = read(frames.slice(1));
  if (message.type === "execute_input" || seen.length > 0) seen.push(message);
  if (seen.length > 0 && message.content.execution_state === "idle") break;
}
expect("the cell ends well", (await cell).content.status === "ok");
expect("its text and value are published", seen.map(m => m.type).join() === "execute_input,stream,execute_result,status"
  && seen[2].content.data["text/plain"] === "42");
await ask(control, "shutdown_request", { restart: false });
expect("it ends when asked", await ended === 0);
clearTimeout(timer);
rmSync(folder, { recursive: true });
process.exit(0);
