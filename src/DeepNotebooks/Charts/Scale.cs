using System.Globalization;

namespace DeepNotebooks.Charts;

/// <summary>A place on an axis worth a grid line; the label is empty between the labelled ones.</summary>
internal readonly record struct Tick(double Value, string Label);

/// <summary>Where values lie along an axis, and which of them are labelled.</summary>
internal sealed record Scale(double Min, double Max, bool Log = false)
{
    /// <summary>Whether values grow towards the start of the axis.</summary>
    public bool Reversed { get; init; }

    /// <summary>Whether only whole numbers mean something here, such as epochs or counts.</summary>
    public bool Whole { get; init; }

    private const double LeastShare = 1e-9;

    /// <summary>The scale that holds all values with a margin of <paramref name="padding"/> of its length at either end.</summary>
    public static Scale Fit(IEnumerable<double> values, bool log, double padding)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (double v in values)
        {
            if (!double.IsFinite(v) || (log && v <= 0)) continue;
            min = Math.Min(min, v);
            max = Math.Max(max, v);
        }
        if (min > max) return new(log ? 0.1 : 0, log ? 10 : 1, log);
        if (log)
        {
            double low = Math.Log10(min), high = Math.Log10(max), pad = high - low < 1e-6 ? 0.5 : padding * (high - low);
            return new(Math.Max(Math.Pow(10, low - pad), double.Epsilon), Math.Min(Math.Pow(10, high + pad), double.MaxValue), true);
        }
        double margin = max / 2 - min / 2 is var half && half > LeastShare * Math.Max(Math.Abs(min), Math.Abs(max))
            ? 2 * half * padding
            : min == 0 ? 1 : Math.Abs(min) * 0.1;
        return new(Math.Max(min - margin, double.MinValue), Math.Min(max + margin, double.MaxValue));
    }

    /// <summary>Whether the value has a place on this axis at all.</summary>
    public bool Holds(double value) => double.IsFinite(value) && (!Log || value > 0);

    /// <summary>The value's place from 0 at the start of the axis to 1 at its end; beyond these outside.</summary>
    public double Place(double value)
    {
        double place = Log
            ? (Math.Log10(value) - Math.Log10(Min)) / (Math.Log10(Max) - Math.Log10(Min))
            : (value / 2 - Min / 2) / (Max / 2 - Min / 2);
        return Reversed ? 1 - place : place;
    }

    /// <summary>About <paramref name="count"/> labelled ticks at round values; on a logarithmic axis others between them.</summary>
    public Tick[] Ticks(int count)
    {
        if (!Log) return Linear(Math.Max(count, 1));
        int first = (int)Math.Ceiling(Math.Log10(Min) - LeastShare), last = (int)Math.Floor(Math.Log10(Max) + LeastShare);
        if (last - first >= 1) return Decades(first, last, Math.Max(count, 1));
        int[] labelled = count < 3 ? [1] : count < 5 || Max / Min > 8 ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
        Tick[] within = [.. from exponent in Enumerable.Range(first - 1, last - first + 3)
                            from digit in Enumerable.Range(1, 9)
                            let value = digit * Math.Pow(10, exponent)
                            where Inside(value)
                            select new Tick(value, labelled.Contains(digit) ? Number(value, value, value) : "")];
        return within.Count(t => t.Label != "") >= 2 ? within : Linear(Math.Max(count, 2));
    }

    /// <summary>A number with as many decimals as <paramref name="step"/> needs; as a multiple of a power of ten where the
    /// <paramref name="largest"/> beside it is far from one.</summary>
    public static string Number(double value, double step, double largest)
    {
        if (value == 0) return "0";
        if (largest is < 1e6 and >= 1e-3 || step < largest * 1e-5) return Fixed(value, step);
        int exponent = (int)Math.Floor(Math.Log10(largest) + 1e-12);
        double unit = Math.Max(Math.Pow(10, exponent), double.Epsilon);
        string mantissa = Fixed(value / unit, step / unit);
        return mantissa is "1" or "−1" ? mantissa.Replace("1", Power(exponent)) : $"{mantissa}×{Power(exponent)}";
    }

    /// <summary>A number with at most so many digits that count, so that 0.1 + 0.2 is 0.3.</summary>
    public static string Short(double value, int digits)
    {
        string[] parts = value.ToString($"G{digits}", CultureInfo.InvariantCulture).Split('E');
        string mantissa = parts[0].Replace('-', '−');
        if (parts.Length == 1) return mantissa;
        string power = Power(int.Parse(parts[1], CultureInfo.InvariantCulture));
        return mantissa switch { "1" => power, "−1" => "−" + power, _ => $"{mantissa}×{power}" };
    }

    /// <summary>Ten to the exponent, in superscripts.</summary>
    public static string Power(int exponent) =>
        "10" + string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));

    private static string Fixed(double value, double step) =>
        value.ToString("F" + Decimals(step), CultureInfo.InvariantCulture).Replace('-', '−');

    private static int Decimals(double step)
    {
        for (int decimals = 0; decimals < 12; decimals++)
        {
            double scaled = step * Math.Pow(10, decimals);
            if (Math.Abs(scaled - Math.Round(scaled)) <= 1e-6 * Math.Max(scaled, 1e-6) && Math.Round(scaled) > 0) return decimals;
        }
        return 12;
    }

    private bool Inside(double value) => Place(value) is >= -LeastShare and <= 1 + LeastShare;

    private Tick[] Linear(int count)
    {
        double rough = Math.Max((Max / 2 - Min / 2) / count * 2, double.Epsilon);
        double unit = Math.Max(Math.Pow(10, Math.Floor(Math.Log10(rough))), double.Epsilon);
        double step = unit * (rough / unit) switch { <= 1.0000001 => 1, <= 2.0000001 => 2, <= 5.0000001 => 5, _ => 10 };
        if (Whole) step = Math.Max(step, 1);
        double from = Math.Ceiling(Min / step - LeastShare), to = Math.Floor(Max / step + LeastShare);
        double largest = Math.Max(Math.Abs(from), Math.Abs(to)) * step;
        int ticks = (int)Math.Clamp(to - from + 1, 0, 4 * count + 4);
        return [.. Enumerable.Range(0, ticks).Select(i => (from + i) * step).Select(v => new Tick(v, Number(v, step, largest)))];
    }

    private Tick[] Decades(int first, int last, int count)
    {
        int every = new[] { 1, 2, 3, 5, 10, 20, 50, 100 }.First(e => (last - first) / e + 1 <= Math.Max(count, 2) || e == 100);
        int minors = every == 1 && last - first <= 6 ? 9 : 1;
        return [.. from exponent in Enumerable.Range(first - 1, last - first + 2)
                   from digit in Enumerable.Range(1, minors)
                   let value = digit * Math.Pow(10, exponent)
                   where Inside(value)
                   select new Tick(value, digit != 1 || exponent % every != 0 ? "" : exponent is 0 or 1 ? $"{value}" : Power(exponent))];
    }
}
