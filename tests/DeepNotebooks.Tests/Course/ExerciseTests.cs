using System.Text.Json;
using System.Xml.Linq;
using DeepNotebooks.Course;

namespace DeepNotebooks.Tests.Course;

public class ExerciseTests
{
    public static TheoryData<Func<bool>, bool, string> Checks => new()
    {
        { () => true, true, "✓ Exercise 07-1. Solved: a < b" },
        { () => false, false, "✎ Exercise 07-1. Not solved yet. Goal: a < b" },
        { () => throw new InvalidOperationException("x & y"), false, "✎ Exercise 07-1. Not solved yet: the cell above throws InvalidOperationException (x & y). Goal: a < b" },
    };

    [Theory]
    [MemberData(nameof(Checks))]
    public void TellsWhetherItIsSolvedInEachFormat(Func<bool> check, bool solved, string text)
    {
        Exercise exercise = Exercise.Check("07-1", "a < b", check);
        Assert.Equal((solved, "07-1", text), (exercise.Solved, exercise.Name, exercise.ToString()));
        Dictionary<string, string> formats = new ExerciseFormats().CreateTypeFormatters().Cast<MimeFormatter<Exercise>>().ToDictionary(f => f.MimeType, f =>
        {
            using var writer = new StringWriter();
            Assert.True(f.Format(exercise, writer));
            return writer.ToString();
        });
        Assert.Equal(text, formats["text/plain"]);
        Assert.Equal(text, XElement.Parse(formats["text/html"]).Value);
        JsonElement json = JsonDocument.Parse(formats["application/vnd.deepnotebooks.exercise+json"]).RootElement;
        Assert.Equal(("07-1", solved), (json.GetProperty("exercise").GetString(), json.GetProperty("solved").GetBoolean()));
    }
}
