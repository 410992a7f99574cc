using System.Globalization;

namespace DeepNotebooks.Charts;

/// <summary>How values become colours.</summary>
public enum ColorScale
{
    /// <summary>From dark to light, for amounts.</summary>
    Sequential,

    /// <summary>Blue below zero, red above, pale at zero.</summary>
    Diverging,
}

/// <summary>Colours and marks that tell traces apart on white and on black, for the colour-blind too: the lightness is such that
/// every colour has a contrast of at least 3 with both, and neighbours differ in dash or marker as well.</summary>
internal static class Palette
{
    /// <summary>Text and axes; legible on both grounds.</summary>
    public const string Ink = "#767676";

    /// <summary>Grid lines; the same grey, thin.</summary>
    public const string Grid = "rgba(118,118,118,0.22)";

    public static readonly string[] Colors = ["#0072B2", "#D55E00", "#009E73", "#BE3F9A", "#A87C00", "#8468D8", "#2F95CE", "#A5504F"];

    public static readonly string[] Symbols = ["circle", "square", "diamond", "triangle-up", "x", "cross", "triangle-down"];

    private static readonly Dash[] Dashes = Enum.GetValues<Dash>();

    private static readonly string[] Sequential = ["#1A1A4B", "#26418A", "#2A718E", "#2F9E83", "#7BC462", "#F2E24C"];

    private static readonly string[] Diverging = ["#15457F", "#3F82BD", "#A5CBE3", "#F4F3F1", "#F0B598", "#CD5B45", "#82182B"];

    public static string[] Anchors(ColorScale scale) => scale == ColorScale.Diverging ? Diverging : Sequential;

    public static bool IsColor(string color) =>
        color.Length == 7 && color[0] == '#' && color.AsSpan(1).IndexOfAnyExcept("0123456789abcdefABCDEF") < 0;

    /// <summary>The colour at a place from 0 to 1, between the scale's anchors.</summary>
    public static string At(ColorScale scale, double place)
    {
        var anchors = Anchors(scale);
        double step = Math.Clamp(place, 0, 1) * (anchors.Length - 1);
        int below = Math.Min((int)step, anchors.Length - 2);
        var (from, to) = (Rgb(anchors[below]), Rgb(anchors[below + 1]));
        int Mix(int a, int b) => (int)Math.Round(a + (b - a) * (step - below));
        return $"#{Mix(from.R, to.R):X2}{Mix(from.G, to.G):X2}{Mix(from.B, to.B):X2}";
    }

    /// <summary>Black or white, whichever is legible on the colour.</summary>
    public static string TextOn(string color) => Luminance(color) > 0.179 ? "#000000" : "#FFFFFF";

    /// <summary>Relative luminance as WCAG defines it, from 0 for black to 1 for white.</summary>
    public static double Luminance(string color)
    {
        static double Linear(int channel) => channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        var (r, g, b) = Rgb(color);
        return 0.2126 * Linear(r) + 0.7152 * Linear(g) + 0.0722 * Linear(b);
    }

    public static string Transparent(string color, double opacity)
    {
        var (r, g, b) = Rgb(color);
        return string.Create(CultureInfo.InvariantCulture, $"rgba({r},{g},{b},{opacity})");
    }

    /// <summary>The panels with every trace's colour, dash and symbol filled in. A name keeps its place in all panels.</summary>
    public static Panel[] Dress(IReadOnlyList<Panel> panels)
    {
        string[] names = [.. panels.SelectMany(p => p.Traces).Select(t => t.Name).OfType<string>().Distinct()];
        return [.. panels.Select(panel => panel with
        {
            Traces = [.. panel.Traces.Select((trace, index) => Dressed(trace, trace.Name is { } name
                ? Array.IndexOf(names, name)
                : names.Length + panel.Traces.Take(index).Count(t => t.Name is null)))],
        })];
    }

    private static Trace Dressed(Trace trace, int place) => trace with
    {
        Color = trace.Color ?? Colors[place % Colors.Length],
        Dash = trace.Dash ?? (trace is ScatterTrace { Markers: true } ? Dash.Solid : Dashes[place % Dashes.Length]),
        Symbol = trace.Symbol ?? Symbols[place % Symbols.Length],
    };

    private static (int R, int G, int B) Rgb(string color)
    {
        int value = int.Parse(color.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (value >> 16, value >> 8 & 255, value & 255);
    }
}
