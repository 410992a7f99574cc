"""Packages from a folder, without a network."""
import os
import pathlib
import zipfile

from conftest import ROOT, Kernel

NUSPEC = """<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
<id>Numbers</id><version>{0}</version><authors>tests</authors><description>A test's.</description></metadata></package>"""
CONFIG = """<configuration><config><add key="globalPackagesFolder" value="cache" /></config><packageSources><clear /></packageSources></configuration>"""


def test_a_package_of_a_folder(tmp_path):
    (tmp_path / "nuget.config").write_text(CONFIG)
    (tmp_path / "feed").mkdir()
    library = pathlib.Path(ROOT, "artifacts", "library", "MathNet.Numerics.dll")
    for version in ["1.0.0", "2.0.0"]:
        with zipfile.ZipFile(tmp_path / "feed" / f"Numbers.{version}.nupkg", "w") as package:
            package.writestr("Numbers.nuspec", NUSPEC.format(version))
            package.write(library, "lib/net10.0/MathNet.Numerics.dll")
    kernel = Kernel(cwd=os.fspath(tmp_path))
    try:
        kernel.text('#i "nuget: feed"\n#r "nuget: Numbers, 1.0.0"', timeout=120)
        assert kernel.text("MathNet.Numerics.SpecialFunctions.Factorial(5)") == "120"
        assert kernel.text('#r "nuget: Numbers, 1.0.0"\n1') == "1"
        reply, _ = kernel.run('#r "nuget: Numbers, 2.0.0"')
        assert reply["status"] == "error" and "1.0.0 of this package is in use" in reply["evalue"]
        reply, _ = kernel.run('#r "nuget: Nowhere.To.Be.Found, 1.0.0"', timeout=120)
        assert "cannot be restored" in reply["evalue"] and "feed" in reply["evalue"]
    finally:
        kernel.end()


def test_a_display_is_updated_in_place(kernel):
    reply, outputs = kernel.run('var shown = display(JSON("[1]")); shown.Update(Latex("$x$"));')
    assert [m["msg_type"] for m in outputs] == ["display_data", "update_display_data"]
    assert outputs[0]["content"]["data"]["application/json"] == [1]
    assert outputs[1]["content"]["data"]["text/latex"] == "$x$"
    assert outputs[0]["content"]["transient"] == outputs[1]["content"]["transient"]
