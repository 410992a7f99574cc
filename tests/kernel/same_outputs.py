"""Executes notebooks through Jupyter's nbconvert and compares their outputs with those of `course run`:
same_outputs.py FOLDER NOTEBOOK...; the folder holds what `course run --output` wrote."""
import json
import pathlib
import subprocess
import sys

import conftest


def outputs(path):
    """What a notebook's cells put out, in one form: text whole, streams of one name joined, HTML left out where there is a picture."""
    cells = []
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] != "code":
            continue
        found = []
        for output in cell["outputs"]:
            output = {k: v for k, v in output.items() if k not in ("metadata", "execution_count", "transient")}
            if "data" in output:
                data = {mime: "".join(v) if isinstance(v, list) and not mime.endswith("json") else v for mime, v in output["data"].items()}
                if "image/svg+xml" in data:
                    data.pop("text/html", None)
                output["data"] = data
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
                if found and found[-1].get("name") == output["name"]:
                    found[-1]["text"] += output["text"]
                    continue
            found.append(output)
        cells.append(found)
    return cells


def execute(notebook, kernel):
    """Executes a notebook in its folder; gives where the result lies, and why there is none."""
    target = pathlib.Path(conftest.HOME.name) / "executed"
    done = subprocess.run(
        ["/usr/bin/jupyter-nbconvert", "--execute", "--to", "notebook", f"--ExecutePreprocessor.kernel_name={kernel}",
         "--ExecutePreprocessor.timeout=120", "--output-dir", target, notebook], capture_output=True, text=True)
    return target / notebook.name, None if done.returncode == 0 else done.stderr[-2000:]


def main(expected, notebooks):
    conftest.pytest_configure(None)
    different = 0
    for notebook in map(pathlib.Path, notebooks):
        executed, error = execute(notebook, conftest.NAME)
        if error:
            print(f"{notebook.name}: {error}")
            different += 1
            continue
        ours, theirs = outputs(executed), outputs(pathlib.Path(expected) / notebook.name)
        cells = [i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b]
        for i in cells:
            print(f"{notebook.name}, code cell {i + 1}: through Jupyter\n{str(ours[i])[:400]}\nby course run\n{str(theirs[i])[:400]}")
        different += len(cells) > 0
        print(f"{notebook.name}: {'the same' if not cells else f'{len(cells)} cells differ'} in {len(ours)} cells")
    return different


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1], sys.argv[2:]) else 0)
