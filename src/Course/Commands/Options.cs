using System.CommandLine;
using System.CommandLine.Parsing;

namespace Course.Commands;

/// <summary>What several commands take.</summary>
internal static class Options
{
    public static Argument<string[]> Notebooks() => new("notebooks")
    {
        Description = "The notebooks; all of the course when none is named.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Option<double> Timeout()
    {
        var option = new Option<double>("--timeout", "-t")
        {
            Description = "How long a cell may run, in seconds, before it is stopped.",
            HelpName = "seconds",
            DefaultValueFactory = _ => 60,
        };
        option.Validators.Add(Between(0.001, 86_400, "seconds"));
        return option;
    }

    public static Option<bool> Stored() => new("--stored", "-s") { Description = "Run nothing: show the outputs that the notebooks hold." };

    public static Option<int?> Port()
    {
        var option = new Option<int?>("--port", "-p")
        {
            Description = "The port to serve at; 5117, or a free one if that is taken, when not given.",
            HelpName = "number",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out int port) || port is < 1 or > 65535))
            {
                result.AddError($"--port: {token.Value} is no port; give a number from 1 to 65535.");
            }
        });
        return option;
    }

    private static Action<OptionResult> Between(double least, double most, string unit) => result =>
    {
        if (result.Tokens is [var token]
            && !(double.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out var value) && value >= least && value <= most))
        {
            result.AddError($"{result.Option.Name}: {token.Value} is not a number of {unit} from {least} to {most}.");
        }
    };
}
