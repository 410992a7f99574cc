using Course.Execution;
using DeepNotebooks.Jupyter.Documents;
using static Course.Tests.TemporaryCourse;

namespace Course.Tests.Execution;

public sealed class ExecutedNotebooksTests : IDisposable
{
    private readonly TemporaryCourse _course = new();
    private readonly string _library;

    public ExecutedNotebooksTests()
    {
        _library = Path.Combine(_course.Root, "library");
        Directory.CreateDirectory(_library);
        File.WriteAllText(Path.Combine(_library, "DeepNotebooks.dll"), "one");
    }

    public void Dispose() => _course.Dispose();

    private ExecutedNotebooks Store() => new(Path.Combine(_course.Root, "executed"), _library);

    [Fact]
    public void ACopyIsFoundUntilACellChanges()
    {
        var notebook = Notebook.Parse(Json(Code("1")));
        var executed = Notebook.Parse(Json(Code("1", outputs: Shows(("text/plain", "1")))));
        Assert.Null(Store().Find("07-a.ipynb", notebook));
        Store().Keep("07-a.ipynb", notebook, executed);
        Assert.Equal("1", Store().Find("07-a.ipynb", notebook)!.Cells[0].Outputs[0].Text);

        // Outputs kept in the reader's file do not make it another notebook; its text does.
        Assert.NotNull(Store().Find("07-a.ipynb", executed));
        notebook.Cells[0].Source = "2";
        Assert.Null(Store().Find("07-a.ipynb", notebook));
    }

    [Fact]
    public void ACopyIsStaleWhenTheLibraryChanged()
    {
        var notebook = Notebook.Parse(Json(Code("1")));
        Store().Keep("07-a.ipynb", notebook, notebook);
        File.WriteAllText(Path.Combine(_library, "DeepNotebooks.dll"), "two");
        Assert.Null(Store().Find("07-a.ipynb", notebook));
    }

    [Fact]
    public void ACopyThatWasDamagedIsNotUsed()
    {
        var notebook = Notebook.Parse(Json(Code("1")));
        Store().Keep("07-a.ipynb", notebook, notebook);
        File.WriteAllText(Path.Combine(_course.Root, "executed", "07-a.ipynb"), "{");
        Assert.Null(Store().Find("07-a.ipynb", notebook));
    }
}
