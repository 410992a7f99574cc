// ONNX Runtime gives, for every ONNX file of a folder, the library's outputs within 1e-4.
import fs from "node:fs";
import path from "node:path";
import * as ort from "onnxruntime-web";

ort.env.wasm.numThreads = 1;
const folder = process.argv[2];
const names = fs.readdirSync(folder).filter(name => name.endsWith(".onnx")).sort();
let failed = names.length === 0 ? 1 : 0;
for (const name of names) {
  const expected = JSON.parse(fs.readFileSync(path.join(folder, name.replace(".onnx", ".json")), "utf8"));
  const session = await ort.InferenceSession.create(fs.readFileSync(path.join(folder, name)), { executionProviders: ["wasm"] });
  const input = new ort.Tensor("float32", Float32Array.from(expected.input), expected.inputShape);
  const { output } = await session.run({ input });
  const worst = output.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected.output[i])), 0);
  const fits = JSON.stringify(output.dims.map(Number)) === JSON.stringify(expected.outputShape) && worst <= 1e-4;
  console.log(`${name}: [${output.dims}], largest difference ${worst.toExponential(1)}${fits ? "" : "  WRONG"}`);
  if (!fits) failed++;
}
console.log(`${names.length} files, ONNX Runtime ${ort.env.versions.web}`);
process.exit(failed ? 1 : 0);
