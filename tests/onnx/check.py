"""Every ONNX file of a folder passes ONNX's own checker, shape inference included."""
import pathlib
import sys

import onnx

paths = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
for path in paths:
    model = onnx.load(str(path))
    onnx.checker.check_model(model, full_check=True)
    print(f"{path.name}: {len(model.graph.node)} nodes, {len(model.graph.initializer)} weights")
print(f"{len(paths)} files, onnx {onnx.__version__}")
sys.exit(0 if paths else "no files")
