using System.Text.Json.Nodes;
using Course.Checks;
using Course.Execution;
using DeepNotebooks.Jupyter.Documents;
using static Course.Tests.TemporaryCourse;

namespace Course.Tests.Checks;

/// <summary>Each finding once, on notebooks whose outputs are given instead of executed.</summary>
public class NotebookCheckTests
{
    private static readonly Chapter Chapter = new("07", "T", "S", [new("a.one", "One?")]);
    private static JsonObject Claim => Shows((Mime.Claim, """{"statement":"s","holds":true,"measured":"m","controls":[],"passed":true}"""));

    private static string[] Problems(JsonObject[] stored, JsonObject[]? fresh = null, (int, string)[]? failures = null, Chapter? chapter = null)
    {
        var notebook = Notebook.Parse(Json(Copies(stored)));
        var solved = new Dictionary<string, int>();
        var (proving, origin) = Exercise.Proving(notebook, solved);
        var outcome = new Outcome(fresh is null ? proving : Notebook.Parse(Json(Copies(fresh))), failures ?? [], TimeSpan.Zero);
        return [.. NotebookCheck.Of(notebook, outcome, origin, solved, chapter).Problems.Select(p => p.Line("n"))];
    }

    private static JsonObject[] Copies(JsonObject[] cells) => [.. cells.Select(c => c.DeepClone().AsObject())];

    private static JsonObject[] Section(params JsonObject[] cells) => [Text("## One?", concept: "a.one"), .. cells];

    private static JsonObject Says(bool solved) => Shows((Mime.Exercise, $$"""{"exercise":"07-1","solved":{{(solved ? "true" : "false")}},"message":"seen"}"""));

    [Fact]
    public void NothingIsFoundInAGoodNotebook() => Assert.Empty(Problems(Section(Code("c", outputs: Claim)), chapter: Chapter));

    [Fact]
    public void AFailedCell() => Assert.Contains("n: cell 1: boom at line 3",
        Problems(Section(Code("c", outputs: Claim)), failures: [(1, "boom\n  at line 3")]));

    [Fact]
    public void AFailedClaim()
    {
        var claim = Shows((Mime.Claim, """{"statement":"s","holds":false,"measured":"m","controls":[],"passed":true}"""));
        Assert.Equal(["n: cell 1: the claim does not hold: s (measured m)"], Problems(Section(Code("c", outputs: claim))));
    }

    [Fact]
    public void AControlThatDoesNotBreakItsClaim()
    {
        var claim = Shows((Mime.Claim, """{"statement":"s","holds":true,"measured":"m","controls":[{"without":"w","measured":"x","breaks":false}],"passed":true}"""));
        Assert.Equal(["n: cell 1: without w the claim holds all the same: s (measured x)"], Problems(Section(Code("c", outputs: claim))));
    }

    [Fact]
    public void AChartWithoutAPicture() => Assert.Equal(["n: cell 2: a chart has no picture: its output lacks image/svg+xml"],
        Problems(Section(Code("c", outputs: Claim), Code("d", outputs: Shows((Mime.Plotly, "{}"))))));

    [Fact]
    public void StoredOutputsOfAnotherKind()
    {
        var problem = Assert.Single(Problems(Section(Code("c", outputs: Claim), Code("d", outputs: Shows(("text/plain", "1")))),
            Section(Code("c", outputs: Claim), Code("d", outputs: Shows(("text/plain", "1"), (Mime.Svg, "<svg/>"))))));
        Assert.StartsWith("n: cell 2: the stored outputs differ in kind from the fresh ones: stored display (text/plain); fresh display (image/svg+xml + text/plain)", problem);
    }

    [Fact]
    public void HtmlBesideAPictureIsNoDifference() => Assert.Empty(Problems(
        Section(Code("c", outputs: Claim), Code("d", outputs: Shows((Mime.Svg, "<svg/>")))),
        Section(Code("c", outputs: Claim), Code("d", outputs: Shows((Mime.Svg, "<svg/>"), (Mime.Html, "<p>"))))));

    [Fact]
    public void NoStoredOutputsAtAll() => Assert.Equal(["n: no outputs are stored: execute it with `run` first"],
        Problems(Section(Code("c")), Section(Code("c", outputs: Claim))));

    [Fact]
    public void AQuestionWithoutASection() => Assert.Equal(["n: section a.one: there is none, but chapter 07 must answer: One?"],
        Problems([Text("# T")], chapter: Chapter));

    [Fact]
    public void AnUnknownQuestion() => Assert.Contains("n: section a.other: the curriculum of chapter 07 knows no such id",
        Problems([.. Section(Code("c", outputs: Claim)), Text("## Other", concept: "a.other"), Code("d", outputs: Claim)], chapter: Chapter));

    [Fact]
    public void AQuestionAnsweredTwice() => Assert.Contains("n: section a.one: the id stands on 2 sections",
        Problems([.. Section(Code("c", outputs: Claim)), .. Section(Code("d", outputs: Claim))], chapter: Chapter));

    [Fact]
    public void ASectionThatDoesNotBeginWithItsHeading() => Assert.Contains(
        "n: section a.one: its first cell is not a Markdown cell that begins with a heading `## …`",
        Problems([Text("Text", concept: "a.one"), Code("c", outputs: Claim)]));

    [Fact]
    public void ASectionWithoutAClaim() => Assert.Equal(["n: section a.one: it makes no claim"],
        Problems(Section(Code("c", outputs: Shows(("text/plain", "1"))), Text("## Exercises"), Code("d", outputs: Claim))));

    private static JsonObject[] Exercised(JsonObject check) =>
    [
        Code("task", "07-1", "task"), Text("<details>\n\n```csharp\nsolution\n```\n\n</details>", exercise: "07-1", role: "solution"),
        Code("check", "07-1", "check", check),
    ];

    private static JsonObject[] Executed(JsonObject unsolved, JsonObject solved) =>
        [.. Exercised(unsolved), Code("solution"), Code("check", outputs: solved)];

    [Fact]
    public void AnExerciseProvedBothWays() => Assert.Empty(Problems(Exercised(Says(false)), Executed(Says(false), Says(true))));

    [Fact]
    public void ACheckThatPassesTheUnsolvedCell() => Assert.Equal(["n: exercise 07-1: its check passes the unsolved cell"],
        Problems(Exercised(Says(true)), Executed(Says(true), Says(true))));

    [Fact]
    public void ACheckThatFailsTheSolution() => Assert.Equal(["n: exercise 07-1: its check fails the solution: seen"],
        Problems(Exercised(Says(false)), Executed(Says(false), Says(false))));

    [Fact]
    public void AnExerciseWithoutItsParts() => Assert.Equal(
        ["n: exercise 07-1: it lacks its solution (a cell with a ```csharp fence) and its check (a code cell)"],
        Problems([Code("task", "07-1", "task")]));
}
