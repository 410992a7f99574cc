"""What `install`, `uninstall` and `doctor` do to Jupyter's folders, and what they leave alone."""
import json
import pathlib
import shutil

import pytest

from conftest import course

OTHER = {"argv": ["other"], "display_name": ".NET (C#)", "language": "C#"}


@pytest.fixture
def jupyter(tmp_path):
    """Jupyter's folders, all of them empty, and commands that see only those."""
    class Jupyter:
        kernels = tmp_path / "data" / "kernels"
        environment = {"JUPYTER_DATA_DIR": str(tmp_path / "data"), "JUPYTER_PATH": "", "XDG_DATA_HOME": str(tmp_path / "xdg")}

        def course(self, *args):
            return course(*args, **self.environment)

        def spec(self, name):
            return json.loads((self.kernels / name / "kernel.json").read_text())

        def other(self, name):
            (self.kernels / name).mkdir(parents=True)
            (self.kernels / name / "kernel.json").write_text(json.dumps(OTHER))

    return Jupyter()


def test_the_usual_name_when_nobody_has_it(jupyter):
    assert jupyter.course("install").returncode == 0
    spec = jupyter.spec(".net-csharp")
    assert spec["language"] == "C#" and spec["interrupt_mode"] == "message"
    assert spec["argv"][-3:] == ["kernel", "--connection-file", "{connection_file}"]
    assert all(pathlib.Path(program).is_file() for program in (spec["argv"][0], spec["argv"][2]))
    assert {"logo-32x32.png", "logo-64x64.png", "logo-svg.svg"} <= {f.name for f in (jupyter.kernels / ".net-csharp").iterdir()}
    assert jupyter.course("doctor").returncode == 0
    assert jupyter.course("install").returncode == 0
    assert jupyter.course("uninstall").returncode == 0
    assert not (jupyter.kernels / ".net-csharp").exists()
    assert jupyter.course("uninstall").returncode == 2


def test_another_kernel_is_never_touched(jupyter):
    jupyter.other(".net-csharp")
    assert jupyter.course("install").returncode == 0
    assert jupyter.spec(".net-csharp") == OTHER
    assert jupyter.spec("deepnotebooks-csharp")["display_name"] == "C# (DeepNotebooks)"
    assert jupyter.course("install", "--name", ".net-csharp").returncode == 2
    assert jupyter.course("uninstall", "--name", ".net-csharp").returncode == 2
    assert jupyter.course("uninstall").returncode == 0
    assert jupyter.spec(".net-csharp") == OTHER


def test_both_names_taken(jupyter):
    jupyter.other(".net-csharp")
    jupyter.other("deepnotebooks-csharp")
    done = jupyter.course("install")
    assert done.returncode == 3 and "--name" in done.stderr
    assert jupyter.course("install", "--name", "mine").returncode == 0
    assert "mine" in jupyter.spec("mine")["display_name"]


def test_bad_names_and_places(jupyter):
    for name in ("../up", "a b", ".", ".."):
        assert jupyter.course("install", "--name", name).returncode == 2
    assert jupyter.course("install", "--user", "--prefix", "x").returncode == 2


def test_doctor_says_what_is_wrong(jupyter):
    done = jupyter.course("doctor")
    assert done.returncode == 3 and "! Kernel: not installed" in done.stdout
    jupyter.course("install")
    program = pathlib.Path(jupyter.spec(".net-csharp")["argv"][2]).parent
    shutil.rmtree(program)
    done = jupyter.course("doctor")
    assert done.returncode == 3 and "which is gone" in done.stdout
    jupyter.course("install")
    file = jupyter.kernels / ".net-csharp" / "kernel.json"
    spec = json.loads(file.read_text())
    spec["metadata"]["deepnotebooks"]["build"] = "older"
    file.write_text(json.dumps(spec))
    assert "another build" in jupyter.course("doctor").stdout


def test_doctor_says_whether_the_part_for_cards_is_built(jupyter):
    built = (pathlib.Path(__file__).parents[2] / "artifacts" / "library" / "DeepNotebooks.Gpu.dll").is_file()
    said = jupyter.course("doctor").stdout
    assert ("lies beside it" in said) == built and ("dotnet build src/DeepNotebooks.Gpu" in said) != built


@pytest.mark.parametrize("content", ["{}", "not json", '{"transport": "ipc"}'])
def test_a_bad_connection_file_is_one_line(tmp_path, content):
    (tmp_path / "c.json").write_text(content)
    done = course("kernel", "--connection-file", str(tmp_path / "c.json"))
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1, done.stderr
