using System.Text;
using System.Text.Json.Nodes;
using DeepNotebooks.Jupyter.Documents;

namespace DeepNotebooks.Jupyter.Tests.Documents;

public class NotebookTests
{
    private const string Jupyter = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "a1",
           "metadata": {},
           "source": [
            "# Häding\n",
            "text"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 1,
           "id": "b2",
           "metadata": {
            "future": {
             "deep": [1, 2.50, 1e3, {"x": null}]
            }
           },
           "outputs": [
            {
             "name": "stdout",
             "output_type": "stream",
             "text": [
              "1\n"
             ]
            }
           ],
           "source": [
            "1"
           ]
          }
         ],
         "metadata": {},
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    public static TheoryData<string> Ugly => [.. UglyNotebooks()];

    [Theory]
    [MemberData(nameof(Ugly))]
    public void UnchangedIsWrittenByteForByte(string json) => Assert.Equal(json, Notebook.Parse(json).ToJson());

    [Theory]
    [MemberData(nameof(Ugly))]
    public void UnchangedIsSavedByteForByte(string json)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        File.WriteAllBytes(folder["a.ipynb"], bytes);
        Notebook.Read(folder["a.ipynb"]).Save(folder["b.ipynb"]);
        Assert.Equal(bytes, File.ReadAllBytes(folder["b.ipynb"]));
    }

    [Theory]
    [MemberData(nameof(Ugly))]
    public void AChangedCellLeavesTheRestAsItWas(string json)
    {
        var notebook = Notebook.Parse(json);
        var cell = notebook.Cells.First(c => c.Kind == CellKind.Code);
        cell.Source += " // changed";
        string changed = notebook.ToJson();
        Assert.Equal(cell.Source, Notebook.Parse(changed).Cells.First(c => c.Kind == CellKind.Code).Source);

        int before = json.Zip(changed).TakeWhile(p => p.First == p.Second).Count();
        int after = json.Reverse().Zip(changed.Reverse()).Take(json.Length - before).TakeWhile(p => p.First == p.Second).Count();
        Assert.Contains(json[before..^after].Trim(), (string[])["", "\"", "[\"1\"]", "\"1\"", "1\""]);
    }

    [Fact]
    public void SettingWhatIsThereAlreadyChangesNothing()
    {
        var notebook = Notebook.Parse(Jupyter);
        var code = notebook.Cells[1];
        code.Source = "1";
        code.ExecutionCount = 1;
        code.Outputs.Clear();
        code.Outputs.Add(Output.Stream("stdout", "1\n"));
        Assert.Equal(Jupyter, notebook.ToJson());
    }

    [Fact]
    public void NewOutputsHaveTheFormJupyterWrites()
    {
        var notebook = Notebook.Parse(Jupyter);
        notebook.Cells[1].Outputs[0] = Output.ExecuteResult(
            new Dictionary<string, JsonNode?> { ["text/plain"] = "ä\n\"b\"\u0001", ["application/json"] = new JsonObject { ["b"] = 1.5, ["a"] = "x\ny" } }, 2);
        Assert.Equal(Jupyter.Replace("""
                {
                 "name": "stdout",
                 "output_type": "stream",
                 "text": [
                  "1\n"
                 ]
                }
            """, """
                {
                 "data": {
                  "application/json": {
                   "a": "x\ny",
                   "b": 1.5
                  },
                  "text/plain": [
                   "ä\n",
                   "\"b\"\u0001"
                  ]
                 },
                 "execution_count": 2,
                 "metadata": {},
                 "output_type": "execute_result"
                }
            """, StringComparison.Ordinal), notebook.ToJson());
    }

    [Fact]
    public void ANewNotebookHasTheFormJupyterWrites()
    {
        var notebook = new Notebook();
        notebook.Metadata["z"] = 1;
        notebook.Cells.Add(new Cell(CellKind.Code, "a\nb") { Id = "x" });
        notebook.Cells.Add(new Cell(CellKind.Markdown, "") { Id = "y" });
        Assert.Equal("""
            {
             "cells": [
              {
               "cell_type": "code",
               "execution_count": null,
               "id": "x",
               "metadata": {},
               "outputs": [],
               "source": [
                "a\n",
                "b"
               ]
              },
              {
               "cell_type": "markdown",
               "id": "y",
               "metadata": {},
               "source": []
              }
             ],
             "metadata": {
              "z": 1
             },
             "nbformat": 4,
             "nbformat_minor": 5
            }

            """, notebook.ToJson());
    }

    [Fact]
    public void AddedMetadataGoesToItsPlaceAmongSortedKeys()
    {
        var notebook = Notebook.Parse(Jupyter);
        notebook.Cells[1].Metadata["a"] = true;
        Assert.Equal(Jupyter.Replace("   \"metadata\": {\n    \"future\"", "   \"metadata\": {\n    \"a\": true,\n    \"future\"", StringComparison.Ordinal),
            notebook.ToJson());
    }

    [Fact]
    public void AddedRemovedAndMovedCellsKeepTheTextOfTheOthers()
    {
        var notebook = Notebook.Parse(Jupyter);
        var first = notebook.Cells[0];
        notebook.Cells.RemoveAt(0);
        notebook.Cells.Add(new Cell(CellKind.Raw, "r") { Id = "c3" });
        notebook.Cells.Add(first);
        string json = notebook.ToJson();
        Assert.Contains("\"deep\": [1, 2.50, 1e3, {\"x\": null}]", json, StringComparison.Ordinal);
        Assert.Equal(["b2", "c3", "a1"], Notebook.Parse(json).Cells.Select(c => c.Id));
    }

    [Fact]
    public void MissingWrongAndRepeatedIdsAreCompletedWhenSomethingChanges()
    {
        string json = """
            {"cells": [
              {"cell_type": "raw", "id": "a", "metadata": {}, "source": "1"},
              {"cell_type": "raw", "id": "a", "metadata": {}, "source": "2"},
              {"cell_type": "raw", "id": "no spaces", "metadata": {}, "source": "3"},
              {"cell_type": "raw", "metadata": {}, "source": "4"}],
             "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
            """;
        Assert.Equal(json, Notebook.Parse(json).ToJson());

        string Changed()
        {
            var notebook = Notebook.Parse(json);
            notebook.Metadata["x"] = 1;
            return notebook.ToJson();
        }

        var ids = Notebook.Parse(Changed()).Cells.Select(c => c.Id!).ToList();
        Assert.Equal("a", ids[0]);
        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[a-zA-Z0-9-_]{1,64}$", id));
        Assert.Equal(Changed(), Changed());
    }

    [Fact]
    public void OlderMinorVersionsGetNoIds()
    {
        var notebook = Notebook.Parse("""{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}""");
        notebook.Cells.Add(new Cell(CellKind.Code, "1"));
        string json = notebook.ToJson();
        Assert.DoesNotContain("\"id\"", json, StringComparison.Ordinal);
        Assert.EndsWith("\"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 2}", json, StringComparison.Ordinal);
    }

    [Fact]
    public void OutputsAreReadWhetherLinesOrOneString()
    {
        var notebook = Notebook.Parse("""
            {"cells": [{"cell_type": "code", "metadata": {}, "execution_count": null, "source": "1", "outputs": [
              {"output_type": "stream", "name": "stderr", "text": "a\nb"},
              {"output_type": "display_data", "metadata": {}, "data": {"text/plain": ["x\n", "y"], "application/json": {"a": 1}}},
              {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["l1", "l2"]}]}],
             "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
            """);
        var outputs = notebook.Cells[0].Outputs;
        Assert.Equal([OutputKind.Stream, OutputKind.DisplayData, OutputKind.Error], outputs.Select(o => o.Kind));
        Assert.Equal(("stderr", "a\nb"), (outputs[0].StreamName, outputs[0].Text));
        Assert.Equal(("x\ny", "{\"a\":1}", null), (outputs[1].Text, outputs[1].Get("application/json"), outputs[1].Get("text/html")));
        Assert.Equal(["text/plain", "application/json"], outputs[1].MimeTypes);
        Assert.Equal(("E", "v", "l1\nl2"), (outputs[2].ErrorName, outputs[2].ErrorValue, outputs[2].Text));
    }

    [Theory]
    [InlineData("", "not JSON at line 1, column 1")]
    [InlineData("hello", "not JSON at line 1, column 1")]
    [InlineData("{\n \"cells\": [\n", "not JSON at line 3")]
    [InlineData("{\"a\": 1} x", "not JSON at line 1, column 10")]
    [InlineData("[1]", "no \"nbformat\" field")]
    [InlineData("{\"a\": \"\\ud800\"}", "not valid Unicode")]
    [InlineData("{\"nbformat\": 3, \"worksheets\": []}", "nbformat 3; this reads nbformat 4. Open it once in Jupyter")]
    [InlineData("{\"nbformat\": 5}", "nbformat 5; this reads nbformat 4 only")]
    [InlineData("{\"nbformat\": \"4\"}", "\"nbformat\" must be an integer, found \"4\"")]
    [InlineData("{\"nbformat\": 4}", "has no \"nbformat_minor\" field")]
    [InlineData("{\"nbformat\": 4, \"nbformat_minor\": 5, \"cells\": []}", "has no \"metadata\" field")]
    [InlineData("{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": {}}", "\"cells\" must be an array, found {}")]
    [InlineData("{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": [null]}", "cells[0] is not an object")]
    [InlineData("{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": [{\"cell_type\": \"heading\"}]}", "cells[0]: \"cell_type\" must be")]
    [InlineData("{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": [{\"cell_type\": \"raw\", \"metadata\": {}}]}", "cells[0] has no \"source\"")]
    [InlineData("{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": [{\"cell_type\": \"raw\", \"metadata\": {}, \"source\": [1]}]}", "cells[0]: \"source\" must be")]
    [InlineData("{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": [{\"cell_type\": \"code\", \"metadata\": {}, \"source\": [], \"execution_count\": null}]}", "cells[0] has no \"outputs\"")]
    [InlineData("{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": [{\"cell_type\": \"code\", \"metadata\": {}, \"source\": [], \"execution_count\": null, \"outputs\": [{\"output_type\": \"pyout\"}]}]}", "cells[0].outputs[0]: \"output_type\" must be")]
    public void WhatIsNoNotebookIsRefusedWithTheReason(string json, string reason)
    {
        var error = Assert.Throws<NotebookFormatException>(() => Notebook.Parse(json, "bad.ipynb"));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("bad.ipynb", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesThatCannotBeReadAreNamed()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("missing.ipynb", Assert.Throws<FileNotFoundException>(() => Notebook.Read(folder["missing.ipynb"])).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<IOException>(() => Notebook.Read(folder[new string('x', 4000)]));
        File.WriteAllBytes(folder["latin1.ipynb"], [(byte)'"', 0xE4, (byte)'"']);
        Assert.Contains("not UTF-8", Assert.Throws<NotebookFormatException>(() => Notebook.Read(folder["latin1.ipynb"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedSaveLeavesTheFolderAsItWas()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["taken.ipynb"]);
        Assert.ThrowsAny<Exception>(() => new Notebook().Save(folder["taken.ipynb"]));
        Assert.ThrowsAny<IOException>(() => new Notebook().Save(folder["none/a.ipynb"]));
        Assert.ThrowsAny<IOException>(() => new Notebook().Save(folder[new string('x', 4000)]));
        Assert.Equal([folder["taken.ipynb"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void SavingThroughALinkKeepsTheLinkAndTheModeOfTheFile()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.ipynb"], Jupyter);
        File.SetUnixFileMode(folder["a.ipynb"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.CreateSymbolicLink(folder["link.ipynb"], folder["a.ipynb"]);
        var notebook = Notebook.Read(folder["link.ipynb"]);
        notebook.Cells[1].Source = "2";
        notebook.Save(folder["link.ipynb"]);
        Assert.Equal("2", Notebook.Read(folder["a.ipynb"]).Cells[1].Source);
        Assert.NotNull(new FileInfo(folder["link.ipynb"]).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, File.GetUnixFileMode(folder["a.ipynb"]));
    }

    private static IEnumerable<string> UglyNotebooks()
    {
        yield return Jupyter;
        yield return Jupyter.TrimEnd();
        yield return Jupyter + "\n\n  ";
        yield return "\uFEFF" + Jupyter;
        yield return Jupyter.Replace("\n", "\r\n", StringComparison.Ordinal);
        yield return "\uFEFF\r\n" + Jupyter.Replace("\n", "\r\n", StringComparison.Ordinal).Replace(" \"", "\t\"", StringComparison.Ordinal);
        yield return Jupyter.Replace("ä", "\\u00e4\\/\\ud83d\\ude00", StringComparison.Ordinal);
        yield return Jupyter.Replace("2.50", "-1.0E+400, 0.1000, 123456789012345678901234567890", StringComparison.Ordinal);
        yield return Jupyter.Replace("\"metadata\": {},\n \"nbformat\"", "\"unknown\": [ [ ], { } ],\"metadata\" :{\"a\":1,\"a\":2} ,\n \"nbformat\"", StringComparison.Ordinal);
        yield return """{"nbformat_minor":4,"metadata":{"z":1,"a":2},"nbformat":4,"cells":[{"outputs":[],"source":"1","cell_type":"code","metadata":{},"execution_count":null}]}""";
        yield return """
            {
                "metadata" : { "orig_nbformat": 2 },
                "nbformat": 4, "nbformat_minor": 0,
              "cells":
              [ {"cell_type":"code",
                  "metadata": {"collapsed":false}, "outputs": [ {"output_type":"display_data","data":{"image/png":"iVBO\n"},"metadata":{}} ]
                , "execution_count" : 12, "source": ["1"] , "extra":{"\u0061":"\u0062"} } ]
            }
            """;
        yield return Jupyter.Replace("{\"x\": null}", string.Concat(Enumerable.Repeat("[", 500)) + string.Concat(Enumerable.Repeat("]", 500)), StringComparison.Ordinal);
    }
}
