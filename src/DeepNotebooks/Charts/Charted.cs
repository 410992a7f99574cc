using DeepNotebooks.Course;

namespace DeepNotebooks.Charts;

/// <summary>A result that a notebook shows as a chart; mark it with <c>[TypeFormatterSource(typeof(ChartedFormats&lt;…&gt;))]</c>.</summary>
public interface ICharted
{
    /// <summary>The chart.</summary>
    Figure ToFigure();
}

/// <summary>The formats of a result's chart, and its own text.</summary>
public sealed class ChartedFormats<T> where T : ICharted
{
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new MimeFormatter<T>("application/vnd.plotly.v1+json", result => result.ToFigure().ToPlotlyJson()),
        new MimeFormatter<T>("image/svg+xml", result => result.ToFigure().ToSvg()),
        new MimeFormatter<T>("text/html", result => result.ToFigure().ToHtml()),
        new MimeFormatter<T>("text/plain", result => $"{result}"),
    ];
}
