using DeepNotebooks.Course;
using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Course;

/// <summary>One class, so one test at a time: the hook and the console belong to the whole process.</summary>
public class LiveDisplayTests
{
    private static readonly Dataset Data = new(Tensor.Ones([2, 1]), Tensor.Ones([2, 1]));

    /// <summary>What a host sees while an action runs: values shown, and after → what replaces them.</summary>
    private static List<string> Host(Action action)
    {
        var seen = new List<string>();
        Func<object, Action<object>> show = value =>
        {
            seen.Add($"{value}");
            return next => seen.Add($"→ {next}");
        };
        AppContext.SetData(LiveDisplay.HostKey, show);
        try
        {
            action();
        }
        finally
        {
            AppContext.SetData(LiveDisplay.HostKey, null);
        }
        return seen;
    }

    [Fact]
    public void TheHostShowsAndReplacesTheValue() =>
        Assert.Equal(["1", "→ 2", "→ three"], Host(() =>
        {
            LiveDisplay display = LiveDisplay.Show(1);
            display.Update(2);
            display.Update("three");
        }));

    [Fact]
    public void WithoutAHostTheTextGoesToTheConsole()
    {
        TextWriter before = Console.Out;
        using var writer = new StringWriter();
        Console.SetOut(writer);
        try
        {
            LiveDisplay.Show("first").Update("second");
        }
        finally
        {
            Console.SetOut(before);
        }
        Assert.Equal(["first", "second"], writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void ALiveChartEndsWithTheWholeRun()
    {
        var model = new Linear(1, 1, new Rng(1), Initializer.Zeros);
        var trainer = new Trainer(model, Loss.MeanSquaredError, new SGD(model.Parameters, 0), new LiveChart());
        List<string> seen = Host(() => trainer.Fit(new DataLoader(Data), epochs: 2, Data));
        Assert.Contains("Loss after 1 of 2 epochs", seen[0]);
        Assert.Contains("Loss after 2 of 2 epochs", seen[^1]);
        Assert.Contains("validation 2 points", seen[^1]);
    }

    [Fact]
    public void ProgressStartsAtOnceAndEndsWithTheLastEpoch()
    {
        var model = new Linear(1, 1, new Rng(1), Initializer.Zeros);
        var trainer = new Trainer(model, Loss.MeanSquaredError, new SGD(model.Parameters, 0), new Progress());
        List<string> seen = Host(() => trainer.Fit(new DataLoader(Data), epochs: 2, Data));
        Assert.Equal($"{new string('░', 20)} epoch 0 of 2", seen[0]);
        Assert.Equal($"→ {new string('█', 20)} epoch 2 of 2 · loss 1 · validation loss 1", seen[^1]);
        Assert.InRange(seen.Count, 2, 4);
    }

    [Fact]
    public void ProgressShowsNoMoreThanTenLinesASecond()
    {
        var model = new Linear(1, 1, new Rng(1), Initializer.Zeros);
        var trainer = new Trainer(model, Loss.MeanSquaredError, new SGD(model.Parameters, 0), new Progress());
        long start = Environment.TickCount64;
        List<string> seen = Host(() => trainer.Fit(new DataLoader(Data), epochs: 3000));
        Assert.True(seen.Count <= 3 + ((Environment.TickCount64 - start) / 100), $"{seen.Count} lines");
        Assert.Equal("→ ████████████████████ epoch 3000 of 3000 · loss 1", seen[^1]);
    }

    [Fact]
    public void TheHostStopsATrainingRunBetweenTwoSteps()
    {
        int here = Environment.CurrentManagedThreadId, asked = 0;
        var model = new Linear(1, 1, new Rng(1));
        Action checkpoint = () =>
        {
            if (Environment.CurrentManagedThreadId == here && ++asked == 3)
            {
                throw new OperationCanceledException("the cell is to stop");
            }
        };
        AppContext.SetData("notebook.checkpoint", checkpoint);
        try
        {
            var optimizer = new SGD(model.Parameters);
            var trainer = new Trainer(model, Loss.MeanSquaredError, optimizer);
            Assert.Throws<OperationCanceledException>(() => { trainer.Fit(new DataLoader(Data, batchSize: 1), epochs: 1000); });
            Assert.Equal(2, optimizer.Steps);
        }
        finally
        {
            AppContext.SetData("notebook.checkpoint", null);
        }
    }
}
