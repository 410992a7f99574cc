using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using DeepNotebooks.Charts;

namespace DeepNotebooks.Course;

/// <summary>
/// What a section of the course asserts, computed: a statement in words, a measured value, and whether it holds. A control takes the
/// supposed cause away and measures again; there the claim must break, or the cause is not the cause.
/// <code>
/// Claim.That("The gradient of layer 1 is less than a millionth of the last layer's", ratio).IsBelow(1e-6)
///      .Without("the sigmoid: ReLU instead", ratioWithReLU)
/// </code>
/// A claim that fails is shown as such and lets the reader go on; the course's check fails on it.
/// </summary>
[TypeFormatterSource(typeof(ClaimFormats))]
public sealed class Claim
{
    private readonly Func<double, bool>? _condition;
    private readonly string _limit;

    private Claim(string statement, bool holds, string measured, Func<double, bool>? condition = null, string limit = "")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(statement);
        (Statement, Holds, Measured, _condition, _limit) = (statement, holds, measured, condition, limit);
    }

    /// <summary>What must be true, in words.</summary>
    public string Statement { get; }

    /// <summary>Whether it is.</summary>
    public bool Holds { get; }

    /// <summary>What was measured, and the limit it was held against.</summary>
    public string Measured { get; }

    /// <summary>The experiments with the cause taken away.</summary>
    public IReadOnlyList<Control> Controls { get; private init; } = [];

    /// <summary>Whether the claim holds and every control breaks it.</summary>
    public bool Passed => Holds && Controls.All(control => control.Breaks);

    /// <summary>A claim about a measured number; say what it must be: <c>.IsBelow(…)</c>, <c>.IsAbove(…)</c>, <c>.IsBetween(…, …)</c>.</summary>
    public static Measurement That(string statement, double measured) => new(statement, measured);

    /// <summary>A claim that is either true or not, with the figures it was decided by.</summary>
    public static Claim That(string statement, bool holds, string measured) => new(statement, holds, measured);

    /// <summary>Adds a control: the same number measured without the cause, for which the same condition must fail.</summary>
    /// <param name="cause">What is taken away, as it continues "without …".</param>
    /// <param name="measured">The number without it. NaN counts as breaking the claim.</param>
    /// <exception cref="InvalidOperationException">The claim is not about a number.</exception>
    public Claim Without(string cause, double measured) => _condition is null
        ? throw new InvalidOperationException("Claim.Without: this claim is not about a number. Say whether it holds without the cause: "
            + "Without(cause, holds, measured).")
        : With(new Control(cause, $"{Text(measured)}{_limit}", !_condition(measured)));

    /// <summary>Adds a control: whether the statement still holds without the cause; it must not.</summary>
    public Claim Without(string cause, bool holds, string measured) => With(new Control(cause, measured, !holds));

    private Claim With(Control control) => new(Statement, Holds, Measured, _condition, _limit) { Controls = [.. Controls, control] };

    private static string Text(double value) => InFull(value) ?? Scale.Short(value, 4);

    // A count whose last digits matter is written out, such as 138,357,544; null for other numbers.
    private static string? InFull(double value) =>
        value == Math.Floor(value) && Math.Abs(value) is >= 1e4 and < 1e10
            && double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) != value
            ? value.ToString("N0", CultureInfo.InvariantCulture).Replace('-', '−')
            : null;

    // Four digits are enough for a third and for a million; a limit such as 1.000001 must show why it is not 1, and 25,000 needs no power.
    private static string Limit(double value)
    {
        string rounded = value.ToString("G4", CultureInfo.InvariantCulture);
        bool exact = double.Parse(rounded, CultureInfo.InvariantCulture) == value;
        bool enough = exact ? Math.Abs(value) >= 1e6 : rounded.Count(char.IsAsciiDigit) > 4 && Math.Abs(value) < 1;
        return InFull(value) ?? Scale.Short(value, enough ? 4 : 7);
    }

    /// <summary>The claim in lines of plain text.</summary>
    public override string ToString() => string.Join('\n', [
        $"{(Holds ? "✓ holds" : "✗ FAILS")}: {Statement}",
        $"  measured: {Measured}",
        .. Controls.Select(c => $"  control, without {c.Cause}: {c.Measured} → "
            + (c.Breaks ? "the claim breaks, as it must" : "STILL HOLDS: not the cause"))]);

    internal string ToHtml()
    {
        string colour = Passed ? "#2e8b57" : "#d1453b";
        string controls = string.Concat(Controls.Select(c =>
            $"<div>{(c.Breaks ? "✓" : "✗")} <i>Control</i>, without {Encode(c.Cause)}: {Encode(c.Measured)} → "
            + $"{(c.Breaks ? "the claim breaks, as it must" : "<b>still holds: not the cause</b>")}</div>"));
        return $"<div style=\"border-left:4px solid {colour};padding:4px 12px;margin:4px 0\">"
            + $"<div><b style=\"color:{colour}\">{(Holds ? "✓ Claim" : "✗ Claim fails")}</b> {Encode(Statement)}</div>"
            + $"<div>measured: {Encode(Measured)}</div>{controls}</div>";
    }

    internal string ToJson() => new JsonObject
    {
        ["statement"] = Statement,
        ["holds"] = Holds,
        ["measured"] = Measured,
        ["controls"] = new JsonArray([.. Controls.Select(c => new JsonObject
        {
            ["without"] = c.Cause,
            ["measured"] = c.Measured,
            ["breaks"] = c.Breaks,
        })]),
        ["passed"] = Passed,
    }.ToJsonString();

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>An experiment without the supposed cause.</summary>
    /// <param name="Cause">What was taken away.</param>
    /// <param name="Measured">What was measured then.</param>
    /// <param name="Breaks">Whether the claim breaks, as it must.</param>
    public sealed record Control(string Cause, string Measured, bool Breaks);

    /// <summary>A claim that still lacks its condition.</summary>
    public sealed class Measurement
    {
        private readonly string _statement;
        private readonly double _measured;

        internal Measurement(string statement, double measured) => (_statement, _measured) = (statement, measured);

        /// <summary>The number must be below a limit.</summary>
        public Claim IsBelow(double limit) => Make(value => value < limit, $" (must be below {Limit(limit)})");

        /// <summary>The number must be above a limit.</summary>
        public Claim IsAbove(double limit) => Make(value => value > limit, $" (must be above {Limit(limit)})");

        /// <summary>The number must lie from low to high, or be a certain number if these are one.</summary>
        public Claim IsBetween(double low, double high) => Make(value => value >= low && value <= high,
            low == high ? $" (must be {Limit(low)})"
            : Limit(low) != Limit(high) ? $" (must lie between {Limit(low)} and {Limit(high)})"
            : $" (must lie between {Scale.Short(low, 7)} and {Scale.Short(high, 7)})");

        private Claim Make(Func<double, bool> condition, string limit) =>
            new(_statement, condition(_measured), $"{Text(_measured)}{limit}", condition, limit);
    }
}

/// <summary>How claims are shown.</summary>
public sealed class ClaimFormats
{
    /// <summary>HTML without scripts, plain text, and JSON for the course's check.</summary>
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new MimeFormatter<Claim>("text/html", claim => claim.ToHtml()),
        new MimeFormatter<Claim>("text/plain", claim => claim.ToString()),
        new MimeFormatter<Claim>("application/vnd.deepnotebooks.claim+json", claim => claim.ToJson()),
    ];
}
