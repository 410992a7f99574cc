"""Executes notebooks on the archived .NET Interactive kernel, through Jupyter's nbconvert, and holds their outputs against those of
`course run`: other_host.py TOOL FOLDER NOTEBOOK...; TOOL is dotnet-interactive, the folder holds what `course run --output` wrote.

That kernel passes on HTML and plain text alone, and formats what no library formats by its own rules. So every output must have its
counterpart, in order: charts a picture in the HTML and the same text, claims, exercises and printed lines the same text, tables the same
cells, plain values the same text within the kernel's own HTML."""
import html
import json
import os
import pathlib
import re
import sys

import conftest
from same_outputs import execute, outputs

NAME = "other-csharp"


def install(tool):
    """A kernelspec that nobody else sees, under a name of its own."""
    folder = pathlib.Path(os.environ["JUPYTER_DATA_DIR"]) / "kernels" / NAME
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps({
        "argv": [str(tool), "jupyter", "--default-kernel", "csharp", "{connection_file}", "--http-local-only"],
        "display_name": "C# (.NET Interactive)", "language": "C#", "env": {"DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT": "1"}}))


def own(output):
    """Whether the kernel put it out of itself: the script with which its pages find it, and what its compiler says of references."""
    if output["output_type"] == "stream":
        # MathNet was built for an earlier .NET; a build leaves this warning out, that kernel cannot be told to.
        return output["name"] == "stderr" and all("CS1701" in line for line in output["text"].splitlines() if line)
    return "dotnet-interactive-this-cell" in output.get("data", {}).get("text/html", "")


def text(markup):
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<style>.*?</style>", "", markup, flags=re.S)))


def cells(markup):
    """What stands in a table; that kernel leaves the underscores in the heads of columns, ours sets spaces."""
    return [text(cell).replace("_", " ") if cell.startswith("<th") else text(cell)
            for cell in re.findall(r"<t[hd].*?</t[hd]>", markup, re.S)]


def difference(theirs, ours):
    """What is wrong with an output of theirs, in words; None if nothing is."""
    if theirs["output_type"] != ours["output_type"]:
        return f"{theirs['output_type']} instead of {ours['output_type']}"
    if "data" not in ours:
        return None if theirs == ours else "not the same"
    theirs, ours = theirs["data"], ours["data"]
    markup, plain = theirs.get("text/html", ""), ours["text/plain"]
    if "image/svg+xml" in ours:
        if "<svg" not in markup or ("application/vnd.plotly.v1+json" in ours and "newPlot" not in markup):
            return "no chart in the HTML"
        return None if theirs["text/plain"] == plain else "another text"
    if "<table>" in ours.get("text/html", ""):
        return None if cells(markup) == cells(ours["text/html"]) else "another table"
    if "text/html" in ours:
        return None if markup == ours["text/html"] and theirs["text/plain"] == plain else "not the same"
    return None if plain in (theirs.get("text/plain"), text(markup)) else "another text"


def main(tool, expected, notebooks):
    install(tool)
    wrong = 0
    for notebook in map(pathlib.Path, notebooks):
        executed, error = execute(notebook, NAME)
        if error:
            print(f"{notebook.name}: {error}")
            wrong += 1
            continue
        count = 0
        pairs = list(zip(outputs(executed), outputs(pathlib.Path(expected) / notebook.name)))
        for i, (theirs, ours) in enumerate(pairs):
            theirs = [output for output in theirs if not own(output)]
            found = [f"{len(theirs)} outputs instead of {len(ours)}"] if len(theirs) != len(ours) else \
                list(filter(None, map(difference, theirs, ours)))
            for what in found:
                print(f"{notebook.name}, code cell {i + 1}: {what}\nthere {str(theirs)[:600]}\nhere {str(ours)[:600]}")
            wrong += len(found)
            count += len(ours)
        print(f"{notebook.name}: {count} outputs in {len(pairs)} cells held against the other host's")
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1], sys.argv[2], sys.argv[3:]) else 0)
